#include <boost/test/unit_test.hpp>

#include <cstdio>

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
      {"c@example.com,correct horse,\n", "line 3: the password_hash is of no kind"},
      {"c@example.com,5f4dcc3b5aa765d61d8327deb882cf99,\n",
       "of the kind md5; add that to [password] imported"},
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
  BOOST_TEST(has(cardea.import("email,user_url\n").err, "'user_url' is none of email, username, password_hash"));
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
  BOOST_TEST(looked.out == "1 lines are valid, 0 are not\n");
  BOOST_TEST(!cardea.store()->user_by_email("ada@example.com").has_value());
}

BOOST_AUTO_TEST_CASE(no_hash_is_ever_shown) {
  Installed cardea;
  const Ran imported = cardea.import("email,password_hash\na@example.com,$P$notahash\n");
  BOOST_TEST(!has(imported.err + imported.out, "notahash"));
}

// What the last line on standard output says.
struct Counted {
  int added = -1;
  int there = -1;
  int left_out = -1;
};

Counted counted(const Ran& ran) {
  Counted counts;
  (void)std::sscanf(ran.out.c_str(), "%d users added, %d were there already, %d lines left out",
                    &counts.added, &counts.there, &counts.left_out);
  return counts;
}

std::string utf16(std::string_view ascii, bool big_endian) {
  std::string text = big_endian ? "\xFE\xFF" : "\xFF\xFE";
  for (const char letter : ascii) {
    if (big_endian) text += '\0';
    text += letter;
    if (!big_endian) text += '\0';
  }
  return text;
}

// mysql --batch never quotes: a quote is a letter like any other there.
BOOST_AUTO_TEST_CASE(nobody_vanishes_between_two_quotes_of_a_tab_separated_table) {
  Installed cardea;
  const Ran imported = cardea.import(
      "email\tname\n"
      "a@example.com\tAnn\n"
      "b@example.com\t\"The Boss\n"
      "c@example.com\tCid\n"
      "d@example.com\tDan\n"
      "e@example.com\t\"Dora\n"
      "f@example.com\tFay\n");
  BOOST_TEST_REQUIRE((imported.code == ExitCode::done), imported.err);
  BOOST_TEST(imported.out == "6 users added, 0 were there already, 0 lines left out\n");
  BOOST_TEST(cardea.store()->user_by_email("b@example.com")->name == "\"The Boss");
  BOOST_TEST(cardea.store()->user_by_email("d@example.com").has_value());
}

BOOST_AUTO_TEST_CASE(the_escapes_of_mysql_are_read_and_unknown_ones_are_refused) {
  Installed cardea;
  const Ran imported = cardea.import(
      "email\tname\tpassword_hash\tcreated_at\n"
      "a@example.com\tback\\\\slash\tNULL\t0000-00-00 00:00:00\n"
      "b@example.com\t\\N\t\\N\tNULL\n"
      "c@example.com\ttab\\there\t\t\n"
      "d@example.com\tnul\\0here\t\t\n"
      "e@example.com\tA\\qB\t\t\n"
      "f@example.com\t\t\tends so\\\n"
      "g@example.com\tGus\t\t2019-03-01 12:00:00\n",
      {"--skip-bad"});
  BOOST_TEST(cardea.store()->user_by_email("a@example.com")->name == "back\\slash");
  BOOST_TEST((cardea.store()->user_by_email("a@example.com")->created_at == cardea.now));
  BOOST_TEST(cardea.store()->user_by_email("b@example.com")->name == "");
  BOOST_TEST(cardea.store()->user_by_email("b@example.com")->password_hash == "");
  BOOST_TEST(has(imported.err, "line 6: \\q is no escape"), imported.err);
  BOOST_TEST(has(imported.err, "line 7: the line ends with a backslash"), imported.err);
  BOOST_TEST(cardea.store()->user_by_email("g@example.com").has_value());
  const auto counts = counted(imported);
  BOOST_TEST(counts.added + counts.left_out == 7);
}

BOOST_AUTO_TEST_CASE(a_quote_that_is_not_closed_takes_no_line_with_it_uncounted) {
  struct Row {
    std::string lines;
    int added;
    int left_out;
    std::string why;
  };
  const std::string boss = "b@example.com,\"The Boss\n", cid = "c@example.com,Cid\n";
  const Row rows[] = {
      {boss + cid + "d@example.com,\"Dora\ne@example.com,Eve\n", 2, 3,
       "line 3: there is text after a closing"},
      {boss + cid + "\nd@example.com,Dan\n", 1, 3, "line 3: a quote is opened and not closed"},
      {boss + "c@example.com,Cid\"\nd@example.com,Dan\n", 2, 2, "line 3: a quote is not closed in its line"},
      {"b@example.com,\"The\" Boss\n" + cid, 2, 1, "line 3: there is text after a closing quote"},
      {"b@example.com,\"The \\\"Boss\\\"\"\n" + cid, 2, 1, "line 3: there is text after a closing quote"},
      {"b@example.com,\"Bob", 1, 1, "line 3: a quote is opened and not closed"},
      {"\"b@example.com,Bob\nc@example.com,\"Cid\"\n", 1, 2, "line 4: it is inside the quotes of line 3"},
  };
  for (const auto& row : rows) {
    Installed cardea;
    const auto table = "email,name\na@example.com,Ann\n" + row.lines;
    const Ran refused = cardea.import(table);
    BOOST_TEST((refused.code == ExitCode::refused), table);
    BOOST_TEST(has(refused.err, row.why), refused.err);
    BOOST_TEST(!cardea.store()->user_by_email("a@example.com").has_value(), table);
    const auto counts = counted(cardea.import(table, {"--skip-bad"}));
    BOOST_TEST(counts.added == row.added, table);
    BOOST_TEST(counts.left_out == row.left_out, table);
  }
}

