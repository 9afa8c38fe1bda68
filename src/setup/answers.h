// The answers of the owner, from the page or from a terminal, and what is wrong with them. The configuration itself decides:
// the answers become the text of a cardea.ini, which is read as every cardea.ini is.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/email.h"
#include "base/language.h"
#include "base/secret.h"
#include "config/settings.h"
#include "setup/place.h"
#include "text/text.h"

namespace cardea {

struct Answers {
  std::string url, site_name;
  DatabaseKind database = DatabaseKind::mysql;
  std::string host, schema, user;  // of MySQL
  Secret database_password;
  std::string path;  // of SQLite
  std::string mail_from;
  std::string email;  // of the first administrator
  Secret admin_password;
};

// Those that are typed as visible text, in the order of the form.
struct AnswerField {
  std::string_view name;  // in the form
  std::string Answers::*value;
  Text SetupTexts::*label;
  bool is_required = false;
  DatabaseKind only_for = DatabaseKind::mysql;  // with is_of_database
  bool is_of_database = false;
};
[[nodiscard]] const std::vector<AnswerField>& answer_fields();

// What cannot be accepted, in the language of the owner. Holds no password.
struct AnswerProblem {
  std::string_view field;  // its name in the form
  std::string text;
};
using AnswerProblems = std::vector<AnswerProblem>;

// Checked answers: what install() needs.
struct Installation {
  Place place;
  Settings settings;
  Secret ini;  // the text of cardea.ini
  Email email;
  Secret password;  // prepared (password/password.h)
};

struct AnswerContext {
  std::string mount;
  std::string document_root;
  Place place;
  Language language = Language::en;
};

// The text of cardea.ini. Precondition: no answer holds a line break.
[[nodiscard]] Secret ini_of(const Answers& answers, const std::string& mount);

// Writes nothing. Connects to a MySQL database to see whether it can be used, so this takes up to the connect timeout.
[[nodiscard]] std::variant<Installation, AnswerProblems> check_answers(const Answers& answers,
                                                                       const AnswerContext& context);

// A new password of an administrator as prepare_password makes it, if the settings accept it (Passwords::choose); else why
// not, in that language.
[[nodiscard]] std::variant<Secret, std::string> choose_administrator_password(const Secret& typed,
                                                                              std::string_view email,
                                                                              const Settings& settings,
                                                                              Language language);

// What an error of the database means in plain words, with the database's own message behind. The message is that of
// StoreUnavailable or StoreError, which names the server's error number.
[[nodiscard]] std::string database_problem_in_words(std::string_view message, Language language);

}  // namespace cardea
