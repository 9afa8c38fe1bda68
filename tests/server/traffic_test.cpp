#include "server/traffic.h"

#include <boost/test/unit_test.hpp>
#include <vector>

#include "auth/session/transport_report.h"
#include "support/sql_faults.h"
#include "support/threads.h"

using namespace cardea;

namespace {

const Instant midday = from_unix_seconds(1'795'348'800);

Response answered(int status, std::optional<Transport> transport) {
  Response response;
  response.status = status;
  response.transport = transport;
  return response;
}

std::int64_t total_of(Store& store, std::string_view name) {
  for (const auto& tally : store.tallies(never))
    if (tally.name == name) return tally.total;
  return 0;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(traffic)

BOOST_AUTO_TEST_CASE(requests_are_counted_by_transport_and_answers_by_status) {
  Traffic traffic;
  testing::TestStore store;
  traffic.count(answered(204, Transport::cookie), midday);
  traffic.count(answered(204, Transport::header), midday);
  traffic.count(answered(200, Transport::header), midday + seconds{1});
  traffic.count(answered(401, std::nullopt), midday);
  BOOST_TEST(store.calls() == 0);
  traffic.carry(store, midday + seconds{5});
  BOOST_TEST(total_of(store, cookie_requests) == 1);
  BOOST_TEST(total_of(store, header_requests) == 2);
  BOOST_TEST(total_of(store, "answers.2xx") == 3);
  BOOST_TEST(total_of(store, "answers.4xx") == 1);
  const auto tallies = store.tallies(never);
  BOOST_TEST((tallies.front().day == day_of(midday)));
}

BOOST_AUTO_TEST_CASE(any_number_of_requests_and_answers_makes_six_rows_a_day) {
  Traffic traffic;
  testing::TestStore store;
  for (int status = 0; status < 1000; ++status) {
    traffic.count(answered(status, Transport::cookie), midday);
    traffic.count(answered(status, Transport::header), midday);
    if (status % 100 == 0) traffic.carry(store, midday);
  }
  traffic.carry(store, midday);
  BOOST_TEST(store.tallies(never).size() == 6U);
  traffic.count(answered(204, std::nullopt), midday + std::chrono::hours{24});
  traffic.carry(store, midday + std::chrono::hours{24});
  BOOST_TEST(store.tallies(never).size() == 7U);
}

BOOST_AUTO_TEST_CASE(nothing_is_counted_twice_and_nothing_carried_for_nothing) {
  Traffic traffic;
  testing::TestStore store;
  traffic.count(answered(204, Transport::cookie), midday);
  traffic.carry(store, midday);
  const int calls = store.calls();
  traffic.carry(store, midday);
  BOOST_TEST(store.calls() == calls);
  BOOST_TEST(total_of(store, cookie_requests) == 1);
}

BOOST_AUTO_TEST_CASE(counts_wait_for_the_database) {
  Traffic traffic;
  testing::TestStore store;
  traffic.count(answered(204, Transport::header), midday);
  store.set_unavailable(true);
  traffic.carry(store, midday);
  store.set_unavailable(false);
  traffic.carry(store, midday);
  BOOST_TEST(total_of(store, header_requests) == 1);
}

BOOST_AUTO_TEST_CASE(many_threads_may_count_at_once) {
  Traffic traffic;
  testing::TestStore store;
  {
    testing::Threads threads;
    for (int i = 0; i < 4; ++i)
      threads.start([&] {
        for (int n = 0; n < 500; ++n) traffic.count(answered(204, Transport::cookie), midday);
      });
    traffic.carry(store, midday);
  }
  traffic.carry(store, midday);
  BOOST_TEST(total_of(store, cookie_requests) == 2000);
}

BOOST_AUTO_TEST_SUITE_END()