// A user may have called themselves what looks like a line of the table.
BOOST_AUTO_TEST_CASE(no_line_is_imported_out_of_a_quoted_cell) {
  Installed cardea;
  const Ran imported = cardea.import(
      "email,name\na@example.com,\"Ann\nevil@example.com,Mallory\n\"\nb@example.com,Bob\n", {"--skip-bad"});
  BOOST_TEST(!cardea.store()->user_by_email("evil@example.com").has_value());
  BOOST_TEST(imported.out == "1 users added, 0 were there already, 3 lines left out\n");
}

BOOST_AUTO_TEST_CASE(a_quoted_cell_holds_separators_and_quotes) {
  Installed cardea;
  const Ran imported = cardea.import(
      "email,name,scope\r\n"
      "a@example.com,\"Ann, the \"\"first\"\"\",\"staff read\"\r\n"
      "nobody,\"\",\r\n",
      {"--skip-bad"});
  BOOST_TEST(has(imported.err, "line 3: 'nobody'"), imported.err);
  BOOST_TEST(cardea.store()->user_by_email("a@example.com")->name == "Ann, the \"first\"");
}

BOOST_AUTO_TEST_CASE(tables_of_other_programs_are_understood) {
  const std::string tables[] = {
      "Email;Name\r\nann@example.com;Ann\r\n",
      "sep=;\r\nEmail;Name\r\nann@example.com;Ann\r\n",
      "E-Mail,Display Name\nann@example.com,Ann",
      "\"EMAIL\";\"Name\"\n\"ann@example.com\";\"Ann\"\n",
      "user_email\tdisplay_name\rann@example.com\tAnn\r",
      "\xEF\xBB\xBF"
      "email , name\n\n ann@example.com , Ann \n\n\n",
      "email,name,password_hash,created_at\nann@example.com,Ann,NULL,\\N\n",
      "email,name,created_at,disabled\nann@example.com,Ann,0000-00-00,False\n",
      "email,name,created_at\nann@example.com,Ann,2019-03-01 12:00:00.123456+00\n",
      "email,name,created_at\nann@example.com,Ann,2019-03-01T12:00:00Z\n",
      "email,name,created_at\nann@example.com,Ann,2019-03-01\n",
      "email,password,name\nann@example.com,!cannotSignIn,Ann\n",
      utf16("email,name\r\nann@example.com,Ann\r\n", false),
      utf16("email\tname\nann@example.com\tAnn\n", true),
      utf16("email;name\nann@example.com;Ann", false).substr(2),
  };
  for (const auto& table : tables) {
    Installed cardea;
    const Ran imported = cardea.import(table);
    BOOST_TEST(imported.out == "1 users added, 0 were there already, 0 lines left out\n",
               table + imported.err);
    const auto ann = cardea.store()->user_by_email("ann@example.com");
    BOOST_TEST_REQUIRE(ann.has_value(), table);
    BOOST_TEST(ann->name == "Ann", table);
    BOOST_TEST(ann->password_hash.empty(), table);
  }
}

BOOST_AUTO_TEST_CASE(a_time_with_a_zone_is_that_moment) {
  Installed cardea;
  (void)cardea.import("email,created_at\na@example.com,2019-03-01 12:00:00+09:00\n");
  BOOST_TEST(rfc3339(cardea.store()->user_by_email("a@example.com")->created_at) == "2019-03-01T03:00:00Z");
}

