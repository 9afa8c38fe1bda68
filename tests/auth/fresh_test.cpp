// Which sign-ins are fresh, and what access tokens say of it.
#include "auth/session/fresh.h"

#include <boost/test/unit_test.hpp>

#include "auth/session/legacy.h"
#include "auth/session/verify.h"
#include "auth/signed_in.h"

using namespace cardea;
using namespace cardea::testing;

namespace {

constexpr std::chrono::minutes minute{1};
constexpr milliseconds tick{1};

AccessClaims claims_of(House& house, const Grant& grant) {
  return std::get<AccessClaims>(verify(by_cookie(grant), house.caller(), house.deps()));
}

Session live(House& house, const Grant& grant) {
  return std::get<SessionState>(verify_live(by_cookie(grant), house.caller(), house.deps())).session;
}

// The row moves on as a reauthentication moves it.
void reauthenticate_row(House& house, const Grant& grant) {
  const auto row = house.row_of(grant);
  BOOST_TEST((house.store.rotate({.session = row.id,
                                  .from = row.generation,
                                  .to = row.generation + 1,
                                  .user_epoch = row.user_epoch,
                                  .rotated_at = house.now,
                                  .idle_until = row.idle_until,
                                  .idempotency = {},
                                  .user_agent = "",
                                  .ip = "",
                                  .proof = Reauthentication{.at = house.now, .amr = "pwd"}}) ==
              RotationOutcome::moved));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(fresh_sign_in)

BOOST_AUTO_TEST_CASE(a_sign_in_is_fresh_for_the_configured_time_on_hosts_whose_clocks_differ_by_a_minute) {
  House house;
  Session session;
  session.created_at = noon - std::chrono::hours{5};
  session.authenticated_at = noon;
  BOOST_TEST(is_fresh(session, house.settings, noon + 10 * minute));
  BOOST_TEST(!is_fresh(session, house.settings, noon + 10 * minute + tick));
  BOOST_TEST(is_fresh(session, house.settings, noon - minute));
  BOOST_TEST(!is_fresh(session, house.settings, noon - minute - tick));
  house.settings.factors.fresh = minute;
  BOOST_TEST(is_fresh(session, house.settings, noon + minute));
  BOOST_TEST(!is_fresh(session, house.settings, noon + minute + tick));
}

BOOST_AUTO_TEST_CASE(a_session_without_a_known_sign_in_is_never_fresh) {
  const House house;
  Session session;
  session.created_at = noon;
  BOOST_TEST(!is_fresh(session, house.settings, noon));
  // Nor in the minutes after the beginning of 1970, which is what "never" is as a time.
  BOOST_TEST(!is_fresh(session, house.settings, never + minute));
}

BOOST_AUTO_TEST_CASE(a_token_says_when_and_how_its_user_signed_in_and_a_refresh_keeps_that) {
  SignedIn house;
  const auto signed_in_at = house.first.session.created_at;
  const auto first = claims_of(house, house.start(house.ada, "laptop"));
  BOOST_TEST((first.authenticated_at == house.now));
  house.now += 20 * minute;
  const auto renewed = claims_of(house, house.renew(house.first));
  BOOST_TEST((renewed.authenticated_at == signed_in_at));
  BOOST_TEST(renewed.amr == house.first.session.amr);
  BOOST_TEST(!is_fresh(live(house, house.renew(house.first)), house.settings, house.now));
}

BOOST_AUTO_TEST_CASE(only_a_sign_in_by_password_has_pwd_in_amr) {
  House house;
  const auto ada = house.add_user("ada@example.com");
  const auto caller = house.caller();
  BOOST_TEST(make_session(ada, {}, "password", caller, house.deps()).amr == "pwd");
  BOOST_TEST(make_session(ada, {}, "google", caller, house.deps()).amr.empty());
}

BOOST_AUTO_TEST_CASE(a_token_from_before_the_proof_does_not_become_fresh_by_it) {
  House house;
  const auto stolen = house.start(house.add_user("ada@example.com"));
  house.now += 20 * minute;
  BOOST_TEST(!is_fresh(live(house, stolen), house.settings, house.now));
  reauthenticate_row(house, stolen);
  BOOST_TEST((house.row_of(stolen).authenticated_at == house.now));
  BOOST_TEST(!is_fresh(live(house, stolen), house.settings, house.now));
  const auto newer = make_grant(house.state_of(stolen.session.id), house.caller(), house.deps());
  BOOST_TEST(is_fresh(live(house, newer), house.settings, house.now));
  BOOST_TEST(claims_of(house, newer).amr == "pwd");
}

BOOST_AUTO_TEST_SUITE_END()
