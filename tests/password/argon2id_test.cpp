#include "password/argon2id.h"

#include <boost/test/unit_test.hpp>

namespace cardea::testing {
namespace {

const std::string salt = "c29tZXNhbHQ";                                  // "somesalt"
const std::string hash = "nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4";  // 32 bytes
const std::string tail = "$" + salt + "$" + hash;

}  // namespace

BOOST_AUTO_TEST_SUITE(argon2id_text)

BOOST_AUTO_TEST_CASE(the_parameters_are_read) {
  const auto parsed = parse_argon2id("$argon2id$v=19$m=19456,t=2,p=1" + tail);
  BOOST_REQUIRE(parsed.has_value());
  BOOST_TEST(parsed->memory_kib == 19456);
  BOOST_TEST(parsed->iterations == 2);
  BOOST_TEST(parsed->lanes == 1);
  BOOST_TEST(parsed->text == "$argon2id$v=19$m=19456,t=2,p=1" + tail);
}

BOOST_AUTO_TEST_CASE(the_order_of_the_npm_package_is_put_right) {
  const auto parsed = parse_argon2id("$argon2id$v=19$m=65536,p=4,t=3" + tail);
  BOOST_REQUIRE(parsed.has_value());
  BOOST_TEST(parsed->lanes == 4);
  BOOST_TEST(parsed->iterations == 3);
  BOOST_TEST(parsed->text == "$argon2id$v=19$m=65536,t=3,p=4" + tail);
}

BOOST_AUTO_TEST_CASE(parameters_are_accepted_up_to_the_limits_and_not_above) {
  const auto accepted = [](const std::string& parameters) {
    return parse_argon2id("$argon2id$v=19$" + parameters + tail).has_value();
  };
  BOOST_TEST(accepted("m=262144,t=10,p=8"));
  BOOST_TEST(!accepted("m=262145,t=10,p=8"));
  BOOST_TEST(!accepted("m=262144,t=11,p=8"));
  BOOST_TEST(!accepted("m=262144,t=10,p=9"));
  BOOST_TEST(!accepted("m=4194304,t=9999,p=1"));
  BOOST_TEST(!accepted("m=18446744073709551617,t=1,p=1"));
  BOOST_TEST(accepted("m=64,t=1,p=8"));
  BOOST_TEST(!accepted("m=63,t=1,p=8"));
}

BOOST_AUTO_TEST_CASE(whatever_is_written_otherwise_is_refused) {
  const std::string good = "$argon2id$v=19$m=256,t=2,p=1" + tail;
  BOOST_REQUIRE(parse_argon2id(good).has_value());
  const std::string cases[] = {
      "",
      "$argon2id$",
      "$argon2i$v=19$m=256,t=2,p=1" + tail,
      "$argon2d$v=19$m=256,t=2,p=1" + tail,
      "$argon2id$v=16$m=256,t=2,p=1" + tail,
      "$argon2id$m=256,t=2,p=1" + tail,
      "$ARGON2ID$v=19$m=256,t=2,p=1" + tail,
      "$argon2id$v=19$t=2,m=256,p=1" + tail,
      "$argon2id$v=19$m=256,t=2" + tail,
      "$argon2id$v=19$m=256,t=2,p=1,p=1" + tail,
      "$argon2id$v=19$m=256,t=2,t=2" + tail,
      "$argon2id$v=19$m=256,p=1,p=1" + tail,
      "$argon2id$v=19$m=0256,t=2,p=1" + tail,
      "$argon2id$v=19$m=256,t=0,p=1" + tail,
      "$argon2id$v=19$m=256,t=2,p=0" + tail,
      "$argon2id$v=19$m=-256,t=2,p=1" + tail,
      "$argon2id$v=19$m=+256,t=2,p=1" + tail,
      "$argon2id$v=19$m=256 ,t=2,p=1" + tail,
      "$argon2id$v=19$m=,t=2,p=1" + tail,
      "$argon2id$v=19$m=256,t=2,p=1,keyid=x" + tail,
      "$argon2id$v=19$m=256,t=2,p=1$" + hash,
      "$argon2id$v=19$m=256,t=2,p=1$$" + hash,
      "$argon2id$v=19$m=256,t=2,p=1$" + salt + "$",
      "$argon2id$v=19$m=256,t=2,p=1$c29tZXM$" + hash,
      "$argon2id$v=19$m=256,t=2,p=1$" + salt + "$c29tZXNhbHQ",
      "$argon2id$v=19$m=256,t=2,p=1$" + std::string(88, 'A') + "$" + hash,
      "$argon2id$v=19$m=256,t=2,p=1$" + salt + "=$" + hash,
      "$argon2id$v=19$m=256,t=2,p=1$" + salt + "$" + std::string(1 << 20, 'A'),
      good + "$",
      good + "\n",
      good + " ",
      good + "=",
      good + std::string(1, '\0'),
      " " + good,
  };
  for (const auto& text : cases) BOOST_TEST(!parse_argon2id(text).has_value(), text.substr(0, 120));
}

BOOST_AUTO_TEST_CASE(url_safe_base64_is_not_base64) {
  const std::string url_safe = "nf65EOgLrQMR_uIPnA4rEsF5h7TKyQwu9U1bMCHGi_4";
  BOOST_TEST(!parse_argon2id("$argon2id$v=19$m=256,t=2,p=1$" + salt + "$" + url_safe).has_value());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace cardea::testing
