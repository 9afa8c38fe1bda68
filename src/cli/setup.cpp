#include "cli/setup.h"

#include <unistd.h>
#include <istream>
#include <optional>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "cli/job.h"
#include "config/load.h"
#include "config/values.h"
#include "http/client.h"
#include "setup/htaccess.h"
#include "setup/install.h"

namespace cardea {
namespace {

const SetupTexts& words = texts_of(Language::en).setup;

// The default if the line is empty; nothing at the end of input.
std::optional<std::string> ask(std::string_view question, const std::string& otherwise, Console& console) {
  if (console.in_is_terminal) {
    console.err << question;
    if (!otherwise.empty()) console.err << " [" << printable(otherwise) << "]";
    console.err << ": " << std::flush;
  }
  std::string line;
  if (!std::getline(console.in, line)) return std::nullopt;
  const auto typed = trim(std::string_view(line).substr(0, line.find('\r')));
  return typed.empty() ? otherwise : std::string(typed);
}

bool ask_secret(std::string_view question, Secret& answer, Console& console) {
  auto typed = read_secret(std::string(question) + ": ", console);
  if (!typed) return false;
  answer = *std::move(typed);
  return true;
}

// False at the end of input.
bool ask_kind(Answers& answers, Console& console) {
  const auto kind = ask("Database: mysql or sqlite",
                        answers.database == DatabaseKind::sqlite ? "sqlite" : "mysql", console);
  if (!kind) return false;
  answers.database = *kind == "sqlite" ? DatabaseKind::sqlite : DatabaseKind::mysql;
  return true;
}

// In the order of the form. False at the end of input.
bool ask_all(Answers& answers, Console& console) {
  for (const auto& field : answer_fields()) {
    if (field.name == "host" && !ask_kind(answers, console)) return false;
    if (field.is_of_database && field.only_for != answers.database) continue;
    auto answer = ask(words.*field.label, answers.*field.value, console);
    if (!answer) return false;
    answers.*field.value = *std::move(answer);
    if (field.name == "user" && !ask_secret(words.database_password, answers.database_password, console))
      return false;
  }
  return ask_secret(words.admin_password, answers.admin_password, console);
}

std::optional<std::string> why_not(const Place& place) {
  if (place.config_exists) return "there is a configuration already: " + place.config;
  if (is_closed(place))
    return "set-up was completed here before. Upload " + place.config +
           " from a backup; to set up again, remove " + place.marker();
  if (!place.is_usable) return place.home + " cannot be written by this user, or everybody may write to it";
  return std::nullopt;
}

// Nothing at the end of input, or if a program's answers cannot be used; console.err says why.
std::optional<Installation> agree(const Place& place, const std::string& root, Console& console) {
  Answers answers;
  answers.url = "https://example.com";
  answers.host = "localhost";
  answers.path = place.home + "/cardea.db";
  while (ask_all(answers, console)) {
    auto checked = check_answers(answers, {"/auth", root, place, Language::en});
    if (auto* installation = std::get_if<Installation>(&checked)) return std::move(*installation);
    for (const auto& [field, text] : std::get<AnswerProblems>(checked))
      console.err << field << ": " << printable(text) << '\n';
    if (!console.in_is_terminal) return std::nullopt;
  }
  console.err << "cardea: the answers ended too early; nothing was written\n";
  return std::nullopt;
}

std::string failure_text(const InstallFailure& failure) {
  if (failure.is_busy) return std::string(words.busy);
  return filled(words.step_failed, {{"step", step_in_words(failure.step, Language::en)}}) + " " + failure.why;
}

void write_lines(const Installation& installation, const std::string& root) {
  HttpsClient http;
  if (const auto site = web_site(installation.place, root, installation.settings.site))
    (void)write_htaccess(*site, http);
}

}  // namespace

std::vector<Command> setup_commands() {
  return {
      {"setup",
       "",
       "asks for what an installation needs and makes it: settings, keys, tables, an administrator",
       "The same as the page /auth/setup. Run it as the user that the web server runs the program as. It can "
       "be\n"
       "interrupted and repeated; cardea.ini is written last.",
       {},
       nullptr}};
}

ExitCode run_setup(const CommandLine& line, Console& console, Instant now, Entropy& entropy) {
  const auto program = program_directory();
  const auto root = web_root(program, {});
  const auto place =
      choose_place({program, root, find_config(line.config), named_config(line.config).has_value()});
  if (const auto reason = why_not(place)) return refuse(console, *reason);
  if (::geteuid() == 0)
    console.err
        << "cardea: this is root: the files will belong to root, and another user's server cannot read them\n";
  const auto installation = agree(place, root, console);
  if (!installation) return ExitCode::refused;
  const auto server = [&] { write_lines(*installation, root); };
  if (const auto failure = install(*installation, {entropy, now, {}, server}))
    return refuse(console, failure_text(*failure));
  console.out << place.config << " was written. " << std::string_view(words.done) << '\n';
  return ExitCode::done;
}

}  // namespace cardea
