// Signing out, with any token that the device still has.
#include "auth/session/sign_out.h"

#include <boost/test/unit_test.hpp>

#include "auth/session/verify.h"
#include "auth/signed_in.h"

using namespace cardea;
using namespace cardea::testing;

namespace {

constexpr std::chrono::hours hour{1};

bool names_a_session(House& house, const PresentedTokens& tokens) {
  return session_to_end(tokens, house.caller(), house.deps()).has_value();
}

PresentedTokens only_access(const Grant& grant) {
  auto tokens = by_cookie(grant);
  tokens.refresh.clear();
  return tokens;
}

PresentedTokens only_refresh(const Grant& grant) {
  auto tokens = by_cookie(grant);
  tokens.access.clear();
  return tokens;
}

void end(House& house, const PresentedTokens& tokens, SignOutScope scope = SignOutScope::this_device) {
  const auto state = session_to_end(tokens, house.caller(), house.deps());
  BOOST_TEST_REQUIRE(state.has_value());
  sign_out(*state, scope, house.caller(), house.deps());
}

}  // namespace

BOOST_AUTO_TEST_SUITE(signing_out)

BOOST_AUTO_TEST_CASE(this_device_is_signed_out_and_no_other) {
  SignedIn house;
  const auto tablet = house.start(house.ada, "tablet");
  end(house, by_cookie(house.first));
  const auto row = house.row_of(house.first);
  BOOST_TEST((row.revoked_at == house.now));
  BOOST_TEST(word(row.revoke_reason) == "signed_out");
  BOOST_TEST(word(house.refresh(house.first)) == "revoked");
  BOOST_TEST(word(house.refresh(tablet)) == "granted");
  BOOST_TEST(house.events_of(EventKind::signed_out) == 1);
}

BOOST_AUTO_TEST_CASE(everywhere_means_every_device_of_this_user_and_of_nobody_else) {
  SignedIn house;
  const auto tablet = house.start(house.ada, "tablet");
  const auto bob = house.start(house.add_user("bob@example.com"));
  end(house, by_cookie(house.first), SignOutScope::everywhere);
  BOOST_TEST(word(house.refresh(house.first)) == "revoked");
  BOOST_TEST(word(house.refresh(tablet)) == "revoked");
  BOOST_TEST(word(house.refresh(bob)) == "granted");
  BOOST_TEST(house.events_of(EventKind::signed_out_everywhere) == 1);
  BOOST_TEST(word(house.refresh(house.start(house.ada))) == "granted");
}

BOOST_AUTO_TEST_CASE(an_expired_access_token_is_enough) {
  SignedIn house;
  house.now += 10 * hour;
  end(house, only_access(house.first));
  BOOST_TEST(word(house.refresh(house.first)) == "revoked");
}

BOOST_AUTO_TEST_CASE(a_refresh_token_alone_is_enough_in_any_generation) {
  for (const int steps : {0, 1, 5}) {
    SignedIn house;
    auto newest = house.first;
    for (int step = 0; step < steps; ++step) {
      house.now += hour;
      newest = house.renew(newest);
    }
    end(house, only_refresh(house.first));
    BOOST_TEST(word(house.refresh(newest)) == "revoked");
    BOOST_TEST(house.events_of(EventKind::token_reused) == 0);
  }
}

BOOST_AUTO_TEST_CASE(what_is_not_ours_names_no_session) {
  SignedIn house;
  auto row = house.row_of(house.first);
  row.nonce[3] ^= 1;  // right key, wrong nonce: a stolen key directory
  const auto access = std::string(house.first.access_token.reveal());
  PresentedTokens forged_refresh{.access = {}, .refresh = {{TokenPlace::cookie, forge(house, row, 0)}}};
  PresentedTokens cut_access{.access = {{TokenPlace::cookie, access.substr(0, access.size() - 2)}},
                             .refresh = {}};
  PresentedTokens garbage{.access = {{TokenPlace::cookie, "x"}}, .refresh = {{TokenPlace::cookie, "y"}}};
  const AccessClaims of_another_user{.user = UserId::make(house.now, house.entropy),
                                     .session = house.first.session.id,
                                     .device = "phone",
                                     .scope = "",
                                     .issued_at = house.now,
                                     .expires_at = house.now + hour,
                                     .token_id = "x"};
  const auto signed_text =
      issue_access_token(of_another_user, token_policy(house.settings), house.deps().keys, house.now);
  PresentedTokens other_user{.access = {{TokenPlace::cookie, signed_text}}, .refresh = {}};
  BOOST_TEST(!names_a_session(house, other_user));
  BOOST_TEST(!names_a_session(house, forged_refresh));
  BOOST_TEST(!names_a_session(house, cut_access));
  BOOST_TEST(!names_a_session(house, garbage));
  BOOST_TEST(!names_a_session(house, {}));
  BOOST_TEST(names_a_session(house, by_cookie(house.first)));
}

BOOST_AUTO_TEST_CASE(the_good_token_among_bad_ones_counts) {
  SignedIn house;
  auto tokens = by_cookie(house.first);
  tokens.access.insert(tokens.access.begin(), {TokenPlace::cookie, "garbage"});
  BOOST_TEST(names_a_session(house, tokens));
  tokens.access = {{TokenPlace::header, "garbage"}};
  tokens.refresh.insert(tokens.refresh.begin(), {TokenPlace::cookie, "garbage"});
  BOOST_TEST(names_a_session(house, tokens));
}

BOOST_AUTO_TEST_CASE(a_session_that_is_over_needs_no_end) {
  SignedIn house;
  end(house, by_cookie(house.first));
  BOOST_TEST(!names_a_session(house, by_cookie(house.first)));

  const auto again = house.start(house.ada);
  house.now = again.refresh_expires;
  BOOST_TEST(!names_a_session(house, by_cookie(again)));
  BOOST_TEST(house.events_of(EventKind::signed_out) == 1);
}

BOOST_AUTO_TEST_CASE(signing_out_twice_at_once_is_recorded_once) {
  SignedIn house;
  const auto state = session_to_end(by_cookie(house.first), house.caller(), house.deps()).value();
  sign_out(state, SignOutScope::this_device, house.caller(), house.deps());
  sign_out(state, SignOutScope::this_device, house.caller(), house.deps());
  BOOST_TEST(house.events_of(EventKind::signed_out) == 1);
}

BOOST_AUTO_TEST_CASE(a_lagging_node_does_not_hide_the_session_to_end) {
  SignedIn house;
  house.store.answer_stale(std::nullopt);
  BOOST_TEST(names_a_session(house, by_cookie(house.first)));
}

BOOST_AUTO_TEST_CASE(a_refresh_that_was_under_way_revives_nothing) {
  SignedIn house;
  house.store.before_rotation([&] { end(house, by_cookie(house.first)); });
  BOOST_TEST(word(house.refresh(house.first)) == "revoked");
  BOOST_TEST(house.row_of(house.first).generation == 0U);
}

BOOST_AUTO_TEST_SUITE_END()
