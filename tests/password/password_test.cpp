#include "password/password.h"

#include <boost/test/unit_test.hpp>
#include <fstream>
#include <iterator>

#include "base/encoding.h"
#include "base/json.h"
#include "password/desk.h"

namespace cardea::testing {
namespace {

std::string repeated(std::string_view text, int times) {
  std::string result;
  for (int i = 0; i < times; ++i) result += text;
  return result;
}

Json php_vectors() {
  std::ifstream file(CARDEA_TESTS "/vectors/rfc/php_vectors.json");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  auto json = parse_json(text);
  BOOST_REQUIRE(json.has_value());
  return *json;
}

const std::string decomposed = "pa\u0308sswo\u0308rd";  // a and o with combining diaeresis
const std::string composed = "p\u00e4ssw\u00f6rd";
// From test.c of the reference implementation: "password", "somesalt", two lanes.
const std::string two_lanes =
    "$argon2id$v=19$m=256,t=2,p=2$c29tZXNhbHQ$bQk8UB/VmZZF4Oo79iDXuL5/0ttZwg2f/5U52iv1cDc";
const std::string npm_order =
    "$argon2id$v=19$m=256,p=1,t=2$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4";

}  // namespace

BOOST_AUTO_TEST_SUITE(preparing)

BOOST_AUTO_TEST_CASE(a_password_needs_its_length_in_code_points_and_bytes) {
  struct Case {
    std::string typed;
    std::optional<PasswordProblem> problem;
  };
  const std::string korean = "비밀번호입니다";  // 7 code points, 21 bytes
  const Case cases[] = {
      {"", PasswordProblem::too_short},
      {"1234567", PasswordProblem::too_short},
      {"12345678", std::nullopt},
      {"        ", std::nullopt},
      {korean, PasswordProblem::too_short},
      {korean + "요", std::nullopt},
      {repeated("e\u0301", 7), PasswordProblem::too_short},  // 14 code points as typed, 7 normalised
      {repeated("e\u0301", 8), std::nullopt},
      {repeated("\U0001F511", 8), std::nullopt},
      {std::string(1024, 'x'), std::nullopt},
      {std::string(1025, 'x'), PasswordProblem::too_long},
      {repeated("\u1112\u1161\u11ab", 341), std::nullopt},  // 3069 bytes typed, 1023 normalised
      {repeated("\u1112\u1161\u11ab", 342), PasswordProblem::too_long},
      {repeated("\u0315\u0300", 16'000), PasswordProblem::too_long},
      {std::string("1234\0005678", 9), PasswordProblem::not_text},
      {std::string("12345678\0", 9), PasswordProblem::not_text},
      {"12345678\xff", PasswordProblem::not_text},
      {"12345678\xc0\xaf", PasswordProblem::not_text},
      {"12345678\xed\xa0\x80", PasswordProblem::not_text},
      {"12345678\xc3", PasswordProblem::not_text},
  };
  const auto settings = quick_settings();
  for (const auto& [typed, problem] : cases) {
    const auto result = prepare_password(secret(typed), settings);
    const auto* found = std::get_if<PasswordProblem>(&result);
    const bool as_expected = problem ? found != nullptr && *found == *problem : found == nullptr;
    BOOST_TEST(as_expected, typed.substr(0, 40) << " (" << typed.size() << " bytes)");
  }
}

BOOST_AUTO_TEST_CASE(what_comes_out_is_composed_and_whole) {
  const auto result = prepare_password(secret(decomposed + "  "), quick_settings());
  BOOST_REQUIRE(std::holds_alternative<Secret>(result));
  BOOST_TEST(std::get<Secret>(result).reveal() == composed + "  ");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(hashing)

BOOST_AUTO_TEST_CASE(a_hash_has_the_parameters_of_the_settings_and_a_salt_of_its_own) {
  Desk desk;
  const auto first = desk.passwords.hash(secret("correct horse"));
  const auto second = desk.passwords.hash(secret("correct horse"));
  BOOST_REQUIRE((first && second));
  BOOST_TEST(first->starts_with("$argon2id$v=19$m=256,t=2,p=1$"));
  BOOST_TEST(*first != *second);
}

BOOST_AUTO_TEST_CASE(the_right_password_is_right_and_all_others_are_wrong) {
  Desk desk;
  const auto encoded = desk.passwords.hash(secret("correct horse")).value();
  BOOST_TEST(check(desk, "correct horse", encoded) == "right");
  for (const std::string typed : {"", "correct hors", "correct horse ", "Correct horse", "correct horse\n"}) {
    BOOST_TEST(check(desk, typed, encoded) == "wrong", typed);
  }
  BOOST_TEST(check(desk, std::string_view("correct horse\0", 14), encoded) == "wrong");
}

BOOST_AUTO_TEST_CASE(composed_and_decomposed_text_is_the_same_password) {
  Desk desk;
  const auto prepared = prepare_password(secret(decomposed), quick_settings());
  BOOST_REQUIRE(std::holds_alternative<Secret>(prepared));
  const auto encoded = desk.passwords.hash(std::get<Secret>(prepared)).value();
  BOOST_TEST(check(desk, composed, encoded) == "right");
  BOOST_TEST(check(desk, decomposed, encoded) == "right");
}

BOOST_AUTO_TEST_CASE(an_imported_hash_of_decomposed_text_still_opens_and_is_made_anew) {
  Desk desk;
  const auto imported = desk.passwords.hash(secret(decomposed)).value();
  BOOST_TEST(check(desk, decomposed, imported) == "right_needs_rehash");
  BOOST_TEST(check(desk, composed, imported) == "wrong");
}

BOOST_AUTO_TEST_CASE(no_byte_of_a_long_password_is_ignored) {
  Desk desk;
  const std::string longest(1024, 'x');
  const auto encoded = desk.passwords.hash(secret(longest)).value();
  BOOST_TEST(check(desk, longest, encoded) == "right");
  BOOST_TEST(check(desk, longest.substr(1), encoded) == "wrong");
  BOOST_TEST(check(desk, longest.substr(1) + "y", encoded) == "wrong");
}

BOOST_AUTO_TEST_CASE(a_hash_made_with_other_parameters_asks_to_be_made_anew) {
  auto settings = quick_settings();
  Desk before(settings);
  const auto encoded = before.passwords.hash(secret("correct horse")).value();
  settings.iterations = 3;
  Desk more_iterations(settings);
  BOOST_TEST(check(more_iterations, "correct horse", encoded) == "right_needs_rehash");
  settings.iterations = 2;
  settings.memory = 128 * 1024;
  Desk less_memory(settings);
  BOOST_TEST(check(less_memory, "correct horse", encoded) == "right_needs_rehash");
  BOOST_TEST(check(less_memory, "wrong horse", encoded) == "wrong");
}

BOOST_AUTO_TEST_CASE(hashes_with_two_lanes_and_of_the_npm_package_open_and_are_made_anew) {
  Desk desk;
  BOOST_TEST(check(desk, "password", two_lanes) == "right_needs_rehash");
  BOOST_TEST(check(desk, "passwore", two_lanes) == "wrong");
  BOOST_TEST(check(desk, "password", npm_order) == "right_needs_rehash");
  BOOST_TEST(check(desk, "passwore", npm_order) == "wrong");
}

BOOST_AUTO_TEST_CASE(hashes_made_by_php_open) {
  Desk desk;
  int seen = 0;
  for (const auto& entry : php_vectors()) {
    if (entry.at("scheme") != "argon2id") continue;
    const auto typed = base64_decode(entry.at("pw_b64").get<std::string>());
    const auto encoded = entry.at("hash").get<std::string>();
    BOOST_REQUIRE(typed.has_value());
    BOOST_TEST(check(desk, *typed, encoded) == "right", encoded);
    BOOST_TEST(check(desk, *typed + "x", encoded) == "wrong", encoded);
    ++seen;
  }
  BOOST_TEST(seen == 12);
}

BOOST_AUTO_TEST_CASE(hashes_of_an_unknown_kind_are_wrong) {
  Desk desk;
  for (const std::string encoded :
       {"password", "$2y$05$bIXnV74u.NJ0IXLAQ9ktKO", "$argon2i$v=19$m=256,t=3,p=1$", "!"}) {
    BOOST_TEST(check(desk, "password", encoded) == "wrong", encoded);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace cardea::testing
