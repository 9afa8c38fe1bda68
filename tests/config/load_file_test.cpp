// Files: the configuration's own, and that of the database's password, which stays in it.
#include <boost/test/unit_test.hpp>
#include <string>

#include "config/load.h"
#include "config/sample.h"
#include "config/temporary_directory.h"
#include "support/contains.h"

using namespace cardea;

BOOST_AUTO_TEST_SUITE(load_file)

BOOST_AUTO_TEST_CASE(the_password_can_come_from_a_file_beside_the_configuration) {
  const TemporaryDirectory directory;
  const std::string text =
      "[site]\nurl = https://example.com\n[database]\nurl = mysql://u@h/db\npassword_file = pass\n";
  directory.write("pass", "hunter2 ;=\"\n");
  const auto path = directory.write("cardea.ini", text);
  const auto settings = settings_of(load_settings(path));
  BOOST_TEST(settings.database.password.reveal() == "hunter2 ;=\"");
  BOOST_TEST(settings.tokens.keys == directory.path("keys"));
}

BOOST_AUTO_TEST_CASE(a_password_file_must_be_private_and_hold_one_line) {
  const TemporaryDirectory directory;
  const auto errors_with = [&](const std::string& contents, mode_t mode) {
    const auto file = directory.write("pass", contents, mode);
    return errors_of(
        Sample{}.set("database", "url", "mysql://u@h/db").set("database", "password_file", file).read());
  };
  BOOST_TEST(errors_with("hunter2\r\n", 0600).empty());
  BOOST_TEST(errors_with("hunter2", 0600).empty());
  BOOST_TEST(contains(errors_with("hunter2", 0644),
                      "[database] password_file: the file is refused: others can read"));
  for (const auto* contents : {"", "\n", "hunter2\n\n", "hunter2\nx\n", "\nhunter2"}) {
    const auto errors = errors_with(contents, 0600);
    BOOST_TEST(contains(errors, "[database] password_file: "));
    BOOST_TEST(!contains(errors, "hunter2"), errors);
  }
}

BOOST_AUTO_TEST_CASE(there_is_one_password_and_only_where_one_is_needed) {
  const TemporaryDirectory directory;
  const auto file = directory.write("pass", "x\n");
  const auto errors_with = [&](const std::string& url) {
    return errors_of(Sample{}.set("database", "url", url).set("database", "password_file", file).read());
  };
  BOOST_TEST(contains(errors_with("mysql://u:p@h/db"), "url has a password already"));
  BOOST_TEST(contains(errors_with("sqlite:/a.db"), "a SQLite database has no password"));
  BOOST_TEST(errors_with("mysql://u@h/db").empty());
}

BOOST_AUTO_TEST_CASE(a_user_of_smtp_has_a_password_in_a_private_file_and_only_a_user_has) {
  const TemporaryDirectory directory;
  const auto errors_with = [](const std::string& url, const std::string& file) {
    return errors_of(Sample{}.set("mail", "smtp", url).set("mail", "password_file", file).read());
  };
  const auto file = directory.write("pass", "x\n", 0600);
  for (const auto* url : {"smtps://cardea@mail.example.com", "smtp+starttls://u@mail.example.com:587",
                          "smtps://noreply%40example.com@mail.example.com?ca=/etc/ssl/own.pem",
                          "smtps://u@[2001:db8::1]:465", "smtps://u@10.0.0.1"}) {
    BOOST_TEST(errors_with(url, file).empty(), url);
    BOOST_TEST(contains(errors_with(url, ""), "[mail] password_file: smtp names a user"));
  }
  BOOST_TEST(contains(errors_with("smtp://localhost", file), "[mail] password_file: smtp names no user"));
  BOOST_TEST(contains(errors_with("smtps://u@10.0.0.1", directory.write("open", "x\n", 0644)),
                      "[mail] password_file: the file is refused: others can read"));
}

BOOST_AUTO_TEST_CASE(a_file_that_others_can_read_is_refused_as_a_whole) {
  const TemporaryDirectory directory;
  const auto path = directory.write("cardea.ini", Sample{}.text(), 0644);
  BOOST_TEST(contains(errors_of(load_settings(path)), path + ": others can read or change it (mode 0644)"));
  BOOST_TEST(contains(errors_of(load_settings(directory.path("none"))), "cannot be opened: No such file"));
}

BOOST_AUTO_TEST_CASE(a_private_file_is_loaded) {
  const TemporaryDirectory directory;
  const auto path = directory.write("cardea.ini", Sample{}.text());
  BOOST_TEST(settings_of(load_settings(path)).file == path);
}

BOOST_AUTO_TEST_SUITE_END()
