#include "base/encoding.h"

#include <boost/test/unit_test.hpp>
#include <limits>
#include <string>
#include <vector>

using namespace cardea;

BOOST_AUTO_TEST_SUITE(number)

BOOST_AUTO_TEST_CASE(digits_are_a_number_up_to_the_maximum) {
  BOOST_TEST(whole_number("0", 10).value() == 0);
  BOOST_TEST(whole_number("007", 10).value() == 7);
  BOOST_TEST(whole_number("10", 10).value() == 10);
  BOOST_TEST(!whole_number("11", 10).has_value());
  BOOST_TEST(!whole_number("1", 0).has_value());
  BOOST_TEST(!whole_number("5", 3).has_value());
  BOOST_TEST(!whole_number("05", 3).has_value());
  BOOST_TEST(whole_number("9223372036854775807", std::numeric_limits<std::int64_t>::max()).value() ==
             std::numeric_limits<std::int64_t>::max());
}

BOOST_AUTO_TEST_CASE(anything_else_is_none) {
  const std::vector<std::string> hostile{
      "",
      " ",
      "-1",
      "-0",
      "+5",
      " 5",
      "5 ",
      "5\n",
      "3O",
      "0x10",
      "1e3",
      "1.0",
      "1,000",
      "1_000",
      "9223372036854775808",
      "18446744073709551615",
      "18446744073709551616",
      std::string(1000, '9'),
      "\xD9\xA3",
      std::string{"5\0", 2},
  };
  for (const auto& text : hostile)
    BOOST_TEST(!whole_number(text, std::numeric_limits<std::int64_t>::max()).has_value(),
               "accepted: " << text);
}

BOOST_AUTO_TEST_SUITE_END()
