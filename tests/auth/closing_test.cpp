// When a closed account is erased, and what is taken with it.
#include "auth/account/closing.h"

#include <boost/test/unit_test.hpp>

#include "auth/account/sign_in.h"
#include "auth/account/throttle.h"
#include "auth/session/end.h"
#include "auth/signed_in.h"
#include "base/json.h"

using namespace cardea;
using namespace cardea::testing;

namespace {

constexpr std::chrono::hours day{24};
constexpr milliseconds tick{1};

struct Closed : SignedIn {
  Closed() { BOOST_TEST_REQUIRE(std::holds_alternative<Instant>(close())); }
  std::variant<Instant, ClosingRefused> close() {
    return close_account(state_of(first.session.id), caller(), deps());
  }
  int erase() { return erase_closed_accounts(settings, store, now, 100); }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(closing_rules)

BOOST_AUTO_TEST_CASE(a_closed_account_is_erased_when_its_time_is_over_and_not_before) {
  Closed house;
  house.now += 7 * day;
  BOOST_TEST(house.erase() == 0);
  BOOST_TEST(house.store.user_by_id(house.ada.id).has_value());
  house.now += tick;
  BOOST_TEST(house.erase() == 1);
  BOOST_TEST(!house.store.user_by_id(house.ada.id).has_value());
  BOOST_TEST(house.store.events({.user = house.ada.id}).empty());
  BOOST_TEST(house.store.sessions_of(house.ada.id).empty());
}

// A host that starts now must still learn that the sessions ended.
BOOST_AUTO_TEST_CASE(no_account_is_erased_while_a_token_of_it_may_be_accepted_somewhere) {
  Closed house;
  house.settings.closing.delete_after = seconds{0};
  house.now += house.settings.tokens.access_ttl;
  BOOST_TEST(house.erase() == 0);
  house.now += std::chrono::minutes{10};
  BOOST_TEST(house.erase() == 1);
}

BOOST_AUTO_TEST_CASE(the_purge_that_the_server_does_by_itself_erases_accounts) {
  Closed house;
  house.now += 8 * day;
  purge_step(house.settings, house.store, house.deps().revoked, house.now);
  BOOST_TEST(!house.store.user_by_id(house.ada.id).has_value());
}

BOOST_AUTO_TEST_CASE(a_closing_that_another_ending_overtook_closes_nothing) {
  SignedIn house;
  const auto before = house.state_of(house.first.session.id);
  BOOST_TEST(house.store.end_all_sessions(house.ada.id, house.now));
  const auto outcome = close_account(before, house.caller(), house.deps());
  BOOST_TEST((std::get<ClosingRefused>(outcome).why == ClosingRefusal::session_ended));
  BOOST_TEST((house.user_of(house.ada).closed_at == never));
}

// A sign-in that had read the user's row before the closing ends with the other sessions.
BOOST_AUTO_TEST_CASE(a_sign_in_at_the_moment_of_the_closing_begins_no_session) {
  SignedIn house;
  const auto before = house.user_of(house.ada);
  BOOST_TEST_REQUIRE(std::holds_alternative<Instant>(
      close_account(house.state_of(house.first.session.id), house.caller(), house.deps())));
  const auto started =
      start_session(before, {.id = "tablet", .name = ""}, "password", house.caller(), house.deps());
  const auto& grant = std::get<Grant>(started);
  BOOST_TEST(word(house.refresh(grant)) == "revoked");
}

BOOST_AUTO_TEST_CASE(the_throttles_of_the_user_the_devices_and_the_address_go_with_the_account) {
  Closed house;
  const auto user = house.user_of(house.ada);
  const Throttle counted{.failures = 1, .window_began = house.now, .blocked_until = never};
  const std::vector<Digest> buckets{account_bucket(user.email.key), export_bucket(user.id),
                                    device_bucket(user.id, house.first.session.device_id),
                                    letters_by_strangers(user.email.key).front().id};
  for (const auto& bucket : buckets) BOOST_TEST(house.store.move_throttle(bucket, {}, counted));
  house.now += 8 * day;
  BOOST_TEST(house.erase() == 1);
  for (const auto& bucket : buckets) BOOST_TEST((house.store.throttle(bucket) == Throttle{}));
}

BOOST_AUTO_TEST_SUITE_END()
