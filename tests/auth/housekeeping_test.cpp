#include "auth/session/end.h"

#include <boost/test/unit_test.hpp>

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
  const auto purge = [&] { purge_step(house.settings.tokens, house.store, house.deps().revoked, house.now); };
  purge();
  BOOST_TEST(house.store.writes().purged == 0);
  house.now = house.first.refresh_expires + 26 * hour;
  purge();
  BOOST_TEST(house.store.writes().purged == 301);
  const int calls = house.store.calls();
  purge();  // not again so soon
  BOOST_TEST(house.store.calls() == calls);
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
