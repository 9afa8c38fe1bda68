#include <boost/test/unit_test.hpp>

#include <sstream>

#include "cli/console.h"
#include "command_case.h"
#include "password/password.h"

using namespace cardea;

namespace {

struct Installed : CommandCase {
  Installed() { install(); }
};

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(cli_user)

BOOST_AUTO_TEST_CASE(a_user_is_added_with_a_password_from_standard_input) {
  Installed cardea;
  const Ran added =
      cardea.run({"user", "add", "--email", "Ada@Example.com", "--name", "Ada", "--scope", " read  write "},
                 std::string(CommandCase::password) + "\r\nsecond line\n");
  BOOST_TEST_REQUIRE((added.code == ExitCode::done), added.err);
  const Ran shown = cardea.run({"user", "show", "ada@example.com", "--json"});
  const Json user = shown.json();
  BOOST_TEST(user["id"] == added.out.substr(0, 36));
  BOOST_TEST(user["email"] == "Ada@Example.com");
  BOOST_TEST(user["name"] == "Ada");
  BOOST_TEST(user["scope"] == "read write");
  BOOST_TEST(user["status"] == "active");
  BOOST_TEST(user["created_at"] == rfc3339(cardea.now));
  BOOST_TEST(user["last_sign_in_at"].is_null());
  BOOST_TEST(user["has_password"] == true);
  BOOST_TEST(user["devices"] == 0);

  // What was stored opens the account with the first line, without its line break.
  const auto stored = cardea.store()->user_by_email("ada@example.com");
  BOOST_TEST_REQUIRE(stored.has_value());
  PasswordSettings settings;
  settings.memory = 8 << 20;
  settings.iterations = 1;
  HashingSlots gate(cardea.path("gate").string(), 1, milliseconds{1000});
  BOOST_TEST(
      (Passwords(settings, gate).check(Secret::copy_of(CommandCase::password), stored->password_hash) ==
       PasswordVerdict::right));
}

BOOST_AUTO_TEST_CASE(a_user_is_not_added_without_a_good_password_and_a_free_address) {
  Installed cardea;
  cardea.add_user("ada@example.com");
  struct Row {
    std::vector<std::string> arguments;
    std::string input;
    ExitCode code;
    std::string why;
  };
  const std::string good = std::string(CommandCase::password) + "\n";
  const std::vector<Row> rows{
      {{"--email", "ADA@example.com"}, good, ExitCode::refused, "ADA@example.com is in use by another user"},
      {{"--email", "bob@example.com"}, "", ExitCode::refused, "no password came"},
      {{"--email", "bob@example.com"}, "\n", ExitCode::refused, "too short: at least 8 characters"},
      {{"--email", "bob@example.com"}, "1234567\n", ExitCode::refused, "too short"},
      {{"--email", "bob@example.com"}, std::string(5000, 'x') + "\n", ExitCode::refused, "too long"},
      {{"--email", "bob@example.com"}, std::string(100'000, 'x'), ExitCode::refused, "too long"},
      {{"--email", "bob@example.com"}, "caf\xe9 cafe cafe\n", ExitCode::refused, "not text"},
      {{"--email", "bob"}, good, ExitCode::usage, "not an e-mail address"},
      {{"--email", "bob@example.com", "--name", "\x07\u3164"}, good, ExitCode::usage, "--name"},
      {{"--email", "bob@example.com", "--scope", "a\"b"}, good, ExitCode::usage, "--scope"},
  };
  for (const Row& row : rows) {
    std::vector<std::string> arguments{"user", "add"};
    arguments.insert(arguments.end(), row.arguments.begin(), row.arguments.end());
    const Ran ran = cardea.run(arguments, row.input);
    BOOST_TEST((ran.code == row.code), row.why << " / " << ran.err);
    BOOST_TEST(has(ran.err, row.why), ran.err << " lacks " << row.why);
    BOOST_TEST(ran.out == "");
  }
  BOOST_TEST(cardea.run({"user", "list", "--json"}).json().size() == 1U);
}

BOOST_AUTO_TEST_CASE(users_are_listed_page_by_page) {
  Installed cardea;
  BOOST_TEST(cardea.run({"user", "list"}).out == "");
  BOOST_TEST(cardea.run({"user", "list", "--json"}).out == "[]\n");
  std::vector<std::string> ids;
  for (const char* email : {"a@example.com", "b@example.com", "c@example.com"}) {
    ids.push_back(cardea.add_user(email));
    cardea.now += seconds{1};
  }
  const Json first = cardea.run({"user", "list", "--limit", "2", "--json"}).json();
  BOOST_TEST(first.size() == 2U);
  BOOST_TEST(first[1]["id"] == ids[1]);
  const Json rest = cardea.run({"user", "list", "--after", ids[1], "--json"}).json();
  BOOST_TEST(rest.size() == 1U);
  BOOST_TEST(rest[0]["email"] == "c@example.com");
  const std::string text = cardea.run({"user", "list"}).out;
  BOOST_TEST(has(text, "b@example.com"));
  BOOST_TEST(has(text, ids[2]));
  BOOST_TEST((cardea.run({"user", "list", "--after", "b@example.com"}).code == ExitCode::usage));
}

BOOST_AUTO_TEST_CASE(a_user_is_named_by_address_or_by_id) {
  Installed cardea;
  const std::string id = cardea.add_user("ada@example.com");
  for (const std::string& name : {id, std::string("ada@example.com"), std::string("ADA@EXAMPLE.COM")}) {
    const Ran shown = cardea.run({"user", "show", name});
    BOOST_TEST((shown.code == ExitCode::done), shown.err);
    BOOST_TEST(has(shown.out, id));
  }
  BOOST_TEST((cardea.run({"user", "show", "bob@example.com"}).code == ExitCode::refused));
  BOOST_TEST(
      (cardea.run({"user", "show", "0192f3c4-0000-7000-8000-000000000000"}).code == ExitCode::refused));
  const Ran neither = cardea.run({"user", "show", "a da"});
  BOOST_TEST((neither.code == ExitCode::usage));
  BOOST_TEST(has(neither.err, "neither an e-mail address nor a user name nor a user's id"));
}

BOOST_AUTO_TEST_CASE(an_address_is_set_and_counts_as_verified) {
  Installed cardea;
  const std::string id = cardea.add_user("ada@example.com");
  (void)cardea.add_user("bob@example.com");
  const auto set = [&](std::vector<std::string> more) {
    std::vector<std::string> arguments{"user", "set-email", "ada@example.com"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return cardea.run(arguments);
  };
  BOOST_TEST((set({"no address"}).code == ExitCode::usage));
  BOOST_TEST((set({"ada@example.net", "ada@example.org"}).code == ExitCode::usage));
  const Ran taken = set({"BOB@example.com"});
  BOOST_TEST((taken.code == ExitCode::refused));
  BOOST_TEST(has(taken.err, "BOB@example.com is in use by another user"));
  BOOST_TEST((set({"Ada@example.net"}).code == ExitCode::done));
  const Json shown = cardea.run({"user", "show", id, "--json"}).json();
  BOOST_TEST(shown["email"] == "Ada@example.net");
  BOOST_TEST(shown["email_verified"] == true);
  BOOST_TEST((cardea.run({"user", "show", "ada@example.com"}).code == ExitCode::refused));
}

BOOST_AUTO_TEST_CASE(every_change_of_a_user_is_done_and_recorded) {
  Installed cardea;
  const std::string id = cardea.add_user("ada@example.com");
  const auto before = cardea.store()->user_by_email("ada@example.com");
  const auto step = [&](std::vector<std::string> arguments, const std::string& input = "") {
    cardea.now += seconds{1};
    const Ran ran = cardea.run(std::move(arguments), input);
    BOOST_TEST((ran.code == ExitCode::done), ran.err);
  };
  step({"user", "set-password", "ada@example.com"}, "another good password\n");
  const auto after = cardea.store()->user_by_email("ada@example.com");
  BOOST_TEST(after->password_hash != before->password_hash);
  BOOST_TEST(after->epoch > before->epoch);
  step({"user", "disable", id});
  BOOST_TEST(cardea.run({"user", "show", id, "--json"}).json()["status"] == "disabled");
  step({"user", "enable", id});
  BOOST_TEST(cardea.run({"user", "show", id, "--json"}).json()["status"] == "active");
  step({"user", "delete", id, "--yes"});
  BOOST_TEST((cardea.run({"user", "show", id}).code == ExitCode::refused));

  const Json events = cardea.run({"events", "--user", id, "--json"}).json();
  std::vector<std::string> kinds;
  for (const Json& event : events) kinds.push_back(event["kind"]);
  const std::vector<std::string> wanted{"user_deleted", "user_enabled", "user_disabled", "password_changed",
                                        "registered"};
  BOOST_TEST(kinds == wanted, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_user_is_not_deleted_by_accident) {
  Installed cardea;
  const std::string id = cardea.add_user("ada@example.com");
  const Ran asked = cardea.run({"user", "delete", id});
  BOOST_TEST((asked.code == ExitCode::usage));
  BOOST_TEST(has(asked.err, "--yes"));
  BOOST_TEST((cardea.run({"user", "show", id}).code == ExitCode::done));
}

BOOST_AUTO_TEST_CASE(a_bad_password_changes_nothing) {
  Installed cardea;
  cardea.add_user("ada@example.com");
  const auto before = cardea.store()->user_by_email("ada@example.com");
  BOOST_TEST((cardea.run({"user", "set-password", "ada@example.com"}, "short\n").code == ExitCode::refused));
  BOOST_TEST(cardea.store()->user_by_email("ada@example.com")->password_hash == before->password_hash);
  BOOST_TEST(
      (cardea.run({"user", "set-password", "bob@example.com"}, "long enough\n").code == ExitCode::refused));
}

BOOST_AUTO_TEST_CASE(no_password_hash_or_key_is_ever_printed) {
  Installed cardea;
  const std::string id = cardea.add_user("ada@example.com");
  const std::string hash = cardea.store()->user_by_email("ada@example.com")->password_hash;
  const std::string secret(CommandCase::password);
  const std::vector<std::vector<std::string>> commands{
      {"user", "add", "--email", "ada@example.com"},
      {"user", "show", id},
      {"user", "show", id, "--json"},
      {"user", "list"},
      {"user", "list", "--json"},
      {"user", "set-password", id},
      {"device", "list", id},
      {"device", "list", id, "--json"},
      {"key", "new"},
      {"key", "list"},
      {"key", "list", "--json"},
      {"events"},
      {"events", "--json"},
      {"check", "--offline"},
      {"check", "--offline", "--json"},
      {"purge"},
      {"migrate"},
      {"user", "delete", id, "--yes"},
  };
  for (const auto& command : commands) {
    const Ran ran = cardea.run(command, secret + "\n");
    for (const std::string& text : {ran.out, ran.err}) {
      BOOST_TEST(!has(text, secret), command.front());
      BOOST_TEST(!has(text, "argon2"), command.front());
      BOOST_TEST(!has(text, hash), command.front());
      BOOST_TEST(!has(text, "BEGIN"), command.front());
    }
  }
}

// A Hangul syllable and an emoji take two columns of a terminal, a combining accent none.
BOOST_AUTO_TEST_CASE(the_columns_of_a_table_align_in_every_script) {
  TextTable table({"name", "mail"});
  for (const std::string name : {"Ada", "김철수", "山田 太郎", "e\u0301\u0302", "\U0001F600"})
    table.add({name, "x@y"});
  std::ostringstream out;
  table.print(out);
  BOOST_TEST(out.str() ==
             "name       mail\n"
             "Ada        x@y\n"
             "김철수     x@y\n"
             "山田 太郎  x@y\n"
             "e\u0301\u0302          x@y\n"
             "\U0001F600         x@y\n");
}

BOOST_AUTO_TEST_SUITE_END()
