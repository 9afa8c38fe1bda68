#include <boost/test/unit_test.hpp>

#include "command_case.h"

using namespace cardea;

namespace {

struct Installed : CommandCase {
  Installed() {
    write_config("imported = phpass, bcrypt\n");
    install();
  }
  Ran import(const std::string& table, std::vector<std::string> options = {}) {
    options.insert(options.begin(), {"user", "import"});
    return run(options, table);
  }
};

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

const std::string phpass = "$P$9IQRaTwmfeRo7ud9Fh4E2PdI0S3r.L0";

}  // namespace

BOOST_AUTO_TEST_SUITE(cli_user_import)

BOOST_AUTO_TEST_CASE(a_table_of_wordpress_is_taken_over_with_its_passwords) {
  Installed cardea;
  const Ran imported = cardea.import(
      "\xEF\xBB\xBF"
      "name,email,password_hash,created_at,disabled\r\n"
      "\"Lovelace, Ada \"\"A.\"\"\",Ada@Example.com," +
      phpass + ",2019-03-01 12:00:00,no\r\n" + "Bob,bob@example.com,,1551441600,1\r\n");
  BOOST_TEST_REQUIRE((imported.code == ExitCode::done), imported.err);
  BOOST_TEST(imported.out == "2 users added, 0 were there already, 0 lines left out\n");
  const auto ada = cardea.store()->user_by_email("ada@example.com");
  BOOST_TEST_REQUIRE(ada.has_value());
  BOOST_TEST(ada->name == "Lovelace, Ada \"A.\"");
  BOOST_TEST(ada->password_hash == phpass);
  BOOST_TEST(rfc3339(ada->created_at) == "2019-03-01T12:00:00Z");
  const auto bob = cardea.store()->user_by_email("bob@example.com");
  BOOST_TEST_REQUIRE(bob.has_value());
  BOOST_TEST((bob->status == UserStatus::disabled));
  BOOST_TEST(bob->password_hash.empty());
  BOOST_TEST((bob->created_at == ada->created_at));
}

BOOST_AUTO_TEST_CASE(tabs_separate_as_well_as_commas) {
  Installed cardea;
  const Ran imported = cardea.import("email\tname\tscope\nada@example.com\tAda, the first\tstaff  read\n");
  BOOST_TEST_REQUIRE((imported.code == ExitCode::done), imported.err);
  const auto ada = cardea.store()->user_by_email("ada@example.com");
  BOOST_TEST(ada->name == "Ada, the first");
  BOOST_TEST(ada->scope == "staff read");
}

BOOST_AUTO_TEST_CASE(one_bad_line_keeps_the_whole_table_out_and_is_named) {
  struct Row {
    std::string line;
    std::string why;
  };
  const Row rows[] = {
      {"nobody,,\n", "line 3: 'nobody' is not an e-mail address"},
      {"c@example.com,5f4dcc3b5aa765d61d8327deb882cf99,\n", "line 3: the password_hash is of no kind"},
      {"c@example.com,$1$saltsalt$qjXMvbEw8oaL.CzflDtaK/,\n",
       "of the kind crypt; add that to [password] imported first"},
      {"c@example.com,\n", "line 3: 2 cells where the first line names 3"},
      {"a@example.com,,\n", "line 3: a@example.com is there twice"},
      {"c@example.com,,\xff\n", "line 3: the name is not UTF-8"},
  };
  for (const auto& row : rows) {
    Installed cardea;
    const Ran imported =
        cardea.import("email,password_hash,name\na@example.com," + phpass + ",A\n" + row.line);
    BOOST_TEST((imported.code == ExitCode::refused), row.line);
    BOOST_TEST(has(imported.err, row.why), imported.err);
    BOOST_TEST(has(imported.err, "nothing was imported"), imported.err);
    BOOST_TEST(!cardea.store()->user_by_email("a@example.com").has_value(), row.line);

    const Ran skipped = cardea.import("email,password_hash,name\na@example.com," + phpass + ",A\n" + row.line,
                                      {"--skip-bad"});
    BOOST_TEST((skipped.code == ExitCode::refused), row.line);
    BOOST_TEST(skipped.out == "1 users added, 0 were there already, 1 lines left out\n");
  }
}

BOOST_AUTO_TEST_CASE(a_table_that_is_none_is_refused_with_the_reason) {
  Installed cardea;
  BOOST_TEST(has(cardea.import("").err, "nothing came on standard input"));
  BOOST_TEST(has(cardea.import("email,user_pass\n").err, "'user_pass' is none of email, password_hash"));
  BOOST_TEST(has(cardea.import("name\nAda\n").err, "there is no column email"));
  BOOST_TEST(has(cardea.import("email,email\n").err, "twice"));
}

BOOST_AUTO_TEST_CASE(importing_again_adds_nobody_twice_and_changes_nobody) {
  Installed cardea;
  const std::string table = "email,password_hash\nada@example.com," + phpass + "\n";
  const Json first = cardea.import(table, {"--json"}).json();
  BOOST_TEST(first.at(0).at("added") == true);
  const Json second =
      cardea.import("email,name\nada@example.com,Mallory\nbob@example.com,Bob\n", {"--json"}).json();
  BOOST_TEST(second.at(0).at("added") == false);
  BOOST_TEST(second.at(0).at("id") == first.at(0).at("id"));
  BOOST_TEST(second.at(1).at("added") == true);
  BOOST_TEST(cardea.store()->user_by_email("ada@example.com")->name == "");
}

BOOST_AUTO_TEST_CASE(a_dry_run_writes_nothing) {
  Installed cardea;
  const Ran looked = cardea.import("email\nada@example.com\n", {"--dry-run"});
  BOOST_TEST(looked.out == "1 lines are good, 0 are not\n");
  BOOST_TEST(!cardea.store()->user_by_email("ada@example.com").has_value());
}

BOOST_AUTO_TEST_CASE(no_hash_is_ever_shown) {
  Installed cardea;
  const Ran imported = cardea.import("email,password_hash\na@example.com,$P$notahash\n");
  BOOST_TEST(!has(imported.err + imported.out, "notahash"));
}

BOOST_AUTO_TEST_SUITE_END()
