// What a site that moves from header to cookie is told: requests by day, and when the header may be closed.
#include "auth/session/transport_report.h"

#include <boost/test/unit_test.hpp>

#include "support/house.h"

using namespace cardea;
using namespace cardea::testing;

namespace {

constexpr std::chrono::days day{1};

TransportReport report_of(House& house) {
  return transport_report(house.now, house.store, house.deps().keys);
}

void count(House& house, Instant at, std::string_view name, std::int64_t total) {
  house.store.add_tally({.day = day_of(at), .name = std::string(name), .total = total, .last_at = at});
}

}  // namespace

BOOST_AUTO_TEST_SUITE(transport_reports)

BOOST_AUTO_TEST_CASE(each_day_is_one_row_with_all_that_was_counted) {
  House house;
  const auto yesterday = house.now - day;
  count(house, yesterday, cookie_requests, 3);
  count(house, yesterday, header_requests, 4);
  count(house, house.now, cookie_requests, 5);
  count(house, house.now, "answers.2xx", 7);
  count(house, house.now, "answers.4xx", 1);
  const auto report = report_of(house);
  BOOST_TEST_REQUIRE(report.days.size() == 2U);
  BOOST_TEST((report.days[0].day == day_of(yesterday)));
  BOOST_TEST(report.days[0].cookie == 3);
  BOOST_TEST(report.days[0].header == 4);
  BOOST_TEST(report.days[0].answers.empty());
  BOOST_TEST((report.days[1].day == day_of(house.now)));
  BOOST_TEST(report.days[1].cookie == 5);
  BOOST_TEST(report.days[1].header == 0);
  BOOST_TEST(report.days[1].answers.size() == 2U);
  BOOST_TEST(report.days[1].answers.at("2xx") == 7);
  BOOST_TEST(report.days[1].answers.at("4xx") == 1);
  BOOST_TEST((report.last_header == yesterday));
}

BOOST_AUTO_TEST_CASE(a_day_without_requests_is_one_of_zeros) {
  House house;
  count(house, house.now, cookie_requests, 5);
  count(house, house.now, header_requests, 6);
  const auto report = report_of(house);
  BOOST_TEST(report.day_of(house.now).cookie == 5);
  BOOST_TEST(report.day_of(house.now).header == 6);
  const auto tomorrow = report.day_of(house.now + day);
  BOOST_TEST((tomorrow.day == day_of(house.now + day)));
  BOOST_TEST(tomorrow.cookie == 0);
  BOOST_TEST(tomorrow.header == 0);
  const auto of_nothing = TransportReport{}.day_of(house.now);
  BOOST_TEST((of_nothing.day == day_of(house.now)));
  BOOST_TEST(of_nothing.cookie == 0);
}

BOOST_AUTO_TEST_CASE(days_of_more_than_a_month_ago_are_left_out) {
  House house;
  count(house, house.now - report_days, header_requests, 1);
  count(house, house.now - report_days - day, header_requests, 1);
  BOOST_TEST(report_of(house).days.size() == 1U);
}

BOOST_AUTO_TEST_CASE(the_last_legacy_key_keeps_the_header_open_until_it_ends) {
  House house;
  const auto until = house.now + 7 * day;
  for (const auto end : {house.now + day, until})
    (void)create_legacy_key(house.key_directory(),
                            {.name = {},
                             .until = end,
                             .subject_claim = "sub",
                             .bytes = Secret::copy_of("the secret that the former system signed with")},
                            house.now);
  House::Thread thread(house);  // a ring that has read the keys
  const auto report = [&] { return transport_report(house.now, house.store, thread.deps().keys); };
  BOOST_TEST((report().legacy_keys_end == until));
  BOOST_TEST((report().closable_from == until));
  house.now = until;
  BOOST_TEST((report().legacy_keys_end == never));
  BOOST_TEST((report().closable_from == until));
}

BOOST_AUTO_TEST_CASE(the_moment_of_closing_is_told_in_whole_seconds_and_never_too_early) {
  House house;
  const auto end = day_of(house.now) + 20 * day + milliseconds{1};
  BOOST_TEST(house.store.add_legacy_token({.digest = {},
                                           .user = house.add_user("ada@example.com").id,
                                           .expires_at = end,
                                           .session = {},
                                           .exchanged_at = never}));
  const auto report = report_of(house);
  BOOST_TEST((report.closable_from == day_of(house.now) + 20 * day + seconds{1}));
  BOOST_TEST(report.waiting.tokens == 1);
  house.now = end;
  BOOST_TEST((report_of(house).closable_from == house.now));
}

BOOST_AUTO_TEST_SUITE_END()
