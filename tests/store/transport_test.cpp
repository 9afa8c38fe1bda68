// The contract of store/store.h, for scopes, identities, tokens of the system before this one, and counts.
#include <boost/test/unit_test.hpp>

#include "backends.h"
#include "compare.h"
#include "samples.h"

using namespace cardea;
using namespace cardea::testing;

namespace {

LegacyToken sample_legacy_token(int number) {
  return {.digest = digest_of(number),
          .user = user_id(1),
          .expires_at = at(1000 + number),
          .session = {},
          .exchanged_at = never};
}

Session renewed_by(int number, const User& user, Transport transport) {
  auto session = sample_session(number, user);
  session.transport = transport;
  return session;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(transport)

BOOST_AUTO_TEST_CASE_TEMPLATE(a_scope_changes_only_from_what_it_was, Backend, Backends) {
  Backend backend;
  Store& store = backend.store();
  BOOST_TEST(store.add_user(sample_user(1)));
  BOOST_TEST(!store.set_scope({user_id(1), "read", "read admin"}));
  BOOST_TEST(store.set_scope({user_id(1), "read write", "read admin"}));
  BOOST_TEST(store.set_scope({user_id(1), "read admin", "read admin"}));
  BOOST_TEST(!store.set_scope({user_id(2), "", "read"}));
  const auto user = store.user_by_id(user_id(1));
  BOOST_REQUIRE(user);
  BOOST_TEST(user->scope == "read admin");
  BOOST_TEST(user->epoch == sample_user(1).epoch);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(an_identity_belongs_to_one_user, Backend, Backends) {
  Backend backend;
  Store& store = backend.store();
  BOOST_TEST(store.add_user(sample_user(1)));
  BOOST_TEST(store.add_user(sample_user(2)));
  BOOST_TEST(store.add_identity({"legacy", "42", user_id(1), at(5)}));
  BOOST_TEST(!store.add_identity({"legacy", "42", user_id(2), at(6)}));
  BOOST_TEST(store.add_identity({"other", "42", user_id(2), at(6)}));
  const auto found = store.user_of_identity("legacy", "42");
  BOOST_REQUIRE(found);
  check_same(*found, sample_user(1));
  BOOST_TEST(!store.user_of_identity("legacy", "4"));
  BOOST_TEST(!store.user_of_identity("legacy", "42 "));
  BOOST_TEST(store.delete_user(user_id(1), at(20)));
  BOOST_TEST(!store.user_of_identity("legacy", "42"));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_legacy_token_is_claimed_once, Backend, Backends) {
  Backend backend;
  Store& store = backend.store();
  BOOST_TEST(store.add_legacy_token(sample_legacy_token(1)));
  BOOST_TEST(!store.add_legacy_token(sample_legacy_token(1)));
  BOOST_TEST(!store.legacy_token(digest_of(2)));
  const auto waiting = store.legacy_token(digest_of(1));
  BOOST_REQUIRE(waiting);
  BOOST_TEST((waiting->user == user_id(1)));
  BOOST_TEST((waiting->expires_at == at(1001)));
  BOOST_TEST((waiting->exchanged_at == never));

  store.claim_legacy_token(digest_of(1), session_id(7), at(20));
  store.claim_legacy_token(digest_of(1), session_id(8), at(21));
  const auto claimed = store.legacy_token(digest_of(1));
  BOOST_REQUIRE(claimed);
  BOOST_TEST((claimed->session == session_id(7)));
  BOOST_TEST((claimed->exchanged_at == at(20)));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(legacy_tokens_that_wait_are_counted_with_their_last_end, Backend, Backends) {
  Backend backend;
  Store& store = backend.store();
  BOOST_TEST(store.waiting_legacy_tokens(at(0)).tokens == 0);
  BOOST_TEST((store.waiting_legacy_tokens(at(0)).last_end == never));
  for (const int number : {1, 2, 3}) BOOST_TEST(store.add_legacy_token(sample_legacy_token(number)));
  store.claim_legacy_token(digest_of(3), session_id(7), at(20));
  BOOST_TEST(store.waiting_legacy_tokens(at(0)).tokens == 2);
  BOOST_TEST((store.waiting_legacy_tokens(at(0)).last_end == at(1002)));
  BOOST_TEST(store.waiting_legacy_tokens(at(1001)).tokens == 1);
  BOOST_TEST(store.waiting_legacy_tokens(at(1002)).tokens == 0);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(there_are_legacy_tokens_until_the_last_is_removed, Backend, Backends) {
  Backend backend;
  auto& store = backend.store();
  BOOST_TEST(!store.has_legacy_tokens());
  BOOST_TEST(store.add_legacy_token(sample_legacy_token(1)));
  BOOST_TEST(store.has_legacy_tokens());
  store.claim_legacy_token(digest_of(1), session_id(7), at(20));
  BOOST_TEST(store.has_legacy_tokens());
  (void)store.purge({.sessions_ended_before = at(5000), .events_before = {}, .throttles_before = {}});
  BOOST_TEST(!store.has_legacy_tokens());
}

BOOST_AUTO_TEST_CASE_TEMPLATE(whether_there_are_legacy_tokens_is_asked_once_a_minute, Backend, Backends) {
  Backend backend;
  auto& store = backend.store();
  BOOST_TEST(!store.may_have_legacy_tokens(at(100)));
  BOOST_TEST(store.add_legacy_token(sample_legacy_token(1)));
  BOOST_TEST(!store.may_have_legacy_tokens(at(159)));
  BOOST_TEST(store.may_have_legacy_tokens(at(160)));
  (void)store.purge({.sessions_ended_before = at(5000), .events_before = {}, .throttles_before = {}});
  BOOST_TEST(store.may_have_legacy_tokens(at(219)));
  BOOST_TEST(!store.may_have_legacy_tokens(at(220)));
  BOOST_TEST(store.add_legacy_token(sample_legacy_token(2)));
  BOOST_TEST(store.may_have_legacy_tokens(at(40)));  // a clock that was put back
}

BOOST_AUTO_TEST_CASE_TEMPLATE(legacy_tokens_go_with_their_user_and_after_their_end, Backend, Backends) {
  Backend backend;
  Store& store = backend.store();
  BOOST_TEST(store.add_user(sample_user(1)));
  for (const int number : {1, 2}) BOOST_TEST(store.add_legacy_token(sample_legacy_token(number)));
  BOOST_TEST(store.purge({.sessions_ended_before = at(1002), .events_before = {}, .throttles_before = {}})
                 .legacy_tokens == 1);
  BOOST_TEST(!store.legacy_token(digest_of(1)));
  BOOST_TEST(store.legacy_token(digest_of(2)).has_value());
  BOOST_TEST(store.delete_user(user_id(1), at(20)));
  BOOST_TEST(!store.legacy_token(digest_of(2)));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(counts_of_a_day_add_up, Backend, Backends) {
  Backend backend;
  Store& store = backend.store();
  store.add_tally({at(0), "requests.cookie", 3, at(10)});
  store.add_tally({at(0), "requests.cookie", 4, at(9)});
  store.add_tally({at(0), "requests.header", 1, at(11)});
  store.add_tally({at(86400), "requests.cookie", 5, at(86401)});
  const auto all = store.tallies(at(0));
  BOOST_REQUIRE(all.size() == 3u);
  BOOST_TEST(all[0].name == "requests.cookie");
  BOOST_TEST(all[0].total == 7);
  BOOST_TEST((all[0].last_at == at(10)));
  BOOST_TEST(all[1].name == "requests.header");
  BOOST_TEST((all[2].day == at(86400)));
  BOOST_TEST(store.tallies(at(1)).size() == 1u);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(sessions_that_stand_are_counted_by_transport, Backend, Backends) {
  Backend backend;
  Store& store = backend.store();
  BOOST_TEST(store.sessions_by_transport(at(20)).empty());
  const User user = sample_user(1);
  BOOST_TEST(store.add_user(user));
  store.add_session(renewed_by(1, user, Transport::header));
  auto long_one = renewed_by(2, user, Transport::header);
  long_one.idle_until = at(5000);
  store.add_session(long_one);
  auto cut_off = renewed_by(3, user, Transport::cookie);
  cut_off.absolute_until = at(700);
  store.add_session(cut_off);
  auto older_epoch = renewed_by(4, user, Transport::unknown);
  older_epoch.user_epoch = user.epoch - 1;
  store.add_session(older_epoch);
  store.add_session(renewed_by(5, user, Transport::unknown));
  BOOST_TEST(store.revoke({session_id(5), RevokeReason::signed_out, at(15)}));

  const auto found = store.sessions_by_transport(at(20));
  BOOST_REQUIRE(found.size() == 2u);
  BOOST_TEST((found[0].transport == Transport::cookie));
  BOOST_TEST(found[0].sessions == 1);
  BOOST_TEST((found[0].last_end == at(700)));
  BOOST_TEST((found[1].transport == Transport::header));
  BOOST_TEST(found[1].sessions == 2);
  BOOST_TEST((found[1].last_end == at(5000)));
  BOOST_TEST(store.sessions_by_transport(at(1000)).size() == 1u);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_rotation_notes_by_what_it_came, Backend, Backends) {
  Backend backend;
  Store& store = backend.store();
  BOOST_TEST(store.add_user(sample_user(1)));
  const Session session = sample_session(1, sample_user(1));
  store.add_session(session);
  BOOST_TEST((store.rotate(next_rotation(session)) == RotationOutcome::moved));
  const auto state = store.session(session.id, Freshness::plain);
  BOOST_REQUIRE(state);
  BOOST_TEST((state->session.transport == Transport::header));
}

BOOST_AUTO_TEST_SUITE_END()
