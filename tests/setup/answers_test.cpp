#include "setup/answers.h"

#include <boost/test/unit_test.hpp>

#include "config/load.h"
#include "setup/scene.h"

using namespace cardea;
using namespace cardea::testing;

namespace {

Answers valid_answers(const Uploaded& host) {
  Answers answers;
  answers.url = "https://example.com";
  answers.database = DatabaseKind::sqlite;
  answers.path = host.program() + "/cardea.db";
  answers.email = "owner@example.com";
  answers.admin_password = Secret::copy_of(admin_password);
  return answers;
}

// "field text" of each problem, a line each; empty if there is none.
std::string problems_with(const Answers& answers, const Uploaded& host) {
  const auto checked = check_answers(answers, {"/auth", host.public_html(), host.place(), Language::en});
  std::string text;
  if (const auto* problems = std::get_if<AnswerProblems>(&checked))
    for (const auto& [field, problem] : *problems) text += std::string(field) + " " + problem + "\n";
  return text;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(answers_)

BOOST_AUTO_TEST_CASE(valid_answers_become_settings) {
  const Uploaded host;
  auto answers = valid_answers(host);
  answers.site_name = "Ada's site";
  answers.mail_from = "noreply@example.com";
  const auto checked = check_answers(answers, {"/sign", host.public_html(), host.place(), Language::en});
  const auto& installation = std::get<Installation>(checked);
  BOOST_TEST(installation.settings.site.mount == "/sign");
  BOOST_TEST(installation.settings.site.name == "Ada's site");
  BOOST_TEST(installation.settings.mail.from == "noreply@example.com");
  BOOST_TEST(installation.settings.tokens.keys == host.program() + "/keys");
  BOOST_TEST(installation.email.key == "owner@example.com");
  BOOST_TEST(!std::filesystem::exists(answers.path));
}

BOOST_AUTO_TEST_CASE(each_answer_that_is_missing_is_named) {
  const Uploaded host;
  Answers answers;
  const auto problems = problems_with(answers, host);
  for (const auto* field : {"url", "host", "schema", "user", "email", "admin_password"})
    BOOST_TEST(
        ("\n" + problems).find("\n" + std::string(field) + " Fill in this field.") != std::string::npos,
        field);
  BOOST_TEST(problems.find("path ") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_line_break_in_an_answer_cannot_begin_another_setting) {
  const Uploaded host;
  for (const auto& field : answer_fields()) {
    auto answers = valid_answers(host);
    answers.host = answers.schema = answers.user = "x";
    answers.database = field.is_of_database ? field.only_for : DatabaseKind::sqlite;
    answers.*field.value += "\n[gate]\nmode = optional";
    BOOST_TEST(problems_with(answers, host).starts_with(field.name), field.name);
  }
}

BOOST_AUTO_TEST_CASE(passwords_of_the_database_may_hold_anything) {
  Answers answers;
  answers.url = "https://example.com";
  answers.host = "db.example.com:3307";
  answers.schema = "shop";
  answers.user = "u@x/y";
  for (const auto* password : {"p@ss/w?rd#%&;= \"quoted\"", "한글", " ; x", ""}) {
    answers.database_password = Secret::copy_of(password);
    const auto ini = ini_of(answers, "/auth");
    const auto parsed = parse_settings(std::string(ini.reveal()), "/home/cardea.ini");
    BOOST_REQUIRE(std::holds_alternative<Settings>(parsed));
    const auto& database = std::get<Settings>(parsed).database;
    BOOST_TEST(database.password.reveal() == password);
    BOOST_TEST(database.user == "u@x/y");
    BOOST_TEST(database.hosts.at(0).port == 3307);
  }
  answers.host = "/run/mysqld/mysqld.sock";
  const auto ini = ini_of(answers, "/auth");
  const auto parsed = parse_settings(std::string(ini.reveal()), "/home/cardea.ini");
  BOOST_TEST(std::get<Settings>(parsed).database.socket == "/run/mysqld/mysqld.sock");
}

BOOST_AUTO_TEST_CASE(the_file_of_sqlite_lies_outside_the_document_root_in_a_folder_of_ours) {
  const Uploaded host;
  auto answers = valid_answers(host);
  answers.path = host.public_html() + "/new/cardea.db";
  BOOST_TEST(problems_with(answers, host) ==
             "path This file would be in the web folder. Choose a place outside it.\n");
  std::filesystem::create_directory(host.file("home/open"));
  ::chmod(host.file("home/open").c_str(), 0777);
  answers.path = host.file("home/open/cardea.db");
  BOOST_TEST(problems_with(answers, host) == "path The program can't write to this folder.\n");
  answers.path = "cardea.db";
  BOOST_TEST(problems_with(answers, host).starts_with("path Enter the whole path"));
}

BOOST_AUTO_TEST_CASE(the_file_of_sqlite_lies_outside_public_html_whatever_root_the_server_tells) {
  const Uploaded host;
  auto answers = valid_answers(host);
  for (const auto& path : {host.public_html() + "/x.db", host.program() + "/../public_html/x.db"})
    for (const auto& told : {std::string(), host.program() + "/cardea.cgi/", std::string("/srv/www")}) {
      answers.path = path;
      const auto checked = check_answers(answers, {"/auth", told, host.place(), Language::en});
      const auto* problems = std::get_if<AnswerProblems>(&checked);
      BOOST_TEST_REQUIRE(problems != nullptr, path + " " + told);
      BOOST_TEST(problems->at(0).text.starts_with("This file would be in the web folder"));
    }
}

BOOST_AUTO_TEST_CASE(what_would_begin_a_comment_is_refused_at_its_own_field) {
  const Uploaded host;
  auto answers = valid_answers(host);
  answers.site_name = "Cats ; dogs";
  BOOST_TEST(problems_with(answers, host) == "site_name This can't be used: \" ;\"\n");
}

BOOST_AUTO_TEST_CASE(the_administrator_needs_an_address_and_a_long_password) {
  const Uploaded host;
  auto answers = valid_answers(host);
  answers.email = "owner";
  BOOST_TEST(problems_with(answers, host).starts_with("email Enter a complete email address"));
  answers = valid_answers(host);
  answers.admin_password = Secret::copy_of("short");
  BOOST_TEST(problems_with(answers, host) == "admin_password Use at least 8 characters.\n");
}

BOOST_AUTO_TEST_CASE(a_database_that_cannot_be_reached_is_told_at_once_in_plain_words) {
  const Uploaded host;
  auto answers = valid_answers(host);
  answers.database = DatabaseKind::mysql;
  answers.host = "127.0.0.1:9";
  answers.schema = answers.user = "shop";
  answers.database_password = Secret::copy_of("canary-password");
  const auto problems = problems_with(answers, host);
  BOOST_TEST(problems.starts_with("host No database server answers at this name."));
  BOOST_TEST(problems.find("canary-password") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(error_numbers_of_the_database_have_words_and_the_message_stays) {
  const auto said = [](std::string_view message) { return database_problem_in_words(message, Language::en); };
  BOOST_TEST(said("database error 1045: Access denied for user 'x'@'localhost'")
                 .starts_with("The database server doesn't accept"));
  BOOST_TEST(said("database error 1044: Access denied").starts_with("There is no database of this name"));
  BOOST_TEST(said("database error 2005: Unknown server host").starts_with("No database server answers"));
  BOOST_TEST(said("SQLite 13: full").starts_with("The database doesn't work yet."));
  BOOST_TEST(said("SQLite 13: full").ends_with("The message was: SQLite 13: full"));
  BOOST_TEST(database_problem_in_words("database error 1049", Language::ko).starts_with("이 이름의"));
}

BOOST_AUTO_TEST_CASE(the_administrator_gets_no_password_that_is_easy_to_guess) {
  const Uploaded host;
  auto answers = valid_answers(host);
  answers.site_name = "Moonlight";
  for (const auto* password : {"password123", "moonlight2026", "Owner@example.com", "example.com!1"}) {
    answers.admin_password = Secret::copy_of(password);
    BOOST_TEST(problems_with(answers, host).starts_with("admin_password Many people use this password"),
               password);
  }
}

BOOST_AUTO_TEST_CASE(everything_that_is_wrong_is_told_at_once) {
  const Uploaded host;
  auto answers = valid_answers(host);
  answers.url = "example.com/blog";
  answers.mail_from = "nobody";
  answers.email = "owner";
  answers.admin_password = Secret::copy_of("short");
  const auto problems = "\n" + problems_with(answers, host);
  for (const auto* field : {"url", "mail_from", "email", "admin_password"})
    BOOST_TEST(problems.find("\n" + std::string(field) + " ") != std::string::npos, field);
}

BOOST_AUTO_TEST_CASE(what_is_wrong_is_told_in_the_language_of_the_page) {
  const Uploaded host;
  auto answers = valid_answers(host);
  answers.url = "ftp://x y";
  answers.site_name = "a\nb";
  answers.mail_from = "nobody";
  answers.email = "owner";
  answers.admin_password = Secret::copy_of("password123");
  for (const auto language : {Language::ko, Language::ja}) {
    const auto checked = check_answers(answers, {"/auth", host.public_html(), host.place(), language});
    for (const auto& [field, text] : std::get<AnswerProblems>(checked))
      BOOST_TEST(text.find(" is ") == std::string::npos, text);
    answers.site_name.clear();
  }
}

BOOST_AUTO_TEST_SUITE_END()
