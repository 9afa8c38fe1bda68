// That the store on which other rooms are tested obeys the test, and is the real one otherwise.
#include <atomic>
#include <boost/test/unit_test.hpp>
#include <chrono>
#include <thread>
#include <vector>

#include "samples.h"
#include "store/sessions.h"
#include "support/resets.h"
#include "support/sql_faults.h"
#include "support/threads.h"

using namespace cardea;
using namespace cardea::testing;

namespace {

struct Scene {
  TestStore store;
  User user = sample_user(1);
  Session session = sample_session(1, user);

  Scene() {
    BOOST_TEST(store.add_user(user));
    store.add_session(session);
  }
  [[nodiscard]] SessionState state(Freshness freshness = Freshness::causal) {
    return store.session(session.id, freshness).value();
  }
  [[nodiscard]] Generation generation() { return state().session.generation; }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(sql_faults)

BOOST_AUTO_TEST_CASE(each_store_begins_empty_with_a_database_of_its_own) {
  for (int round = 0; round < 3; ++round) {
    Scene scene;
    scene.store.add_event(sample_event(1));
    const TestStore other;
    BOOST_TEST(other.calls() == 0);
    BOOST_TEST(scene.store.users(std::nullopt, 10).size() == 1u);
    BOOST_TEST(scene.store.events({}).size() == 1u);
  }
  TestStore empty;
  BOOST_TEST(empty.users(std::nullopt, 10).empty());
  BOOST_TEST(!empty.session(session_id(1), Freshness::causal));
  BOOST_TEST(empty.events({}).empty());
}

BOOST_AUTO_TEST_CASE(the_first_statement_of_a_store_is_its_first_call) {
  TestStore store;
  BOOST_TEST(store.calls() == 0);
  BOOST_TEST(store.users(std::nullopt, 10).empty());
  BOOST_TEST(store.calls() == 1);
  BOOST_TEST(store.writes().total() == 0);
}

BOOST_AUTO_TEST_CASE(a_write_is_counted_by_what_it_writes_and_a_refused_one_is_not) {
  Scene scene;
  TestStore& store = scene.store;
  SqlWrites expected{.users = 1, .sessions = 1};
  BOOST_TEST((store.writes() == expected));
  BOOST_TEST(!store.add_user(scene.user));
  BOOST_TEST((store.writes() == expected));
  BOOST_TEST((store.rotate(next_rotation(scene.session)) == RotationOutcome::moved));
  BOOST_TEST((store.rotate(next_rotation(scene.session)) == RotationOutcome::not_moved));
  store.note_sign_in(scene.user.id, {.method = "password", .language = {}, .at = at(1)});
  BOOST_TEST(store.revoke({.session = scene.session.id, .reason = RevokeReason::reuse, .at = at(2)}));
  BOOST_TEST(!store.revoke({.session = scene.session.id, .reason = RevokeReason::reuse, .at = at(3)}));
  BOOST_TEST(store.end_all_sessions(scene.user.id, at(4)));
  store.add_event(sample_event(1));
  BOOST_TEST(store.move_throttle(digest_of(1), {}, {.failures = 1, .window_began = at(1)}));
  store.add_tally({.day = at(0), .name = "requests", .total = 5, .last_at = at(1)});
  expected.users = 2;
  expected.sign_ins_noted = expected.rotations = expected.revocations = 1;
  expected.events = expected.throttles = expected.tallies = 1;
  BOOST_TEST((store.writes() == expected));
  const auto purged = store.purge({.sessions_ended_before = never, .events_before = at(1'000'000)});
  BOOST_TEST(purged.events == 1);
  BOOST_TEST(store.writes().purged == 1);
}

BOOST_AUTO_TEST_CASE(a_database_that_was_switched_off_refuses_everything_and_works_again_at_once) {
  Scene scene;
  const int calls = scene.store.calls();
  scene.store.set_unavailable(true);
  BOOST_CHECK_THROW((void)scene.store.user_by_id(scene.user.id), StoreUnavailable);
  BOOST_CHECK_THROW(scene.store.check_writing(seconds{0}), StoreUnavailable);
  BOOST_TEST(scene.store.calls() == calls + 1);
  scene.store.set_unavailable(false);
  BOOST_TEST(scene.store.user_by_id(scene.user.id).has_value());
  BOOST_CHECK_NO_THROW(scene.store.check_writing(seconds{0}));
}

BOOST_AUTO_TEST_CASE(a_read_only_database_is_read_and_says_that_it_takes_no_write) {
  Scene scene;
  BOOST_CHECK_NO_THROW(scene.store.check_writing(seconds{60}));
  scene.store.set_read_only(true);
  const auto not_writable = [](const StoreUnavailable& failure) {
    return failure.trouble() == StoreTrouble::not_writable;
  };
  BOOST_CHECK_EXCEPTION(scene.store.check_writing(seconds{60}), StoreUnavailable, not_writable);
  BOOST_CHECK_EXCEPTION(scene.store.add_event(sample_event(1)), StoreUnavailable, not_writable);
  BOOST_TEST(scene.generation() == 0);
  scene.store.set_read_only(false);
  BOOST_CHECK_NO_THROW(scene.store.check_writing(seconds{60}));
}

BOOST_AUTO_TEST_CASE(a_rotation_is_unknown_when_told_so_whether_it_moved_or_not) {
  Scene scene;
  scene.store.force_rotation(ForcedRotation::unknown_not_moved);
  scene.store.force_rotation(ForcedRotation::unknown_though_moved);
  BOOST_TEST((scene.store.rotate(next_rotation(scene.session)) == RotationOutcome::unknown));
  BOOST_TEST(scene.generation() == 0);
  BOOST_TEST((scene.store.rotate(next_rotation(scene.session)) == RotationOutcome::unknown));
  BOOST_TEST(scene.generation() == 1);
  BOOST_TEST((scene.store.rotate(next_rotation(scene.state().session)) == RotationOutcome::moved));
  BOOST_TEST(scene.store.writes().rotations == 2);
}

BOOST_AUTO_TEST_CASE(a_hook_runs_once_before_its_statement_and_may_use_the_store) {
  Scene scene;
  scene.store.before_rotation(
      [&] { BOOST_TEST((scene.store.rotate(next_rotation(scene.session)) == RotationOutcome::moved)); });
  BOOST_TEST((scene.store.rotate(next_rotation(scene.session)) == RotationOutcome::not_moved));
  scene.store.before_user_read([&] { BOOST_TEST(scene.store.delete_user(scene.user.id, at(1))); });
  BOOST_TEST(!scene.store.user_by_id(scene.user.id));
  const Revocation revocation{.session = scene.session.id, .reason = RevokeReason::reuse, .at = at(2)};
  Scene other;
  other.store.before_revocation([&] { BOOST_TEST(other.store.revoke(revocation)); });
  BOOST_TEST(!other.store.revoke(revocation));
}

BOOST_AUTO_TEST_CASE(a_hook_that_switches_the_database_off_fails_its_own_statement) {
  Scene scene;
  scene.store.before_rotation([&] { scene.store.set_unavailable(true); });
  BOOST_CHECK_THROW((void)scene.store.rotate(next_rotation(scene.session)), StoreUnavailable);
  scene.store.set_unavailable(false);
  BOOST_TEST(scene.generation() == 0);
}

BOOST_AUTO_TEST_CASE(a_plain_read_is_stale_when_told_so_and_a_causal_one_never) {
  Scene scene;
  const SessionState before = scene.state();
  BOOST_TEST((scene.store.rotate(next_rotation(scene.session)) == RotationOutcome::moved));
  scene.store.answer_stale(before);
  scene.store.answer_stale(std::nullopt);
  BOOST_TEST(scene.generation() == 1);
  const SessionState stale = scene.state(Freshness::plain);
  BOOST_TEST(stale.session.generation == 0);
  BOOST_TEST((stale.session.nonce == before.session.nonce));
  BOOST_TEST(stale.user.email.key == before.user.email.key);
  BOOST_TEST(stale.user.password_hash == before.user.password_hash);
  BOOST_TEST(!scene.store.session(scene.session.id, Freshness::plain));
  BOOST_TEST(scene.state(Freshness::plain).session.generation == 1);
}

BOOST_AUTO_TEST_CASE(a_row_is_put_back_as_it_was) {
  Scene scene;
  BOOST_TEST((scene.store.rotate(next_rotation(scene.session)) == RotationOutcome::moved));
  const SqlWrites before = scene.store.writes();
  scene.store.overwrite_session(scene.session);
  BOOST_TEST(scene.generation() == 0);
  BOOST_TEST((scene.store.writes() == before));
}

BOOST_AUTO_TEST_CASE(a_statement_fails_and_waits_as_told) {
  Scene scene;
  scene.store.fail(sql_text::user_by_id, {.code = 2013});  // a read is sent again
  BOOST_TEST(scene.store.user_by_id(scene.user.id).has_value());
  scene.store.fail(sql_text::user_by_id, {.delay = milliseconds{30}});
  const auto began = std::chrono::steady_clock::now();
  BOOST_TEST(scene.store.user_by_id(scene.user.id).has_value());
  BOOST_TEST((std::chrono::steady_clock::now() - began >= milliseconds{30}));
}

BOOST_AUTO_TEST_CASE(threads_wait_for_a_transaction_and_see_all_of_it_or_nothing) {
  Scene scene;
  TestStore& store = scene.store;
  const ProviderIdentity identity{.issuer = "https://id.example.com",
                                  .subject = "ada",
                                  .provider = "example",
                                  .user = scene.user.id,
                                  .created_at = at(1)};
  BOOST_TEST(store.add_provider_identity(identity));
  std::atomic<bool> over{false};
  std::atomic<int> torn{0};
  Threads readers(over);
  for (int reader = 0; reader < 4; ++reader)
    readers.start([&] {
      while (!over) {
        std::this_thread::yield();
        const bool held = !store.provider_identities_of(scene.user.id).empty();
        if (held && store.user_by_id(scene.user.id)->epoch != scene.user.epoch &&
            !store.provider_identities_of(scene.user.id).empty())
          ++torn;
      }
    });
  BOOST_TEST(store.reset_password(reset_of(scene.user, "$new$", at(2))).value().size() == 1u);
  readers.join();
  BOOST_TEST(torn == 0);
}

BOOST_AUTO_TEST_SUITE_END()
