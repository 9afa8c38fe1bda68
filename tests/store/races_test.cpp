// What the contract promises when many come at once. Each thread begins at the same barrier, and the races
// are run many times over, since one that goes well proves little.
#include <algorithm>
#include <atomic>
#include <barrier>
#include <boost/test/unit_test.hpp>

#include "backends.h"
#include "samples.h"
#include "support/threads.h"

using namespace cardea;
using namespace cardea::testing;

namespace {

// Answers how many of the threads' calls came out true. A thread's exception counts as a failure of the test.
template <class Call>
int race(int threads, Call call) {
  std::barrier start(threads);
  std::atomic<int> won{0};
  Threads runners;
  for (int number = 0; number < threads; ++number) {
    runners.start([&, number] {
      start.arrive_and_wait();
      won += call(number) ? 1 : 0;
    });
  }
  runners.join();
  return won;
}

// A deadlock is no answer but a reason to ask again, as a refresh does.
bool moves_in_the_end(Store& store, const Rotation& rotation) {
  for (int attempt = 0; attempt < 5; ++attempt)
    if (store.rotate(rotation) != RotationOutcome::unknown) return true;
  return false;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(races)

BOOST_AUTO_TEST_CASE_TEMPLATE(of_64_rotations_of_one_row_exactly_one_moves_it, Backend, Backends) {
  Backend backend;
  Store& store = backend.store();
  BOOST_TEST(store.add_user(sample_user(1)));
  Session session = sample_session(1, sample_user(1));
  store.add_session(session);
  for (Generation generation = 0; generation < 10; ++generation) {
    session.generation = generation;
    const Rotation rotation = next_rotation(session);
    const int moved = race(64, [&](int) { return store.rotate(rotation) == RotationOutcome::moved; });
    BOOST_TEST(moved == 1);
    BOOST_TEST(store.session(session.id, Freshness::causal)->session.generation == generation + 1);
  }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(of_many_registrations_with_one_address_exactly_one_succeeds, Backend,
                              Backends) {
  Backend backend;
  Store& store = backend.store();
  for (int round = 0; round < 10; ++round) {
    const int added = race(16, [&](int number) {
      User user = sample_user(round * 16 + number);
      user.email = sample_user(round).email;
      return store.add_user(user);
    });
    BOOST_TEST(added == 1);
  }
  BOOST_TEST(store.users(std::nullopt, 500).size() == 10u);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(no_failure_is_lost_when_all_are_counted_at_once, Backend, Backends) {
  Backend backend;
  Store& store = backend.store();
  constexpr int threads = 16;
  race(threads, [&](int) {
    while (true) {
      const Throttle from = store.throttle(digest_of(1));
      Throttle to = from;
      to.failures += 1;
      to.window_began = at(1);
      if (store.move_throttle(digest_of(1), from, to)) return true;
    }
  });
  BOOST_TEST(store.throttle(digest_of(1)).failures == threads);
}

// Links under the old epoch, and the reset that ends it: nothing is linked after both, and what was linked
// before is among those that the reset names.
BOOST_AUTO_TEST_CASE_TEMPLATE(no_link_survives_a_reset_at_the_same_moment, Backend, Backends) {
  Backend backend;
  Store& store = backend.store();
  User user = sample_user(1);
  BOOST_TEST(store.add_user(user));
  for (int round = 0; round < 20; ++round) {
    std::atomic<int> named{0};
    const int linked = race(4, [&](int number) {
      const ProviderIdentity identity{.issuer = "https://" + std::to_string(number) + ".example",
                                      .subject = "a",
                                      .provider = "p",
                                      .user = user.id,
                                      .created_at = at(1)};
      if (number > 0) return store.link_provider_identity(identity, user.epoch, {});
      const auto removed = store.reset_password({.user = user.id,
                                                 .epoch = user.epoch,
                                                 .from = user.password_hash,
                                                 .to = "$" + std::to_string(round),
                                                 .at = at(2)});
      named = removed ? static_cast<int>(removed->size()) : -1;
      return false;
    });
    BOOST_TEST(named == linked);
    BOOST_TEST(store.provider_identities_of(user.id).empty());
    user = store.user_by_id(user.id).value();
  }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_session_is_revoked_by_one_of_many, Backend, Backends) {
  Backend backend;
  Store& store = backend.store();
  BOOST_TEST(store.add_user(sample_user(1)));
  store.add_session(sample_session(1, sample_user(1)));
  const int revoked = race(16, [&](int number) {
    return store.revoke({.session = session_id(1), .reason = RevokeReason::reuse, .at = at(number + 1)});
  });
  BOOST_TEST(revoked == 1);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(of_many_better_hashes_one_is_stored, Backend, Backends) {
  Backend backend;
  Store& store = backend.store();
  const User user = sample_user(1);
  BOOST_TEST(store.add_user(user));
  const int replaced = race(16, [&](int number) {
    return store.replace_password_hash(
        {.user = user.id, .from = user.password_hash, .to = "$better$" + std::to_string(number)});
  });
  BOOST_TEST(replaced == 1);
}

// All kinds of work at once on few rows: nothing may fail, and an epoch that was acknowledged is in force.
BOOST_AUTO_TEST_CASE_TEMPLATE(rotations_sign_outs_and_housekeeping_do_not_get_in_each_others_way, Backend,
                              Backends) {
  Backend backend;
  Store& store = backend.store();
  constexpr int users = 4;
  for (int number = 0; number < users; ++number) BOOST_TEST(store.add_user(sample_user(number)));
  const auto sign_in_and_rotate = [&](int number, int round) {
    const auto user = store.user_by_id(user_id(number % users));
    Session session = sample_session(number * 100 + round, *user);
    store.add_session(session);
    if (!moves_in_the_end(store, next_rotation(session))) return false;
    if (round % 5 == 0) store.note_sign_in(user->id, {.method = "password", .language = {}, .at = at(round)});
    return store.sessions_of(user->id).size() < 1000u;
  };
  const int done = race(12, [&](int number) {
    bool good = true;
    for (int round = 0; round < 10; ++round) {
      if (number == 0)
        good = store.purge({.sessions_ended_before = at(1200), .rows = 50}).sessions >= 0 && good;
      if (number == 1) good = store.end_all_sessions(user_id(round % users), at(20)) && good;
      if (number > 1) good = sign_in_and_rotate(number, round) && good;
    }
    return good;
  });
  BOOST_TEST(done == 12);
}

BOOST_AUTO_TEST_SUITE_END()
