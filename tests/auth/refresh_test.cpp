// What a refresh does without races or thieves: the promises of rotation, one sentence each.
#include "auth/session/refresh.h"

#include <boost/test/unit_test.hpp>

#include "auth/session/verify.h"
#include "auth/signed_in.h"

using namespace cardea;
using namespace cardea::testing;

namespace {

constexpr milliseconds tick{1};
constexpr milliseconds grace{10'000};

Grant granted(const RefreshAnswer& answer) {
  BOOST_TEST_REQUIRE(word(answer) == "granted");
  return std::get<Grant>(answer);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(refreshing)

BOOST_AUTO_TEST_CASE(the_newest_token_brings_a_new_pair_and_moves_the_row_once) {
  SignedIn house;
  const auto before = house.store.writes();
  const auto second = granted(house.refresh(house.first));
  BOOST_TEST(refresh_token_of(second) != refresh_token_of(house.first));
  BOOST_TEST(access_token_of(second) != access_token_of(house.first));
  auto expected = before;
  expected.rotations += 1;
  BOOST_TEST((house.store.writes() == expected));

  const auto row = house.row_of(second);
  BOOST_TEST(row.generation == 1U);
  BOOST_TEST((row.rotated_at == house.now));
  BOOST_TEST((row.id == house.first.session.id));
  BOOST_TEST((row.idle_until == house.now + house.settings.tokens.refresh_ttl));
  BOOST_TEST((second.refresh_expires == row.idle_until));
  BOOST_TEST((second.access_expires == house.now + house.settings.tokens.access_ttl));
}

BOOST_AUTO_TEST_CASE(the_answer_knows_how_the_token_came) {
  SignedIn house;
  BOOST_TEST((granted(house.refresh(by_cookie(house.first))).came_by == Transport::cookie));
  const auto tablet = house.start(house.ada, "tablet");
  BOOST_TEST((tablet.came_by == Transport::unknown));
  BOOST_TEST((granted(house.refresh(by_body(tablet))).came_by == Transport::header));
}

BOOST_AUTO_TEST_CASE(the_row_remembers_who_moved_it_last) {
  SignedIn house;
  Caller caller = house.caller();
  caller.address = *parse_address("2001:db8::9");
  caller.user_agent = std::string(254, 'x') + "\xC3\xA9";  // é would end after byte 255
  const auto answer =
      refresh({.tokens = by_cookie(house.first), .idempotency_key = {}}, caller, house.deps());
  const auto row = house.row_of(granted(answer));
  BOOST_TEST(row.ip == "2001:db8::9");
  BOOST_TEST(row.user_agent == std::string(254, 'x'));
  BOOST_TEST(!row.idempotency.has_value());
}

BOOST_AUTO_TEST_CASE(a_long_life_is_one_row_from_the_first_token_to_the_last) {
  SignedIn house;
  auto grant = house.first;
  for (int renewal = 1; renewal <= 100; ++renewal) {
    house.now += std::chrono::hours{1};
    grant = granted(house.refresh(grant));
    BOOST_TEST(house.row_of(grant).generation == static_cast<Generation>(renewal));
  }
  BOOST_TEST(house.store.sessions_of(house.ada.id).size() == 1U);
  BOOST_TEST(house.store.writes().rotations == 100);
}

BOOST_AUTO_TEST_CASE(the_newest_token_again_within_the_window_is_handed_out_again_without_a_write) {
  SignedIn house;
  const auto second = house.renew(house.first);
  const auto before = house.store.writes();
  house.now += grace - tick;
  const auto again = granted(house.refresh(second));
  BOOST_TEST(refresh_token_of(again) == refresh_token_of(second));
  BOOST_TEST(access_token_of(again) != access_token_of(second));
  BOOST_TEST((again.access_expires == house.now + house.settings.tokens.access_ttl));
  BOOST_TEST((again.refresh_expires == second.refresh_expires));
  BOOST_TEST((house.store.writes() == before));
  house.now += tick;
  BOOST_TEST(refresh_token_of(granted(house.refresh(second))) != refresh_token_of(second));
}

BOOST_AUTO_TEST_CASE(a_sign_in_is_no_move_so_the_first_renewal_may_follow_at_once) {
  SignedIn house;
  house.settings.tokens.renew_min_interval = std::chrono::hours{1};
  const auto fresh = house.start(house.ada, "tablet");
  BOOST_TEST(refresh_token_of(granted(house.refresh(fresh))) != refresh_token_of(fresh));
}

BOOST_AUTO_TEST_CASE(renewals_closer_than_the_minimum_interval_bring_the_same_refresh_token) {
  SignedIn house;
  house.settings.tokens.renew_min_interval = std::chrono::hours{1};
  const auto second = house.renew(house.first);
  house.now += std::chrono::hours{1} - tick;
  const auto again = granted(house.refresh(second));
  BOOST_TEST(refresh_token_of(again) == refresh_token_of(second));
  house.now += tick;
  BOOST_TEST(refresh_token_of(granted(house.refresh(again))) != refresh_token_of(second));
}

BOOST_AUTO_TEST_CASE(the_replaced_token_brings_the_same_successor_byte_for_byte_and_writes_nothing) {
  SignedIn house;
  const auto second = house.renew(house.first);
  const auto before = house.store.writes();
  for (const auto age : {milliseconds{0}, tick, grace - tick, grace}) {
    house.now = second.session.rotated_at + age;
    const auto replayed = granted(house.refresh(house.first));
    BOOST_TEST(refresh_token_of(replayed) == refresh_token_of(second));
    BOOST_TEST((replayed.refresh_expires == second.refresh_expires));
  }
  BOOST_TEST((house.store.writes() == before));
}

BOOST_AUTO_TEST_CASE(the_window_is_fixed_at_the_move_and_does_not_slide) {
  SignedIn house;
  const auto second = house.renew(house.first);
  for (int replay = 0; replay < 5; ++replay) {
    house.now += seconds{2};
    granted(house.refresh(house.first));
    granted(house.refresh(second));
  }
  house.now += tick;
  BOOST_TEST(word(house.refresh(house.first)) == "reused");
}

BOOST_AUTO_TEST_CASE(a_late_replay_signs_this_device_out_and_only_this_device) {
  SignedIn house;
  const auto tablet = house.start(house.ada, "tablet");
  const auto bob = house.start(house.add_user("bob@example.com"));
  const auto second = house.renew(house.first);
  house.now += grace + tick;
  BOOST_TEST(word(house.refresh(house.first)) == "reused");

  const auto row = house.row_of(second);
  BOOST_TEST((row.revoked_at == house.now));
  BOOST_TEST(word(row.revoke_reason) == "reuse");
  BOOST_TEST(word(house.refresh(second)) == "revoked");
  BOOST_TEST(word(house.refresh(house.first)) == "revoked");
  BOOST_TEST(word(house.refresh(tablet)) == "granted");
  BOOST_TEST(word(house.refresh(bob)) == "granted");
}

BOOST_AUTO_TEST_CASE(a_late_replay_is_recorded_once_with_what_an_owner_needs_to_know) {
  SignedIn house;
  const auto second = house.renew(house.first);
  const auto moved = house.now;
  house.now += std::chrono::hours{1};
  BOOST_TEST(word(house.refresh(house.first)) == "reused");
  BOOST_TEST(word(house.refresh(house.first)) == "revoked");
  BOOST_TEST_REQUIRE(house.events_of(EventKind::token_reused) == 1);
  const auto event = house.store.events({.user = house.ada.id, .since = house.now, .limit = 1}).at(0);
  BOOST_TEST((event.session == second.session.id));
  BOOST_TEST((event.at == house.now));
  BOOST_TEST(event.ip == "192.0.2.7");
  BOOST_TEST(event.detail.find(rfc3339(moved)) != std::string::npos);
  BOOST_TEST(event.detail.find(refresh_token_of(house.first)) == std::string::npos);
}

BOOST_AUTO_TEST_CASE(tokens_two_and_more_generations_old_sign_the_device_out_even_at_once) {
  for (const int steps : {2, 3, 100}) {
    SignedIn house;
    auto grant = house.first;
    for (int step = 0; step < steps; ++step) {
      house.now += grace;
      grant = house.renew(grant);
    }
    house.now += milliseconds{1};  // within the same one it may have been on its way while the row moved
    BOOST_TEST(word(house.refresh(house.first)) == "reused");
    BOOST_TEST(word(house.refresh(grant)) == "revoked");
  }
}

BOOST_AUTO_TEST_CASE(a_thief_and_the_owner_never_both_stay_signed_in) {
  for (const bool thief_first : {true, false}) {
    SignedIn house;
    const auto stolen = house.first;
    house.renew(house.first);  // whoever is first
    house.now += std::chrono::minutes{20};
    BOOST_TEST_CONTEXT((thief_first ? "the owner comes second" : "the thief comes second"))
    BOOST_TEST(word(house.refresh(stolen)) == "reused");
  }
}

BOOST_AUTO_TEST_CASE(the_same_idempotency_key_brings_the_same_successor_for_a_day) {
  constexpr milliseconds day = std::chrono::hours{24};
  SignedIn house;
  const auto second = house.renew(house.first, "retry-1");
  const auto moved = house.now;
  const auto before = house.store.writes();
  for (const auto age : {grace + tick, milliseconds{std::chrono::hours{5}}, day}) {
    house.now = moved + age;
    const auto replayed = granted(house.refresh(house.first, "retry-1"));
    BOOST_TEST(refresh_token_of(replayed) == refresh_token_of(second));
  }
  BOOST_TEST((house.store.writes() == before));
  house.now = moved + day + tick;
  BOOST_TEST(word(house.refresh(house.first, "retry-1")) == "reused");
}

BOOST_AUTO_TEST_CASE(another_idempotency_key_or_none_is_of_no_help_after_the_window) {
  for (const auto& key : {std::optional<std::string>{"retry-2"}, std::optional<std::string>{}}) {
    SignedIn house;
    house.renew(house.first, "retry-1");
    house.now += grace + tick;
    BOOST_TEST(word(house.refresh(house.first, key)) == "reused");
  }
}

BOOST_AUTO_TEST_CASE(an_idempotency_key_is_kept_as_a_hash_and_only_until_the_next_move) {
  SignedIn house;
  const auto second = house.renew(house.first, "retry-1");
  const auto kept = house.row_of(second).idempotency;
  BOOST_TEST_REQUIRE(kept.has_value());
  BOOST_TEST(view_of(*kept).find("retry-1") == std::string_view::npos);
  house.now += std::chrono::minutes{1};
  const auto third = house.renew(second);
  BOOST_TEST(!house.row_of(third).idempotency.has_value());
  house.now += milliseconds{1};
  BOOST_TEST(word(house.refresh(house.first, "retry-1")) == "reused");
}

BOOST_AUTO_TEST_CASE(a_key_used_again_for_the_next_renewal_moves_the_row_as_any_other_would) {
  SignedIn house;
  const auto second = house.renew(house.first, "always-the-same");
  house.now += std::chrono::minutes{1};
  const auto third = house.renew(second, "always-the-same");
  BOOST_TEST(refresh_token_of(third) != refresh_token_of(second));
  BOOST_TEST(house.row_of(third).generation == 2U);
}

BOOST_AUTO_TEST_SUITE_END()
