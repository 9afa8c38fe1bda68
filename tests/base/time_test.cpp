#include "base/time.h"

#include <boost/test/unit_test.hpp>

using namespace cardea;

BOOST_AUTO_TEST_SUITE(time_of_day)

BOOST_AUTO_TEST_CASE(seconds_are_rounded_down_also_before_1970) {
  BOOST_TEST(unix_seconds(from_unix_milliseconds(1999)) == 1);
  BOOST_TEST(unix_seconds(from_unix_milliseconds(2000)) == 2);
  BOOST_TEST(unix_seconds(from_unix_milliseconds(-1)) == -1);
}

BOOST_AUTO_TEST_CASE(milliseconds_and_seconds_lead_back) {
  BOOST_TEST(unix_milliseconds(from_unix_milliseconds(1'700'000'000'123)) == 1'700'000'000'123);
  BOOST_TEST(unix_milliseconds(from_unix_seconds(1'700'000'000)) == 1'700'000'000'000);
  BOOST_TEST(unix_milliseconds(never) == 0);
}

BOOST_AUTO_TEST_CASE(text_is_rfc_3339_in_utc) {
  BOOST_TEST(rfc3339(never) == "1970-01-01T00:00:00Z");
  BOOST_TEST(rfc3339(from_unix_milliseconds(1'700'000'000'999)) == "2023-11-14T22:13:20Z");
  BOOST_TEST(rfc3339(from_unix_seconds(951'782'400)) == "2000-02-29T00:00:00Z");
  BOOST_TEST(rfc3339(from_unix_seconds(4'102'444'799)) == "2099-12-31T23:59:59Z");
  BOOST_TEST(rfc3339(from_unix_milliseconds(-1)) == "1969-12-31T23:59:59Z");
}

BOOST_AUTO_TEST_SUITE_END()