BOOST_AUTO_TEST_CASE(what_is_not_understood_is_refused_by_its_line) {
  struct Row {
    std::string line;
    std::string why;
  };
  const Row rows[] = {
      {"b@example.com", "line 2: 1 cells where the first line names 2"},
      {"b@example.com,B,", "line 2: 3 cells where the first line names 2"},
      {",,,", "line 2: 4 cells"},
      {",", "line 2: there is no e-mail address"},
      {"NULL,Bob", "line 2: there is no e-mail address"},
      {std::string("b\0@example.com,B", 17), "line 2: 'b?@example.com' is not an e-mail address"},
      {"b@example.com,B\rc@example.com", "line 3: 1 cells"},
      {"b@example.com," + std::string(70'000, 'x'), "line 2: the line has more than 64 KiB"},
      {std::string(60'000, 'x') + ",B", "is not an e-mail address"},
  };
  for (const auto& row : rows) {
    Installed cardea;
    const Ran refused = cardea.import("email,name\n" + row.line + "\nz@example.com,Zoe\n");
    BOOST_TEST((refused.code == ExitCode::refused), row.line.substr(0, 80));
    BOOST_TEST(has(refused.err, row.why), refused.err.substr(0, 300));
    BOOST_TEST(refused.err.size() < 1000U);
  }
}

BOOST_AUTO_TEST_CASE(two_spellings_of_one_column_are_there_twice) {
  Installed cardea;
  BOOST_TEST(has(cardea.import("email,Name,display_name\n").err, "the column name is there twice"));
}

// A quote in each line, none of them closed.
BOOST_AUTO_TEST_CASE(a_table_of_open_quotes_is_read_in_time_linear_in_its_size) {
  Installed cardea;
  std::string table = "email,name\n";
  for (int i = 0; i < 400'000; ++i) table += "a,\"\n";
  const Ran imported = cardea.import(table, {"--skip-bad"});
  BOOST_TEST(counted(imported).left_out == 400'000);
}

BOOST_AUTO_TEST_CASE(read_is_added_and_there_and_left_out_in_every_form) {
  Installed cardea;
  (void)cardea.import("email\nold@example.com\n");
  const std::string table =
      "email,name\nnew@example.com,N\nold@example.com,O\nNew@example.com,N\nnobody,\n\"x\n";
  const Ran looked = cardea.import(table, {"--dry-run"});
  BOOST_TEST(looked.out == "2 lines are valid, 3 are not\n");
  const Json dry = cardea.import(table, {"--dry-run", "--json"}).json();
  BOOST_TEST_REQUIRE(dry.size() == 5U);
  BOOST_TEST(dry.at(0).at("added") == false);
  BOOST_TEST(!cardea.store()->user_by_email("new@example.com").has_value());
  const Json shown = cardea.import(table, {"--skip-bad", "--json"}).json();
  BOOST_TEST_REQUIRE(shown.size() == 5U);
  BOOST_TEST(shown.at(0).at("added") == true);
  BOOST_TEST(shown.at(1).at("added") == false);
  BOOST_TEST(!shown.at(1).at("id").is_null());
  BOOST_TEST(shown.at(4).at("email").is_null());
  BOOST_TEST(shown.at(4).at("line") == 6);
  BOOST_TEST(has(shown.at(4).at("left_out").get<std::string>(), "a quote is opened and not closed"));
}

// Without its table of events the database takes the first user and fails at what it records then.
BOOST_AUTO_TEST_CASE(a_database_that_fails_on_the_way_leaves_nobody_uncounted) {
  const std::string table = "email\na@example.com\nb@example.com\nc@example.com\nnobody\n";
  for (const bool as_json : {false, true}) {
    Installed cardea;
    cardea.drop_table("event");
    const Ran failed = cardea.import(table, as_json ? std::vector<std::string>{"--skip-bad", "--json"}
                                                    : std::vector<std::string>{"--skip-bad"});
    BOOST_TEST((failed.code == ExitCode::refused), failed.err);
    if (as_json) {
      const Json shown = failed.json();
      BOOST_TEST_REQUIRE(shown.size() == 4U, failed.out);
      BOOST_TEST(shown.at(0).at("added") == true);
      BOOST_TEST(shown.at(1).at("left_out") == "not tried");
    } else {
      BOOST_TEST(failed.out == "1 users added, 0 were there already, 1 lines left out, 2 not tried\n");
    }
  }
}

BOOST_AUTO_TEST_CASE(user_names_come_along_and_those_that_cannot_be_used_keep_nobody_out) {
  Installed cardea;
  const Ran imported = cardea.import(
      "user_login,email,display_name\n"
      "Ada,ada@example.com,Ada Lovelace\n"
      "ADA,second@example.com,Another\n"
      "two words,third@example.com,Third\n"
      ",fourth@example.com,Fourth\n");
  BOOST_TEST((imported.code == ExitCode::done), imported.err);
  BOOST_TEST(imported.out == "4 users added, 0 were there already, 0 lines left out\n");
  BOOST_TEST(
      has(imported.err, "line 3: the user name 'ADA' is there twice: this user signs in by e-mail only"));
  BOOST_TEST(has(imported.err, "line 4: the user name 'two words' has other characters"));
  BOOST_TEST(cardea.store()->user_by_username("ada").value().email.typed == "ada@example.com");
  BOOST_TEST(cardea.store()->user_by_email("second@example.com").value().username.typed.empty());
  const Ran again = cardea.import("mb_id,email\nada,fifth@example.com\n");
  BOOST_TEST(again.out == "1 users added, 0 were there already, 0 lines left out\n");
  BOOST_TEST(has(again.err, "line 2: the user name 'ada' is in use by another user"));
}

BOOST_AUTO_TEST_SUITE_END()
