// What a host asks the database to know which access tokens it must not believe any more.
#include <algorithm>
#include <boost/test/unit_test.hpp>

#include "backends.h"
#include "samples.h"

using namespace cardea;
using namespace cardea::testing;

namespace {

using Ended = std::vector<EndedSession>;

Ended ended_since(Store& store, Instant since) {
  auto ended = store.sessions_ended_since(since);
  std::sort(ended.begin(), ended.end(),
            [](const auto& left, const auto& right) { return left.session < right.session; });
  return ended;
}

// A user with sessions of these numbers.
void add(Store& store, int user, std::initializer_list<int> sessions) {
  BOOST_TEST(store.add_user(sample_user(user)));
  for (const int number : sessions) store.add_session(sample_session(number, sample_user(user)));
}

void revoke(Store& store, int session, Instant when) {
  BOOST_TEST(store.revoke({.session = session_id(session), .reason = RevokeReason::signed_out, .at = when}));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(ended_sessions)

BOOST_AUTO_TEST_CASE_TEMPLATE(of_revoked_sessions_those_since_then_are_told, Backend, Backends) {
  Backend backend;
  Store& store = backend.store();
  add(store, 1, {1, 2, 3, 4});
  BOOST_TEST(ended_since(store, at(1)).empty());
  revoke(store, 1, at(20));
  revoke(store, 2, at(30));
  revoke(store, 3, at(40));
  BOOST_TEST((ended_since(store, at(30)) == Ended{{session_id(2), at(30)}, {session_id(3), at(40)}}));
  BOOST_TEST(ended_since(store, at(41)).empty());
}

BOOST_AUTO_TEST_CASE_TEMPLATE(whatever_moves_the_epoch_tells_the_sessions_of_older_epochs, Backend,
                              Backends) {
  Backend backend;
  Store& store = backend.store();
  for (const int user : {1, 2, 3, 4}) add(store, user, {user * 10, user * 10 + 1});
  BOOST_TEST(store.end_all_sessions(user_id(1), at(20)));
  BOOST_TEST(store.set_password(user_id(2), "$new$", at(21)));
  BOOST_TEST(store.set_status(user_id(3), UserStatus::disabled, at(22)));
  BOOST_TEST(store.set_status(user_id(3), UserStatus::active, at(99)));  // ends nothing
  BOOST_TEST((ended_since(store, at(20)) == Ended{{session_id(10), at(20)},
                                                  {session_id(11), at(20)},
                                                  {session_id(20), at(21)},
                                                  {session_id(21), at(21)},
                                                  {session_id(30), at(22)},
                                                  {session_id(31), at(22)}}));
  BOOST_TEST((ended_since(store, at(22)) == Ended{{session_id(30), at(22)}, {session_id(31), at(22)}}));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_session_of_the_new_epoch_has_not_ended_even_in_the_same_millisecond, Backend,
                              Backends) {
  Backend backend;
  Store& store = backend.store();
  add(store, 1, {1});
  BOOST_TEST(store.end_all_sessions(user_id(1), at(20)));
  Session fresh = sample_session(2, sample_user(1));
  fresh.user_epoch = store.user_by_id(user_id(1))->epoch;
  fresh.created_at = at(20);
  store.add_session(fresh);
  BOOST_TEST((ended_since(store, at(20)) == Ended{{session_id(1), at(20)}}));
}

// A sign-in that read the user before a sign-out everywhere and wrote its row after it.
BOOST_AUTO_TEST_CASE_TEMPLATE(a_session_of_the_old_epoch_that_comes_too_late_has_ended, Backend, Backends) {
  Backend backend;
  Store& store = backend.store();
  add(store, 1, {});
  BOOST_TEST(store.end_all_sessions(user_id(1), at(20)));
  store.add_session(sample_session(7, sample_user(1)));
  BOOST_TEST((ended_since(store, at(20)) == Ended{{session_id(7), at(20)}}));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_session_is_told_once_with_the_time_of_its_own_end, Backend, Backends) {
  Backend backend;
  Store& store = backend.store();
  add(store, 1, {1, 2});
  revoke(store, 1, at(25));
  BOOST_TEST(store.end_all_sessions(user_id(1), at(30)));
  BOOST_TEST((ended_since(store, at(20)) == Ended{{session_id(1), at(25)}, {session_id(2), at(30)}}));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(the_sessions_of_a_deleted_user_are_told, Backend, Backends) {
  Backend backend;
  Store& store = backend.store();
  add(store, 1, {1, 2});
  revoke(store, 1, at(15));
  BOOST_TEST(store.delete_user(user_id(1), at(30)));
  BOOST_TEST((ended_since(store, at(10)) == Ended{{session_id(1), at(15)}, {session_id(2), at(30)}}));
  // A row that a sign-in wrote too late is ended by doing it again.
  store.add_session(sample_session(3, sample_user(1)));
  BOOST_TEST(!store.delete_user(user_id(1), at(40)));
  BOOST_TEST((ended_since(store, at(31)) == Ended{{session_id(3), at(40)}}));
}

BOOST_AUTO_TEST_SUITE_END()
