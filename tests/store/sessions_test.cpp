// The contract of store/store.h, for sessions.
#include <boost/test/unit_test.hpp>

#include "backends.h"
#include "compare.h"
#include "samples.h"

using namespace cardea;
using namespace cardea::testing;

namespace {

// A user with one session, and how it looks after rotations.
Session add_sample(Store& store) {
  BOOST_TEST(store.add_user(sample_user(1)));
  const Session session = sample_session(1, sample_user(1));
  store.add_session(session);
  return session;
}

Session stored(Store& store) {
  const auto state = store.session(session_id(1), Freshness::plain);
  BOOST_REQUIRE(state);
  return state->session;
}

// Three of the first user and one of the second, which has that number.
void add_sessions_of_two(Store& store, int of_second) {
  for (int number : {1, 2}) BOOST_TEST(store.add_user(sample_user(number)));
  for (int number : {9, 300, 4}) store.add_session(sample_session(number, sample_user(1)));
  store.add_session(sample_session(of_second, sample_user(2)));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(sessions)

BOOST_AUTO_TEST_CASE_TEMPLATE(a_session_comes_back_as_it_went_in_with_its_user, Backend, Backends) {
  Backend backend;
  const Session session = add_sample(backend.store());
  for (const Freshness freshness : {Freshness::plain, Freshness::causal}) {
    const auto state = backend.store().session(session.id, freshness);
    BOOST_REQUIRE(state);
    check_same(state->session, session);
    check_same(state->user, sample_user(1));
  }
  BOOST_TEST(!backend.store().session(session_id(2), Freshness::causal));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_session_added_twice_is_there_once, Backend, Backends) {
  Backend backend;
  const Session session = add_sample(backend.store());
  backend.store().add_session(session);
  BOOST_TEST(backend.store().sessions_of(user_id(1)).size() == 1u);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_session_with_every_byte_in_its_secrets_is_kept_exactly, Backend, Backends) {
  Backend backend;
  Store& store = backend.store();
  BOOST_TEST(store.add_user(sample_user(1)));
  for (int first = 0; first < 256; first += 32) {
    Session session = sample_session(first, sample_user(1));
    Digest digest{};
    for (int i = 0; i < 32; ++i) digest[static_cast<std::size_t>(i)] = static_cast<std::uint8_t>(first + i);
    session.idempotency = digest;
    session.nonce = array_of<16>(view_of(digest).substr(16));
    session.generation = 0xffffffff;
    session.absolute_until = never;
    store.add_session(session);
    check_same(store.session(session.id, Freshness::plain)->session, session);
  }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_rotation_moves_the_row_and_only_what_it_should, Backend, Backends) {
  Backend backend;
  Session session = add_sample(backend.store());
  const Rotation rotation = next_rotation(session);
  BOOST_TEST((backend.store().rotate(rotation) == RotationOutcome::moved));
  session.generation = 1;
  session.rotated_at = rotation.rotated_at;
  session.idle_until = rotation.idle_until;
  session.idempotency = rotation.idempotency;
  session.user_agent = rotation.user_agent;
  session.ip = rotation.ip;
  session.transport = rotation.transport;
  check_same(stored(backend.store()), session);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_rotation_whose_condition_fails_changes_nothing, Backend, Backends) {
  Backend backend;
  const Session session = add_sample(backend.store());
  Rotation wrong_generation = next_rotation(session);
  wrong_generation.from = 1;
  Rotation wrong_epoch = next_rotation(session);
  wrong_epoch.user_epoch += 1;
  Rotation wrong_session = next_rotation(session);
  wrong_session.session = session_id(2);
  for (const Rotation& rotation : {wrong_generation, wrong_epoch, wrong_session}) {
    BOOST_TEST((backend.store().rotate(rotation) == RotationOutcome::not_moved));
  }
  check_same(stored(backend.store()), session);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(the_same_rotation_moves_the_row_once, Backend, Backends) {
  Backend backend;
  const Rotation rotation = next_rotation(add_sample(backend.store()));
  BOOST_TEST((backend.store().rotate(rotation) == RotationOutcome::moved));
  BOOST_TEST((backend.store().rotate(rotation) == RotationOutcome::not_moved));
  BOOST_TEST(stored(backend.store()).generation == 1u);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_rotation_may_clear_the_idempotency_key, Backend, Backends) {
  Backend backend;
  Rotation rotation = next_rotation(add_sample(backend.store()));
  BOOST_TEST((backend.store().rotate(rotation) == RotationOutcome::moved));
  rotation.from = 1;
  rotation.to = 2;
  rotation.idempotency = std::nullopt;
  BOOST_TEST((backend.store().rotate(rotation) == RotationOutcome::moved));
  BOOST_TEST(!stored(backend.store()).idempotency);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_sign_out_everywhere_wins_against_a_rotation_that_comes_after_it, Backend,
                              Backends) {
  Backend backend;
  const Session session = add_sample(backend.store());
  BOOST_TEST(backend.store().end_all_sessions(user_id(1), at(20)));
  BOOST_TEST((backend.store().rotate(next_rotation(session)) == RotationOutcome::not_moved));
  BOOST_TEST(stored(backend.store()).generation == 0u);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_revoked_session_does_not_move, Backend, Backends) {
  Backend backend;
  const Session session = add_sample(backend.store());
  BOOST_TEST(
      backend.store().revoke({.session = session.id, .reason = RevokeReason::signed_out, .at = at(20)}));
  BOOST_TEST((backend.store().rotate(next_rotation(session)) == RotationOutcome::not_moved));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(the_first_revocation_is_the_one_that_stays, Backend, Backends) {
  Backend backend;
  Store& store = backend.store();
  const Session session = add_sample(store);
  BOOST_TEST(store.revoke({.session = session.id, .reason = RevokeReason::reuse, .at = at(20)}));
  BOOST_TEST(!store.revoke({.session = session.id, .reason = RevokeReason::signed_out, .at = at(30)}));
  BOOST_TEST(!store.revoke({.session = session.id, .reason = RevokeReason::reuse, .at = at(20)}));
  BOOST_TEST(!store.revoke({.session = session_id(2), .reason = RevokeReason::signed_out, .at = at(30)}));
  BOOST_TEST((stored(store).revoked_at == at(20)));
  BOOST_TEST((stored(store).revoke_reason == RevokeReason::reuse));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(all_sessions_of_a_user_are_listed_in_order, Backend, Backends) {
  Backend backend;
  Store& store = backend.store();
  add_sessions_of_two(store, 5);
  BOOST_TEST(store.revoke({.session = session_id(9), .reason = RevokeReason::signed_out, .at = at(30)}));
  const auto found = store.sessions_of(user_id(1));
  BOOST_REQUIRE(found.size() == 3u);
  BOOST_TEST(
      (found[0].id == session_id(4) && found[1].id == session_id(9) && found[2].id == session_id(300)));
  BOOST_TEST((found[1].revoked_at == at(30)));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(open_sessions_are_those_that_were_not_revoked, Backend, Backends) {
  Backend backend;
  Store& store = backend.store();
  add_sessions_of_two(store, 5);
  BOOST_TEST(store.revoke({.session = session_id(9), .reason = RevokeReason::replaced, .at = at(30)}));
  const auto found = store.open_sessions_of(user_id(1));
  BOOST_REQUIRE(found.size() == 2u);
  BOOST_TEST((found[0].id == session_id(4) && found[1].id == session_id(300)));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_device_is_known_by_its_latest_session_under_the_epoch, Backend, Backends) {
  Backend backend;
  Store& store = backend.store();
  const auto user = sample_user(1);
  BOOST_TEST(store.add_user(user));
  const auto add = [&](int number, const std::string& device) {
    auto session = sample_session(number, user);
    session.device_id = device;
    store.add_session(session);
  };
  const auto known = [&](const std::string& device, std::int64_t epoch) {
    return store.is_known_device(user.id, device, epoch);
  };
  add(1, "phone");
  BOOST_TEST(known("phone", user.epoch));
  BOOST_TEST(!known("phone", user.epoch + 1));
  BOOST_TEST(!known("Phone", user.epoch));
  BOOST_TEST(!store.is_known_device(user_id(2), "phone", user.epoch));
  BOOST_TEST(store.revoke({.session = session_id(1), .reason = RevokeReason::signed_out, .at = at(30)}));
  BOOST_TEST(known("phone", user.epoch));
  for (const auto reason : {RevokeReason::administrator, RevokeReason::disowned, RevokeReason::watch}) {
    const int number = 10 + static_cast<int>(reason);
    add(number, "phone");
    BOOST_TEST(store.revoke({.session = session_id(number), .reason = reason, .at = at(30)}));
    BOOST_TEST(!known("phone", user.epoch));
  }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(the_latest_sessions_are_the_newest_of_all_the_newest_first, Backend, Backends) {
  Backend backend;
  Store& store = backend.store();
  add_sessions_of_two(store, 500);
  BOOST_TEST(store.revoke({.session = session_id(300), .reason = RevokeReason::replaced, .at = at(30)}));
  const auto found = store.latest_sessions_of(user_id(1), 2);
  BOOST_REQUIRE(found.size() == 2u);
  BOOST_TEST((found[0].id == session_id(300) && found[1].id == session_id(9)));
  BOOST_TEST(store.latest_sessions_of(user_id(1), 10).size() == 3u);
}

BOOST_AUTO_TEST_SUITE_END()

// What a stranger sends as User-Agent must not make a statement fail.
BOOST_AUTO_TEST_CASE_TEMPLATE(a_user_agent_of_bad_bytes_is_made_fit_and_kept, Backend, Backends) {
  Backend backend;
  Rotation rotation = next_rotation(add_sample(backend.store()));
  rotation.user_agent = "bad \xff\xfe" + std::string(300, 'x');
  BOOST_TEST((backend.store().rotate(rotation) == RotationOutcome::moved));
  BOOST_TEST(stored(backend.store()).user_agent == "bad ??" + std::string(249, 'x'));
}
