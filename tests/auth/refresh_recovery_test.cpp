// Refreshes after a backup was restored, keys were changed, or the database was not reachable.
#include <boost/test/unit_test.hpp>

#include "auth/session/refresh.h"
#include "auth/signed_in.h"

using namespace cardea;
using namespace cardea::testing;

namespace {

constexpr milliseconds tick{1};
constexpr milliseconds grace{10'000};
constexpr std::chrono::hours hour{1};

Grant renew_times(SignedIn& house, int times) {
  auto grant = house.first;
  for (int i = 0; i < times; ++i) {
    house.now += hour;
    grant = house.renew(grant);
  }
  return grant;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(refreshing_recovery)

BOOST_AUTO_TEST_CASE(a_restored_backup_signs_nobody_out_and_is_recorded_once) {
  for (const int lost : {1, 2, 100}) {
    SignedIn house;
    const auto backup = house.row_of(house.first);
    const auto newest = renew_times(house, lost);
    house.store.overwrite_session(backup);
    house.now += hour;
    const auto healed = house.refresh(newest);
    BOOST_TEST_REQUIRE(word(healed) == "granted");
    BOOST_TEST(house.row_of(newest).generation == static_cast<Generation>(lost + 1));
    BOOST_TEST_REQUIRE(house.events_of(EventKind::database_rolled_back) == 1);
    const auto event = house.store.events({.user = house.ada.id, .since = house.now, .limit = 1}).at(0);
    BOOST_TEST((event.session == newest.session.id));
    BOOST_TEST(event.detail.find(" " + std::to_string(lost) + " ") != std::string::npos);

    house.now += hour;
    BOOST_TEST(word(house.refresh(std::get<Grant>(healed))) == "granted");
    BOOST_TEST(house.events_of(EventKind::database_rolled_back) == 1);
  }
}

BOOST_AUTO_TEST_CASE(after_the_healing_the_usual_rules_hold_again) {
  SignedIn house;
  const auto backup = house.row_of(house.first);
  const auto newest = renew_times(house, 3);
  house.store.overwrite_session(backup);
  const auto healed = house.renew(newest);
  house.now += grace;
  BOOST_TEST(refresh_token_of(house.refresh(newest)) == refresh_token_of(healed));
  house.now += tick;
  BOOST_TEST(word(house.refresh(newest)) == "reused");
}

BOOST_AUTO_TEST_CASE(two_tabs_that_meet_a_restored_backup_heal_it_once) {
  SignedIn house;
  const auto backup = house.row_of(house.first);
  const auto newest = renew_times(house, 3);
  house.store.overwrite_session(backup);
  std::string winners;
  house.store.before_rotation([&] { winners = refresh_token_of(house.refresh(newest)); });
  BOOST_TEST(refresh_token_of(house.refresh(newest)) == winners);
  BOOST_TEST(house.events_of(EventKind::database_rolled_back) == 1);
}

BOOST_AUTO_TEST_CASE(a_restored_backup_does_not_revive_what_is_over) {
  SignedIn house;
  const auto newest = renew_times(house, 3);
  auto backup = house.row_of(house.first);
  backup.generation = 0;
  backup.revoked_at = house.now;
  house.store.overwrite_session(backup);
  BOOST_TEST(word(house.refresh(newest)) == "revoked");
  BOOST_TEST(house.events_of(EventKind::database_rolled_back) == 0);
}

BOOST_AUTO_TEST_CASE(a_token_from_the_future_with_one_right_mac_changes_nothing) {
  SignedIn house;
  auto other_nonce = house.row_of(house.first);
  other_nonce.nonce[0] ^= 1;
  auto tokens = by_cookie(house.first);
  tokens.refresh[0].text = forge(house, other_nonce, 50);
  const auto before = house.store.writes();
  BOOST_TEST(word(house.refresh(tokens)) == "malformed");
  BOOST_TEST((house.store.writes() == before));
}

BOOST_AUTO_TEST_CASE(a_token_of_the_last_generation_ends_the_session_instead_of_beginning_anew) {
  SignedIn house;
  auto tokens = by_cookie(house.first);
  tokens.refresh[0].text = forge(house, house.row_of(house.first), 0xFFFF'FFFF);
  BOOST_TEST(word(house.refresh(tokens)) == "reused");
  BOOST_TEST(house.row_of(house.first).generation == 0U);
}

BOOST_AUTO_TEST_CASE(a_new_refresh_key_between_the_move_and_the_replay_keeps_the_successor) {
  SignedIn house;
  const auto second = house.renew(house.first);
  create_refresh_key(house.key_directory(), house.now + seconds{2}, house.entropy);
  house.now += seconds{5};
  BOOST_TEST_REQUIRE(word(house.refresh(house.first)) == "granted");
  BOOST_TEST(house.deps().keys.refresh_keys().size() == 2U);
  BOOST_TEST(refresh_token_of(house.refresh(house.first)) == refresh_token_of(second));
  BOOST_TEST(refresh_token_of(house.refresh(second)) == refresh_token_of(second));
}

BOOST_AUTO_TEST_CASE(the_next_move_uses_the_new_refresh_key) {
  SignedIn house;
  const auto second = house.renew(house.first);
  create_refresh_key(house.key_directory(), house.now + seconds{2}, house.entropy);
  house.now += std::chrono::minutes{1};
  const auto third = house.renew(second);
  const auto opened = open_refresh_token(third.refresh_token.reveal(), house.deps().keys, house.now);
  BOOST_TEST_REQUIRE(opened.has_value());
  BOOST_TEST(static_cast<int>(opened->head[1]) == 2);
  BOOST_TEST(refresh_token_of(house.refresh(second)) == refresh_token_of(third));
}

BOOST_AUTO_TEST_CASE(a_new_signing_key_signs_nobody_out) {
  SignedIn house;
  create_signing_key(house.key_directory(), Algorithm::es256, house.now + seconds{2}, house.entropy);
  house.now += hour;
  const auto second = house.refresh(house.first);  // its companion is of the old key
  BOOST_TEST_REQUIRE(word(second) == "granted");
  house.now += hour;
  BOOST_TEST(word(house.refresh(std::get<Grant>(second))) == "granted");
}

BOOST_AUTO_TEST_CASE(a_key_made_this_very_second_spoils_no_token) {
  House house;
  const auto ada = house.add_user("ada@example.com");
  for (int i = 0; i < 3; ++i) {
    house.now += hour;
    create_refresh_key(house.key_directory(), house.now - seconds{1}, house.entropy);
    const auto grant = house.start(ada);
    const RefreshRequest request{.tokens = by_cookie(grant), .idempotency_key = {}};
    BOOST_TEST(word(refresh(request, house.caller(), house.deps())) == "granted");
  }
}

BOOST_AUTO_TEST_CASE(without_a_database_nothing_is_decided_and_the_token_is_good_afterwards) {
  SignedIn house;
  const auto before = house.store.writes();
  house.store.set_unavailable(true);
  BOOST_CHECK_THROW((void)house.refresh(house.first), StoreUnavailable);
  house.store.set_unavailable(false);
  BOOST_TEST((house.store.writes() == before));
  house.now += hour;
  BOOST_TEST(word(house.refresh(house.first)) == "granted");
}

BOOST_AUTO_TEST_CASE(a_database_lost_before_the_update_leaves_the_old_token_good) {
  SignedIn house;
  house.store.before_rotation([&] { house.store.set_unavailable(true); });
  BOOST_CHECK_THROW((void)house.refresh(house.first), StoreUnavailable);
  house.store.set_unavailable(false);
  house.now += hour;
  BOOST_TEST(word(house.refresh(house.first)) == "granted");
}

BOOST_AUTO_TEST_CASE(a_clock_that_was_set_back_an_hour_signs_nobody_out) {
  SignedIn house;
  const auto second = house.renew(house.first);
  house.now -= hour;
  BOOST_TEST(refresh_token_of(house.refresh(second)) == refresh_token_of(second));
  BOOST_TEST(refresh_token_of(house.refresh(house.first)) == refresh_token_of(second));
  BOOST_TEST(house.store.writes().revocations == 0);
}

BOOST_AUTO_TEST_SUITE_END()
