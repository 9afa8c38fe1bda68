#include "setup/answers.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <stdexcept>
#include <utility>

#include "auth/account/password.h"
#include "base/utf8.h"
#include "config/load.h"
#include "password/password.h"
#include "store/sql/migrate.h"
#include "store/sqlite/connection.h"
#include "store/store.h"
#include "web/origin.h"

namespace cardea {
namespace {

constexpr std::size_t answer_limit = 1000;  // bytes

// For user and password of a database's URL (RFC 3986 section 3.2.1), and for the socket's path.
std::string url_part(std::string_view text) {
  std::string part;
  for (const char letter : query_value(text)) {
    if (letter == '/') {
      part += "%2F";
    } else {
      part += letter;
    }
  }
  return part;
}

// "localhost", "db.example.com:3307", "/run/mysqld/mysqld.sock".
Secret mysql_url(const Answers& answers) {
  auto password = url_part(answers.database_password.reveal());
  std::string url = "mysql://" + url_part(answers.user) + ":" + password + "@";
  const bool is_socket = answers.host.starts_with('/');
  if (!is_socket) url += answers.host;
  url += "/" + answers.schema;
  if (is_socket) url += "?socket=" + query_value(answers.host);
  wipe(password);
  return Secret(std::move(url));
}

void add_line(std::string& text, std::string_view key, std::string_view value) {
  if (!value.empty()) text.append(key).append(" = ").append(value).append("\n");
}

std::string in_words(Text SetupTexts::*text, Language language) {
  return std::string(texts_of(language).setup.*text);
}

constexpr std::array<std::pair<std::string_view, std::string_view>, 3> field_settings{
    {{"[site] url", "url"}, {"[site] name", "site_name"}, {"[mail] from", "mail_from"}}};

const AnswerField* field_of_setting(std::string_view message, DatabaseKind kind) {
  std::string_view wanted = kind == DatabaseKind::mysql ? "host" : "path";
  for (const auto& [setting, name] : field_settings)
    if (message.starts_with(setting)) wanted = name;
  const auto& fields = answer_fields();
  const auto found = std::find_if(fields.begin(), fields.end(),
                                  [wanted](const AnswerField& field) { return field.name == wanted; });
  return found == fields.end() ? nullptr : &*found;
}

bool is_asked(const AnswerField& field, const Answers& answers) {
  return !field.is_of_database || field.only_for == answers.database;
}

class Checking {
 public:
  Checking(const Answers& answers, const AnswerContext& context) : answers_(answers), context_(context) {
    checked_.settings.site.url =
        "https://localhost";  // for the rules of passwords, if the answers cannot be read
  }

  std::variant<Installation, AnswerProblems> run() {
    look_at_texts();
    if (problems_.empty()) read_settings();
    look_at_administrator();
    if (problems_.empty()) look_at_database();
    if (!problems_.empty()) return std::move(problems_);
    checked_.place = context_.place;
    return std::move(checked_);
  }

 private:
  void refuse(std::string_view field, std::string text) { problems_.push_back({field, std::move(text)}); }
  void refuse(std::string_view field, Text SetupTexts::*text) {
    refuse(field, in_words(text, context_.language));
  }
  void refuse_with(std::string_view field, std::string_view message) {
    refuse(field, filled(texts_of(context_.language).setup.not_usable, {{"message", message}}));
  }

  // A line break would begin another setting.
  void look_at_texts() {
    for (const auto& field : answer_fields()) {
      const auto& value = answers_.*field.value;
      if (!is_asked(field, answers_)) continue;
      if (value.empty() && field.is_required) refuse(field.name, &SetupTexts::missing);
      if (value.find(" ;") != value.npos) refuse_with(field.name, "\" ;\"");  // would begin a comment
      if (value.size() > answer_limit || !is_utf8(value) || has_invisible(value))
        refuse(field.name, &SetupTexts::bad_text);
    }
    if (answers_.database_password.reveal().size() > answer_limit)
      refuse("database_password", &SetupTexts::bad_text);
    if (answers_.admin_password.empty()) refuse("admin_password", &SetupTexts::missing);
  }

  void read_settings() {
    checked_.ini = ini_of(answers_, context_.mount);
    std::string text(checked_.ini.reveal());
    auto parsed = parse_settings(text, context_.place.config);
    wipe(text);
    if (auto* settings = std::get_if<Settings>(&parsed)) {
      checked_.settings = std::move(*settings);
      return;
    }
    for (const auto& error : std::get<std::vector<ConfigError>>(parsed)) {
      const auto* field = field_of_setting(error.message, answers_.database);
      refuse_setting(field != nullptr ? field->name : "url", error.message);
    }
  }

  // The message of the configuration speaks to those who edit cardea.ini, in English.
  void refuse_setting(std::string_view field, std::string_view message) {
    if (field == "url") return refuse(field, &SetupTexts::bad_url);
    if (field == "mail_from") return refuse(field, &SetupTexts::bad_from);
    if (field == "path") return refuse(field, &SetupTexts::bad_path);
    refuse_with(field, message);
  }

  [[nodiscard]] bool is_refused(std::string_view field) const {
    return std::any_of(problems_.begin(), problems_.end(),
                       [field](const AnswerProblem& problem) { return problem.field == field; });
  }

  // Also if other answers are refused, so that the owner sees everything at once.
  void look_at_administrator() {
    const auto email = parse_email(answers_.email);
    if (email) {
      checked_.email = *email;
    } else if (!is_refused("email")) {
      refuse("email", &SetupTexts::bad_email);
    }
    if (is_refused("admin_password")) return;
    auto chosen = choose_administrator_password(answers_.admin_password, answers_.email, checked_.settings,
                                                context_.language);
    if (auto* password = std::get_if<Secret>(&chosen)) {
      checked_.password = std::move(*password);
    } else {
      refuse("admin_password", std::get<std::string>(std::move(chosen)));
    }
  }

