#include <boost/test/unit_test.hpp>

#include "cli/user.h"
#include "command_case.h"

using namespace cardea;

namespace {

struct Installed : CommandCase {
  Installed() {
    install();
    add_user("ada@example.com");
  }
  Json ada() { return run({"user", "show", "ada@example.com", "--json"}).json(); }
};

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(cli_scopes)

BOOST_AUTO_TEST_CASE(scopes_are_granted_and_taken_back) {
  Installed cardea;
  const Ran granted = cardea.run({"user", "grant", "ada@example.com", "read", "write", "read"});
  BOOST_TEST_REQUIRE((granted.code == ExitCode::done), granted.err);
  BOOST_TEST(has(granted.out, "ada@example.com may: read write. Tokens say so from their next renewal on"));
  BOOST_TEST(cardea.ada()["scope"] == "read write");
  BOOST_TEST((cardea.run({"user", "grant", "ada@example.com", "admin write"}).code == ExitCode::done));
  BOOST_TEST(cardea.ada()["scope"] == "read write admin");
  const Ran revoked = cardea.run({"user", "revoke-scope", "ada@example.com", "write", "read", "other"});
  BOOST_TEST_REQUIRE((revoked.code == ExitCode::done), revoked.err);
  BOOST_TEST(cardea.ada()["scope"] == "admin");
  BOOST_TEST(has(cardea.run({"events"}).out, "The account's permissions were changed"));
}

BOOST_AUTO_TEST_CASE(a_grant_of_what_is_granted_changes_nothing) {
  Installed cardea;
  BOOST_TEST((cardea.run({"user", "grant", "ada@example.com", "read"}).code == ExitCode::done));
  const auto before = cardea.run({"events", "--json"}).json().size();
  BOOST_TEST((cardea.run({"user", "grant", "ada@example.com", "read"}).code == ExitCode::done));
  BOOST_TEST(cardea.run({"events", "--json"}).json().size() == before);
}

BOOST_AUTO_TEST_CASE(a_granted_scope_ends_no_session) {
  Installed cardea;
  const auto epoch = cardea.store()->user_by_email("ada@example.com")->epoch;
  BOOST_TEST((cardea.run({"user", "grant", "ada@example.com", "read"}).code == ExitCode::done));
  BOOST_TEST(cardea.store()->user_by_email("ada@example.com")->epoch == epoch);
}

BOOST_AUTO_TEST_CASE(what_cannot_be_granted_is_refused) {
  Installed cardea;
  BOOST_TEST((cardea.run({"user", "grant", "ada@example.com"}).code == ExitCode::usage));
  BOOST_TEST((cardea.run({"user", "grant", "ada@example.com", "a\"b"}).code == ExitCode::usage));
  BOOST_TEST((cardea.run({"user", "grant", "ada@example.com", " "}).code == ExitCode::usage));
  BOOST_TEST((cardea.run({"user", "grant", "bob@example.com", "read"}).code == ExitCode::refused));
  BOOST_TEST(
      (cardea.run({"user", "grant", "ada@example.com", std::string(200, 'a')}).code == ExitCode::done));
  BOOST_TEST(
      (cardea.run({"user", "grant", "ada@example.com", std::string(200, 'b')}).code == ExitCode::refused));
}

BOOST_AUTO_TEST_CASE(words_are_tidied) {
  BOOST_TEST(tidy_scope("  a  b a ").value_or("-") == "a b");
  BOOST_TEST(tidy_scope("").value_or("-").empty());
  BOOST_TEST(!tidy_scope("a\\b"));
  BOOST_TEST(!tidy_scope("caf\xc3\xa9"));
}

BOOST_AUTO_TEST_SUITE_END()
