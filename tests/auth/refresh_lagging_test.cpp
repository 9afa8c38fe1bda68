// Refreshes at a node of a cluster that lags behind the others.
#include <boost/test/unit_test.hpp>

#include "auth/session/refresh.h"
#include "auth/signed_in.h"

using namespace cardea;
using namespace cardea::testing;

namespace {

constexpr milliseconds grace{10'000};

}  // namespace

BOOST_AUTO_TEST_SUITE(refreshing_at_a_lagging_node)

BOOST_AUTO_TEST_CASE(a_lagging_node_that_still_shows_the_old_row_costs_one_more_reading_and_no_session) {
  SignedIn house;
  const auto old_state = house.state_of(house.first.session.id);
  const auto second = house.renew(house.first);

  // The update is refused, the causal reading shows the successor.
  house.store.answer_stale(old_state);
  BOOST_TEST(refresh_token_of(house.refresh(house.first)) == refresh_token_of(second));

  // The newest token looks like one from the future until it is read causally.
  house.now += grace;
  house.store.answer_stale(old_state);
  const auto third = house.refresh(second);
  BOOST_TEST_REQUIRE(word(third) == "granted");
  BOOST_TEST(house.row_of(second).generation == 2U);
  BOOST_TEST(house.events_of(EventKind::database_rolled_back) == 0);
  BOOST_TEST(house.store.writes().revocations == 0);
}

BOOST_AUTO_TEST_CASE(a_row_that_a_lagging_node_does_not_have_yet_is_asked_for_again) {
  SignedIn house;
  house.store.answer_stale(std::nullopt);
  BOOST_TEST(word(house.refresh(house.first)) == "granted");
}

BOOST_AUTO_TEST_CASE(a_session_is_not_called_expired_on_the_word_of_a_lagging_node) {
  SignedIn house;
  auto old_state = house.state_of(house.first.session.id);
  const auto second = house.renew(house.first);
  house.now = old_state.session.idle_until;  // over by the old row, not by the new one
  house.store.answer_stale(old_state);
  BOOST_TEST(word(house.refresh(second)) == "granted");
}

BOOST_AUTO_TEST_CASE(what_a_causal_reading_confirms_is_reuse) {
  SignedIn house;
  const auto second = house.renew(house.first);
  house.now += grace + milliseconds{1};
  house.store.answer_stale(house.state_of(house.first.session.id));
  BOOST_TEST(word(house.refresh(house.first)) == "reused");
  BOOST_TEST(word(house.refresh(second)) == "revoked");
}

BOOST_AUTO_TEST_CASE(a_node_that_lags_behind_a_sign_out_hands_nothing_out_again) {
  SignedIn house;
  const auto second = house.renew(house.first);
  const auto before = house.state_of(house.first.session.id);
  BOOST_TEST(house.store.end_all_sessions(house.ada.id, house.now));
  for (const auto& presented : {house.first, second}) {
    house.store.answer_stale(before);
    BOOST_TEST(word(house.refresh(presented)) == "revoked");
  }
}

BOOST_AUTO_TEST_CASE(a_session_that_had_ended_is_not_called_stolen_on_the_word_of_a_lagging_node) {
  SignedIn house;
  house.renew(house.first);
  house.now += grace + milliseconds{1};
  house.store.answer_stale(house.state_of(house.first.session.id));
  BOOST_TEST(house.store.end_all_sessions(house.ada.id, house.now));
  BOOST_TEST(word(house.refresh(house.first)) == "revoked");
  BOOST_TEST(house.store.writes().revocations == 0);
  BOOST_TEST(house.events_of(EventKind::token_reused) == 0);
}

BOOST_AUTO_TEST_SUITE_END()