  void look_at_file() {
    const auto& path = checked_.settings.database.path;
    if (is_public(path, context_.document_root)) return refuse("path", &SetupTexts::path_public);
    if (!may_create(path)) return refuse("path", &SetupTexts::path_unwritable);
    if (on_network_file_system(existing_directory(path) + "/.")) refuse("path", &SetupTexts::path_network);
  }

  void look_at_database() {
    const auto& database = checked_.settings.database;
    const bool is_file = database.kind == DatabaseKind::sqlite;
    const std::string_view field = is_file ? "path" : "host";
    if (is_file) look_at_file();
    if (!problems_.empty()) return;
    try {
      const bool goes_on = context_.place.is_begun();
      if (was_set_up(database) && !goes_on) refuse(field, &SetupTexts::database_used);
    } catch (const StoreUnavailable& failure) {
      refuse(field, database_problem_in_words(failure.what(), context_.language));
    } catch (const StoreError& failure) {
      refuse(field, database_problem_in_words(failure.what(), context_.language));
    }
  }

  const Answers& answers_;
  const AnswerContext& context_;
  Installation checked_;
  AnswerProblems problems_;
};

// The number in "database error 1045: …"; 0 if there is none.
int error_number(std::string_view message) {
  constexpr std::string_view before = "database error ";
  const auto at = message.find(before);
  if (at == message.npos) return 0;
  int number = 0;
  for (const char digit : message.substr(at + before.size(), 5)) {
    if (digit < '0' || digit > '9') break;
    number = number * 10 + (digit - '0');
  }
  return number;
}

// MySQL's and MariaDB's error numbers (Server Error Reference): 1044 and 1049 no such database for this account, 1045 and
// 1698 the account is refused, 2002 to 2006 no server.
Text SetupTexts::*words_for(int number) {
  switch (number) {
    case 1044:
    case 1049:
      return &SetupTexts::no_database;
    case 1045:
    case 1698:
      return &SetupTexts::denied;
    case 2002:
    case 2003:
    case 2005:
    case 2006:
      return &SetupTexts::no_server;
    default:
      return &SetupTexts::database_failed;
  }
}

}  // namespace

const std::vector<AnswerField>& answer_fields() {
  constexpr auto mysql = DatabaseKind::mysql;
  constexpr auto sqlite = DatabaseKind::sqlite;
  static const std::vector<AnswerField> fields{
      {"url", &Answers::url, &SetupTexts::url, true},
      {"site_name", &Answers::site_name, &SetupTexts::site_name},
      {"host", &Answers::host, &SetupTexts::host, true, mysql, true},
      {"schema", &Answers::schema, &SetupTexts::schema, true, mysql, true},
      {"user", &Answers::user, &SetupTexts::user, true, mysql, true},
      {"path", &Answers::path, &SetupTexts::path, true, sqlite, true},
      {"mail_from", &Answers::mail_from, &SetupTexts::mail_from},
      {"email", &Answers::email, &SetupTexts::email, true}};
  return fields;
}

namespace {

constexpr const char* usual_sendmail = "/usr/sbin/sendmail";  // of [mail] sendmail

}  // namespace

Secret ini_of(const Answers& answers, const std::string& mount) {
  std::string text = "; Written by set-up. conf/README.md describes every setting.\n[site]\n";
  add_line(text, "url", answers.url);
  if (mount != "/auth") add_line(text, "mount", mount);
  add_line(text, "name", answers.site_name);
  text += "\n[database]\n";
  if (answers.database == DatabaseKind::sqlite) {
    add_line(text, "url", "sqlite:" + answers.path);
  } else {
    const auto url = mysql_url(answers);
    add_line(text, "url", url.reveal());
  }
  text += "\n[mail]\n";
  add_line(text, "from", answers.mail_from);
  // Without the program no user could ever verify an address.
  if (!answers.mail_from.empty() && access(usual_sendmail, X_OK) == 0)
    text += "\n[registration]\nverify_email = first\n";
  return Secret(std::move(text));
}

std::variant<Installation, AnswerProblems> check_answers(const Answers& answers,
                                                         const AnswerContext& context) {
  return Checking(answers, context).run();
}

std::variant<Secret, std::string> choose_administrator_password(const Secret& typed, std::string_view email,
                                                                const Settings& settings, Language language) {
  const auto& words = texts_of(language).setup;
  HashingSlots unused({}, 1, milliseconds{0});  // nothing is hashed here
  auto chosen =
      Passwords(settings.password, unused).choose(typed, names_of_account(email, {}, {}, settings.site));
  if (auto* password = std::get_if<ChosenPassword>(&chosen)) return std::move(password->text);
  switch (std::get<PasswordProblem>(chosen)) {
    case PasswordProblem::too_short:
      return filled(words.too_short, {{"count", std::to_string(settings.password.min_length)}});
    case PasswordProblem::too_common:
      return std::string(words.too_common);
    case PasswordProblem::too_long:
      return std::string(words.too_long);
    case PasswordProblem::not_text:
      break;
  }
  return std::string(words.bad_text);
}

std::string database_problem_in_words(std::string_view message, Language language) {
  const auto& words = texts_of(language).setup;
  return std::string(words.*words_for(error_number(message))) + " " +
         filled(words.said, {{"message", message}});
}

}  // namespace cardea
