#include "auth/session/end.h"

#include <boost/test/unit_test.hpp>

#include "auth/account/throttle.h"
#include "auth/signed_in.h"

using namespace cardea;
using namespace cardea::testing;

namespace {

constexpr std::chrono::hours hour{1};
constexpr std::chrono::minutes minute{1};

}  // namespace

BOOST_AUTO_TEST_SUITE(housekeeping)

BOOST_AUTO_TEST_CASE(old_rows_go_by_themselves_a_few_at_a_time) {
  SignedIn house;
  for (int i = 0; i < 300; ++i) house.start(house.ada, "device-" + std::to_string(i));
  const auto purge = [&] { purge_step(house.settings, house.store, house.deps().revoked, house.now); };
  purge();
  BOOST_TEST(house.store.writes().purged == 0);
  house.now = house.first.refresh_expires + 26 * hour;
  purge();
  BOOST_TEST(house.store.writes().purged == 301);
  const int calls = house.store.calls();
  purge();  // not again so soon
  BOOST_TEST(house.store.calls() == calls);
}

BOOST_AUTO_TEST_CASE(one_purge_removes_two_thousand_rows_of_a_kind_and_leaves_the_rest_to_the_next) {
  House house;
  const FailureLimit limit{.failures = 3, .window = hour};
  for (int i = 0; i < 2100; ++i)
    BOOST_TEST_REQUIRE(
        !count_use({{account_bucket(std::to_string(i)), limit}}, house.caller(), house.deps()));
  house.now += 72 * hour;
  const auto purge = [&] { purge_step(house.settings, house.store, house.deps().revoked, house.now); };
  purge();
  BOOST_TEST(house.store.writes().purged == 2000);
  house.now += purge_interval;
  purge();
  BOOST_TEST(house.store.writes().purged == 2100);
}

BOOST_AUTO_TEST_CASE(an_ended_session_is_kept_until_no_host_accepts_its_last_access_token) {
  TokenSettings settings;
  settings.access_ttl = 30 * minute;
  settings.clock_skew = minute;  // of the host that issued the token, and of the one that looks at it
  BOOST_TEST((revocations_kept(settings) == 33 * minute));
}

// Otherwise the other hosts would not hear of it while its access token lives.
BOOST_AUTO_TEST_CASE(rows_of_ended_sessions_stay_as_long_as_access_tokens_live) {
  TokenSettings settings;
  settings.access_ttl = 7 * 24 * hour;
  BOOST_TEST((purge_limits(settings, noon, 1).sessions_ended_before <= noon - settings.access_ttl));
  settings.access_ttl = 30 * minute;
  BOOST_TEST((purge_limits(settings, noon, 1).sessions_ended_before == noon - 24 * hour));
}

BOOST_AUTO_TEST_SUITE_END()
