// When a session slides and when it ends, to the millisecond: an idle and an absolute lifetime, both
// configured.
#include <boost/test/unit_test.hpp>

#include "auth/session/refresh.h"
#include "support/house.h"

using namespace cardea;
using namespace cardea::testing;

namespace {

constexpr std::chrono::days idle{14};
constexpr std::chrono::days absolute{90};
constexpr milliseconds tick{1};

struct SlidingHouse : House {
  SlidingHouse() : ada(add_user("ada@example.com")) {
    settings.transport.mode = TransportMode::header;
    settings.tokens.refresh_ttl = idle;
    settings.tokens.session_max = absolute;
    grant.emplace(start(ada));
  }
  // True if it was renewed; then `grant` is the successor.
  bool renew() {
    auto outcome = refresh({.tokens = by_body(*grant), .idempotency_key = {}}, caller(), deps());
    if (const auto* why = std::get_if<RefreshRefusal>(&outcome)) {
      BOOST_TEST((*why == RefreshRefusal::expired));
      return false;
    }
    grant.emplace(std::get<Grant>(std::move(outcome)));
    return true;
  }

  User ada;
  std::optional<Grant> grant;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(lifetime)

BOOST_AUTO_TEST_CASE(a_session_can_be_renewed_up_to_its_idle_end_and_not_at_it) {
  SlidingHouse before;
  before.now += idle - tick;
  BOOST_TEST(before.renew());
  SlidingHouse at_end;
  at_end.now += idle;
  BOOST_TEST(!at_end.renew());
}

BOOST_AUTO_TEST_CASE(each_renewal_starts_the_idle_time_anew) {
  SlidingHouse house;
  const Instant began = house.now;
  for (int renewals = 0; renewals < 6; ++renewals) {
    house.now += idle - tick;
    BOOST_TEST(house.renew());
    BOOST_TEST((house.grant->refresh_expires == std::min(house.now + idle, began + absolute)));
  }
}

BOOST_AUTO_TEST_CASE(however_much_it_is_used_a_session_ends_at_its_absolute_end) {
  SlidingHouse house;
  const Instant end = house.now + absolute;
  while (house.now + std::chrono::days{13} < end) {
    house.now += std::chrono::days{13};
    BOOST_TEST(house.renew());
  }
  house.now = end - seconds{12};
  BOOST_TEST(house.renew());
  BOOST_TEST((house.grant->access_expires == end));
  BOOST_TEST((house.grant->refresh_expires == end));
  house.now = end - tick;
  BOOST_TEST(house.renew());
  house.now = end;
  BOOST_TEST(!house.renew());
}

BOOST_AUTO_TEST_CASE(a_session_that_slides_in_its_last_days_only_keeps_its_end_until_then) {
  SlidingHouse house;
  house.settings.tokens.session_max = seconds{0};
  house.settings.tokens.refresh_slide_within = std::chrono::days{7};
  house.grant.emplace(house.start(house.ada, "other"));
  const Instant end = house.now + idle;
  house.now = end - std::chrono::days{7} - tick;
  BOOST_TEST(house.renew());
  BOOST_TEST((house.grant->refresh_expires == end));
  house.now = end - std::chrono::days{6};
  BOOST_TEST(house.renew());
  BOOST_TEST((house.grant->refresh_expires == house.now + idle));
}

BOOST_AUTO_TEST_SUITE_END()
