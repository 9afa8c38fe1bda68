// Refreshes at the same time as another one, as a sign-out, or with a database whose answers get lost.
#include <boost/test/unit_test.hpp>
#include <latch>
#include <set>

#include "auth/session/refresh.h"
#include "auth/signed_in.h"
#include "support/threads.h"

using namespace cardea;
using namespace cardea::testing;

namespace {

constexpr int crowd = 64;
constexpr milliseconds grace{10'000};

// Each in a thread of its own with all that a thread has, released together. request(i) makes the i-th call.
template <class Make>
std::vector<RefreshAnswer> all_at_once(SignedIn& house, int count, Make request) {
  std::vector<std::optional<RefreshAnswer>> answers(static_cast<std::size_t>(count));
  std::latch start(count);
  Threads threads;
  for (int i = 0; i < count; ++i) {
    threads.start([&, i] {
      House::Thread own(house);
      const auto caller = house.caller();
      const RefreshRequest call = request(i);
      start.arrive_and_wait();
      answers[static_cast<std::size_t>(i)] = refresh(call, caller, own.deps());
    });
  }
  threads.join();
  std::vector<RefreshAnswer> all;
  for (auto& answer : answers) all.push_back(std::move(answer.value()));
  return all;
}

RefreshRequest plain(const Grant& grant) {
  return {.tokens = by_cookie(grant), .idempotency_key = {}};
}

std::set<std::string> successors(const std::vector<RefreshAnswer>& answers) {
  std::set<std::string> distinct;
  for (const auto& answer : answers) {
    BOOST_TEST_REQUIRE(word(answer) == "granted");
    distinct.insert(refresh_token_of(answer));
  }
  return distinct;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(refreshing_races)

BOOST_AUTO_TEST_CASE(sixty_four_presentations_at_once_move_the_row_once_and_get_one_successor) {
  SignedIn house;
  const auto answers = all_at_once(house, crowd, [&](int) { return plain(house.first); });
  BOOST_TEST(successors(answers).size() == 1U);
  BOOST_TEST(house.store.writes().rotations == 1);
  BOOST_TEST(house.store.writes().revocations == 0);
  BOOST_TEST(house.row_of(house.first).generation == 1U);
}

BOOST_AUTO_TEST_CASE(every_one_of_them_gets_an_access_token_of_its_own) {
  SignedIn house;
  std::set<std::string> distinct;
  for (const auto& answer : all_at_once(house, crowd, [&](int) { return plain(house.first); }))
    distinct.insert(access_token_of(answer));
  BOOST_TEST(distinct.size() == static_cast<std::size_t>(crowd));
}

BOOST_AUTO_TEST_CASE(tabs_with_the_old_and_the_new_token_agree_on_one_successor_for_many_rounds) {
  SignedIn house;
  auto before = house.first;
  auto newest = house.renew(before);
  for (int round = 1; round <= 20; ++round) {
    const auto answers = all_at_once(house, 8, [&](int i) { return plain(i % 2 == 0 ? before : newest); });
    BOOST_TEST(*successors(answers).begin() == refresh_token_of(newest));
    BOOST_TEST(successors(answers).size() == 1U);
    house.now += grace + milliseconds{1};
    before = newest;
    newest = house.renew(newest);
    BOOST_TEST(house.store.writes().rotations == round + 1);
  }
}

BOOST_AUTO_TEST_CASE(with_keys_of_their_own_simultaneous_calls_agree_too) {
  SignedIn house;
  const auto answers = all_at_once(house, crowd, [&](int i) {
    return RefreshRequest{.tokens = by_cookie(house.first), .idempotency_key = "tab " + std::to_string(i)};
  });
  BOOST_TEST(successors(answers).size() == 1U);
  BOOST_TEST(house.store.writes().rotations == 1);
}

BOOST_AUTO_TEST_CASE(a_late_replay_by_many_at_once_ends_the_session_once) {
  SignedIn house;
  house.renew(house.first);
  house.now += grace + milliseconds{1};
  for (const auto& answer : all_at_once(house, crowd, [&](int) { return plain(house.first); }))
    BOOST_TEST((word(answer) == "reused" || word(answer) == "revoked"), word(answer));
  BOOST_TEST(house.store.writes().revocations == 1);
  BOOST_TEST(house.events_of(EventKind::token_reused) == 1);
}

BOOST_AUTO_TEST_CASE(of_two_late_replays_the_one_that_ends_the_session_records_it) {
  SignedIn house;
  house.renew(house.first);
  house.now += grace + milliseconds{1};
  house.store.before_revocation([&] { BOOST_TEST(word(house.refresh(house.first)) == "reused"); });
  BOOST_TEST(word(house.refresh(house.first)) == "reused");
  BOOST_TEST(house.store.writes().revocations == 1);
  BOOST_TEST(house.events_of(EventKind::token_reused) == 1);
}

BOOST_AUTO_TEST_CASE(a_race_lost_between_read_and_update_brings_the_winners_successor) {
  SignedIn house;
  std::string winners;
  house.store.before_rotation([&] { winners = refresh_token_of(house.refresh(house.first)); });
  const auto loser = house.refresh(house.first);
  BOOST_TEST_REQUIRE(word(loser) == "granted");
  BOOST_TEST(refresh_token_of(loser) == winners);
  BOOST_TEST(house.store.writes().rotations == 1);
}

BOOST_AUTO_TEST_CASE(an_unknown_outcome_is_settled_by_the_row) {
  for (const auto forced : {ForcedRotation::unknown_though_moved, ForcedRotation::unknown_not_moved}) {
    SignedIn house;
    house.store.force_rotation(forced);
    const auto answer = house.refresh(house.first);
    BOOST_TEST_REQUIRE(word(answer) == "granted");
    const auto row = house.row_of(house.first);
    BOOST_TEST(row.generation == 1U);
    BOOST_TEST(house.store.writes().rotations == 1);
    BOOST_TEST(refresh_token_of(answer) == forge(house, row, 1));
  }
}

BOOST_AUTO_TEST_CASE(several_unknown_outcomes_in_a_row_are_settled_too) {
  SignedIn house;
  for (int i = 0; i < 5; ++i) house.store.force_rotation(ForcedRotation::unknown_not_moved);
  BOOST_TEST(word(house.refresh(house.first)) == "granted");
  BOOST_TEST(house.store.writes().rotations == 1);
}

BOOST_AUTO_TEST_CASE(the_row_is_read_twelve_times_before_a_refresh_gives_up) {
  for (const int unknown : {11, 12}) {
    SignedIn house;
    for (int i = 0; i < unknown; ++i) house.store.force_rotation(ForcedRotation::unknown_not_moved);
    if (unknown == 11) {
      BOOST_TEST(word(house.refresh(house.first)) == "granted");
    } else {
      BOOST_CHECK_THROW((void)house.refresh(house.first), StoreUnavailable);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_database_that_never_settles_decides_nothing) {
  SignedIn house;
  for (int i = 0; i < 100; ++i) house.store.force_rotation(ForcedRotation::unknown_not_moved);
  BOOST_CHECK_THROW((void)house.refresh(house.first), StoreUnavailable);
  BOOST_TEST(house.store.writes().rotations == 0);
  BOOST_TEST(house.store.writes().revocations == 0);
}

BOOST_AUTO_TEST_CASE(whatever_ends_the_session_before_the_update_wins) {
  using Ending = void (*)(SignedIn&);
  struct Row {
    const char* name;
    Ending end;
    const char* answer;
  };
  const Row rows[] = {
      {"sign-out",
       [](SignedIn& house) {
         (void)house.store.revoke(
             {.session = house.first.session.id, .reason = RevokeReason::signed_out, .at = house.now});
       },
       "revoked"},
      {"sign-out everywhere",
       [](SignedIn& house) { (void)house.store.end_all_sessions(house.ada.id, house.now); }, "revoked"},
      {"a new password",
       [](SignedIn& house) { (void)house.store.set_password(house.ada.id, "other", house.now); }, "revoked"},
      {"disabled",
       [](SignedIn& house) { (void)house.store.set_status(house.ada.id, UserStatus::disabled, house.now); },
       "disabled"},
      {"deleted", [](SignedIn& house) { (void)house.store.delete_user(house.ada.id, house.now); },
       "malformed"},
  };
  for (const auto& row : rows) {
    SignedIn house;
    house.store.before_rotation([&] { row.end(house); });
    BOOST_TEST_CONTEXT(row.name) {
      BOOST_TEST(word(house.refresh(house.first)) == row.answer);
      BOOST_TEST(house.store.writes().rotations == 0);
      BOOST_TEST(house.events_of(EventKind::token_reused) == 0);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_move_that_was_held_up_opens_its_window_when_it_is_written) {
  SignedIn house;
  const auto came_in = house.caller();
  house.now += 3 * grace;
  const auto second = std::get<Grant>(
      refresh({.tokens = by_cookie(house.first), .idempotency_key = {}}, came_in, house.deps()));
  BOOST_TEST((house.row_of(second).rotated_at == house.now));
  house.now += grace;
  BOOST_TEST(refresh_token_of(house.refresh(house.first)) == std::string(second.refresh_token.reveal()));
}

BOOST_AUTO_TEST_CASE(a_move_that_took_the_database_long_opens_its_window_when_it_is_done) {
  SignedIn house;
  house.store.before_rotation([&] { house.now += 3 * grace; });
  const auto second = house.renew(house.first);
  BOOST_TEST((house.row_of(second).rotated_at == house.now));
  house.now += grace;
  BOOST_TEST(refresh_token_of(house.refresh(house.first)) == std::string(second.refresh_token.reveal()));
  house.now += milliseconds{1};
  BOOST_TEST(word(house.refresh(house.first)) == "reused");
}

BOOST_AUTO_TEST_CASE(a_move_is_long_from_one_second_on) {
  for (const milliseconds took : {milliseconds{999}, milliseconds{1000}}) {
    SignedIn house;
    const auto before = house.now;
    house.store.before_rotation([&] { house.now += took; });
    const auto second = house.renew(house.first);
    const auto opened = took == milliseconds{1000} ? house.now : before;
    BOOST_TEST((house.row_of(second).rotated_at == opened));
    BOOST_TEST((second.session.rotated_at == opened));
  }
}

BOOST_AUTO_TEST_CASE(a_long_move_is_answered_although_the_database_goes_right_after_it) {
  SignedIn house;
  house.store.before_rotation([&] { house.now += 3 * grace; });
  house.store.before_rotation([&] { house.store.set_unavailable(true); });
  const auto second = house.renew(house.first);
  house.store.set_unavailable(false);
  BOOST_TEST(house.row_of(second).generation == 1U);
  BOOST_TEST(word(house.refresh(second)) == "granted");
}

BOOST_AUTO_TEST_CASE(a_row_that_has_moved_on_since_a_long_move_is_left_alone) {
  SignedIn house;
  house.store.before_rotation([&] { house.now += 3 * grace; });
  const auto elsewhere = house.now + 2 * grace;
  house.store.before_rotation([&] {
    Rotation onward;
    onward.session = house.first.session.id;
    onward.from = 1;
    onward.to = 2;
    onward.user_epoch = house.first.session.user_epoch;
    onward.rotated_at = elsewhere;
    BOOST_TEST((house.store.rotate(onward) == RotationOutcome::moved));
  });
  const auto second = house.renew(house.first);
  BOOST_TEST(house.row_of(second).generation == 2U);
  BOOST_TEST((house.row_of(second).rotated_at == elsewhere));
}

BOOST_AUTO_TEST_CASE(a_request_that_was_held_up_while_others_moved_on_is_no_proof_of_theft) {
  SignedIn house;
  house.store.before_rotation([&] {
    house.now += milliseconds{1};
    const auto second = house.renew(house.first);
    house.now += grace;
    house.renew(second);
  });
  BOOST_CHECK_THROW((void)house.refresh(house.first), StoreUnavailable);
  BOOST_TEST(house.store.writes().revocations == 0);
  // Presented again it is what it looks like.
  house.now += milliseconds{1};
  BOOST_TEST(word(house.refresh(house.first)) == "reused");
}

BOOST_AUTO_TEST_CASE(devices_of_one_user_do_not_notice_each_other) {
  SignedIn house;
  const auto tablet = house.start(house.ada, "tablet");
  house.now += std::chrono::hours{1};
  const auto answers =
      all_at_once(house, 16, [&](int i) { return plain(i % 2 == 0 ? house.first : tablet); });
  BOOST_TEST(successors(answers).size() == 2U);
  BOOST_TEST(house.row_of(house.first).generation == 1U);
  BOOST_TEST(house.row_of(tablet).generation == 1U);
}

BOOST_AUTO_TEST_SUITE_END()
