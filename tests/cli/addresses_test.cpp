// Users of a time when only A-Z had a lower case.
#include "upkeep/addresses.h"

#include <boost/test/unit_test.hpp>

#include "base/entropy.h"
#include "command_case.h"

using namespace cardea;

namespace {

struct WithOldUsers : CommandCase {
  SystemEntropy entropy;
  std::string upper, lower, lonely;
  WithOldUsers() {
    install();
    upper = add("\u00C9va@example.com", "\u00C9va@example.com");
    lower = add("\u00E9va@example.com", "\u00E9va@example.com");
    lonely = add("\u0416uk@example.com", "\u0416uk@example.com");
    add("ann@xn--3e0b707e.kr", "ann@xn--3e0b707e.kr");
  }
  std::string add(const std::string& typed, const std::string& key) {
    User user;
    now += seconds{1};
    user.id = UserId::make(now, entropy);
    user.email = {typed, key};
    BOOST_TEST_REQUIRE(store()->add_user(user));
    return user.id.text();
  }
  std::string shown(const std::string& email) { return run({"user", "show", email, "--json"}).json()["id"]; }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(old_addresses)

BOOST_AUTO_TEST_CASE(check_names_two_users_of_one_address_and_tells_how_many_wait) {
  WithOldUsers cardea;
  const auto out = cardea.run({"check", "--offline"}).out;
  BOOST_TEST(out.find("\u00C9va@example.com (" + cardea.upper + ") and \u00E9va@example.com (" +
                      cardea.lower + ")") != out.npos,
             out);
  BOOST_TEST(out.find("1 users are found by one spelling") != out.npos, out);
  BOOST_TEST(out.find("xn--") == out.npos, out);
}

BOOST_AUTO_TEST_CASE(each_of_two_is_found_by_the_spelling_that_was_theirs) {
  WithOldUsers cardea;
  for (int round = 0; round < 2; ++round) {
    BOOST_TEST(cardea.shown("\u00C9va@example.com") == cardea.upper);
    BOOST_TEST(cardea.shown("\u00E9va@EXAMPLE.com") == cardea.lower);
    BOOST_TEST(cardea.shown("\u00E9VA@example.com") == cardea.lower);
    BOOST_TEST(cardea.shown("\u0416uk@example.com") == cardea.lonely);
    BOOST_TEST((cardea.run({"migrate"}).code == ExitCode::done));
  }
}

BOOST_AUTO_TEST_CASE(migrate_lets_a_user_be_found_by_every_spelling) {
  WithOldUsers cardea;
  BOOST_TEST(cardea.run({"migrate", "--json"}).json()["renewed_addresses"] == 1);
  for (const auto* email : {"\u0416uk@example.com", "\u0436UK@example.com"})
    BOOST_TEST(cardea.shown(email) == cardea.lonely);
  BOOST_TEST(cardea.run({"migrate", "--json"}).json()["renewed_addresses"] == 0);
  const auto out = cardea.run({"check", "--offline"}).out;
  BOOST_TEST(out.find("one spelling") == out.npos, out);
  BOOST_TEST(out.find("are one address for two users") != out.npos, out);
}

BOOST_AUTO_TEST_CASE(nobody_is_added_beside_an_old_user_of_the_same_spelling) {
  WithOldUsers cardea;
  BOOST_TEST((cardea.run({"user", "add", "--email", "\u0416uk@example.com"}, "long enough words\n").code ==
              ExitCode::refused));
  const auto imported = cardea.run({"user", "import"}, "email,name\n\u0416uk@example.com,Z\n");
  BOOST_TEST(imported.out.find("0 users added, 1 were there already") != std::string::npos, imported.out);
}

BOOST_AUTO_TEST_CASE(a_name_is_cleaned_and_one_of_nothing_is_refused) {
  CommandCase cardea;
  cardea.install();
  const std::string input = "long enough words\n";
  BOOST_TEST(
      (cardea.run({"user", "add", "--email", "a@b.cc", "--name", "\u3164"}, input).code == ExitCode::usage));
  BOOST_TEST((cardea.run({"user", "add", "--email", "a@b.cc", "--name", "K\xFFim\u202E"}, input).code ==
              ExitCode::done));
  BOOST_TEST(cardea.run({"user", "show", "a@b.cc", "--json"}).json()["name"] == "Kim");
  BOOST_TEST((cardea.run({"user", "import"}, "email,name\nc@b.cc,\u200BLee\u200F\n").code == ExitCode::done));
  BOOST_TEST(cardea.run({"user", "show", "c@b.cc", "--json"}).json()["name"] == "Lee");
}

BOOST_AUTO_TEST_SUITE_END()
