#include "cli/job.h"

#include <termios.h>
#include <unistd.h>
#include <filesystem>
#include <istream>
#include <ostream>
#include <stdexcept>
#include <utility>

#include "base/email.h"
#include "cli/console.h"
#include "password/password.h"

namespace cardea {
namespace {

constexpr milliseconds hashing_patience{5000};

}  // namespace

Tools::Tools(Settings settings, Instant now, Entropy& entropy, StoreFactory make_store)
    : settings_(std::move(settings)),
      now_(now),
      entropy_(entropy),
      make_store_(std::move(make_store)),
      revoked_(settings_.tokens.revocations, revocations_kept(settings_.tokens)) {}

Store& Tools::store() {
  if (!store_) store_ = make_store_(settings_.database);
  return *store_;
}

Passwords& Tools::passwords() {
  if (!passwords_) {
    const std::string& directory = settings_.tokens.keys;
    if (!std::filesystem::is_directory(directory))
      throw std::runtime_error("there is no key directory " + directory + " yet; `cardea key new` makes it");
    slots_.emplace(directory + "/hashing.lock", settings_.password.concurrency, hashing_patience);
    passwords_.emplace(settings_.password, *slots_);
  }
  return *passwords_;
}

bool Tools::end_sessions(const Ending& ending, std::ostream& err) {
  const bool done = cardea::end_sessions(ending, store(), revoked_, now_);
  if (const auto trouble = revoked_.take_trouble(); !trouble.empty()) err << "cardea: " << trouble << '\n';
  return done;
}

void Tools::record(EventKind kind, const UserId& user, std::string_view detail) {
  store().add_event(event_of(kind, user, detail));
}

void Tools::record(EventKind kind, const Session& session, std::string_view detail) {
  Event event = event_of(kind, session.user, detail);
  event.session = session.id;
  store().add_event(event);
}

Event Tools::event_of(EventKind kind, const UserId& user, std::string_view detail) {
  Event event;
  event.id = EventId::make(now_, entropy_);
  event.at = now_;
  event.kind = kind;
  event.user = user;
  event.detail = detail;
  return event;
}

ExitCode refuse(Console& console, std::string_view why) {
  console.err << "cardea: " << why << '\n';
  return ExitCode::refused;
}

ExitCode misused(Console& console, std::string_view why) {
  console.err << "cardea: " << why << '\n';
  return ExitCode::usage;
}

std::variant<User, ExitCode> find_user(std::string_view named, Job& job) {
  std::optional<User> user;
  if (const auto id = UserId::of_text(named)) {
    user = job.tools.store().user_by_id(*id);
  } else if (const auto email = parse_email(named)) {
    user = job.tools.store().user_of(*email);
  } else if (const auto name = parse_username(named)) {
    user = job.tools.store().user_by_username(name->key);
  } else {
    return misused(job.console,
                   "'" + printable(named) + "' is neither an e-mail address nor a user name nor a user's id");
  }
  if (user) return *std::move(user);
  return refuse(job.console, "there is no user " + printable(named));
}

std::string shown_person(const User& user) {
  const std::string email = printable(user.email.typed);
  return user.name.empty() ? email : printable(user.name) + " <" + email + ">";
}

namespace {

// Longer than any [password] max_length: a line that is cut here is refused as too long.
constexpr std::size_t line_limit = 64 * 1024;

// Switches the terminal's echo off until destroyed.
class WithoutEcho {
 public:
  WithoutEcho() : changed_(tcgetattr(STDIN_FILENO, &before_) == 0) {
    if (!changed_) return;
    termios silent = before_;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    changed_ = tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent) == 0;
  }
  WithoutEcho(const WithoutEcho&) = delete;
  WithoutEcho& operator=(const WithoutEcho&) = delete;
  ~WithoutEcho() {
    if (changed_) tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
  }

 private:
  termios before_{};
  bool changed_;
};

// Nothing at the end of input.
std::optional<Secret> read_line(std::istream& in) {
  std::string line;
  line.reserve(line_limit);  // never moves, so no copy is left behind
  int letter = in.get();
  if (letter == std::istream::traits_type::eof()) return std::nullopt;
  for (; letter != std::istream::traits_type::eof() && letter != '\n' && line.size() < line_limit;
       letter = in.get())
    line.push_back(static_cast<char>(letter));
  if (line.ends_with('\r')) line.pop_back();
  return Secret(std::move(line));
}

std::optional<Secret> ask(std::string_view question, Console& console) {
  console.err << question << std::flush;
  const WithoutEcho without_echo;
  auto typed = read_line(console.in);
  console.err << '\n';
  return typed;
}

}  // namespace

std::optional<Secret> read_secret(std::string_view question, Console& console) {
  return console.in_is_terminal ? ask(question, console) : read_line(console.in);
}

namespace {

std::variant<Secret, ExitCode> read_password(Console& console) {
  auto typed = read_secret("Password: ", console);
  if (!typed) return refuse(console, "no password came on standard input");
  if (console.in_is_terminal) {
    const auto again = ask("The same again: ", console);
    if (!again || !equal_in_constant_time(typed->reveal(), again->reveal()))
      return refuse(console, "the two were not the same");
  }
  return *std::move(typed);
}

std::string explain(PasswordProblem problem, const PasswordSettings& settings) {
  switch (problem) {
    case PasswordProblem::too_short:
      return "the password is too short: at least " + std::to_string(settings.min_length) + " characters";
    case PasswordProblem::too_long:
      return "the password is too long: at most " + std::to_string(settings.max_length) + " bytes";
    case PasswordProblem::too_common:
      return "many people use this password, or it is made of a name of the site or the account; choose another one";
    case PasswordProblem::not_text:
      break;
  }
  return "the password is not text: UTF-8 without NUL is wanted";
}

}  // namespace

std::variant<std::string, ExitCode> read_and_hash_password(const std::vector<std::string_view>& names,
                                                           Job& job) {
  const auto typed = read_password(job.console);
  if (const auto* code = std::get_if<ExitCode>(&typed)) return *code;
  const PasswordSettings& settings = job.tools.settings().password;
  const auto chosen = job.tools.passwords().choose(std::get<Secret>(typed), names);
  if (const auto* problem = std::get_if<PasswordProblem>(&chosen))
    return refuse(job.console, explain(*problem, settings));
  const auto& password = std::get<ChosenPassword>(chosen);
  if (password.is_common)
    job.console.err << "cardea: warning: " << explain(PasswordProblem::too_common, settings) << '\n';
  auto hash = job.tools.passwords().hash(password.text);
  if (!hash) return refuse(job.console, "too many passwords are being checked right now; try again");
  return *std::move(hash);
}

}  // namespace cardea
