// Proof of addresses, and changes of addresses, as the database decides them.
#include <boost/test/unit_test.hpp>

#include "backends.h"
#include "compare.h"
#include "samples.h"
#include "support/resets.h"

using namespace cardea;
using namespace cardea::testing;

namespace {

// Of the user's address to that one, asked for at at(10), waiting until at(20).
AddressChange change_of(const User& user, const std::string& to, int number = 1) {
  AddressChange change;
  change.id = {user_id(number).uuid};
  change.user = user.id;
  change.nonce = awkward_nonce();
  change.user_epoch = user.epoch;
  change.from = user.email;
  change.to = {to, to};
  change.requested_at = at(10);
  change.pending_until = at(20);
  return change;
}

// The same as it is made at at(12), undone until at(30).
AddressChange made(AddressChange change) {
  change.changed_at = at(12);
  change.undo_until = at(30);
  change.password_mark = digest_of(4);
  return change;
}

User unproven_user(int number) {
  auto user = sample_user(number);
  user.email_proven_at = never;
  return user;
}

AddressUndo undo_of(const AddressChange& change, const User& user, Instant when = at(15)) {
  return {.change = change,
          .epoch = user.epoch,
          .password_from = user.password_hash,
          .password_to = "",
          .at = when};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(addresses)

BOOST_AUTO_TEST_CASE_TEMPLATE(an_address_is_proven_once_and_an_older_proof_stays, Backend, Backends) {
  Backend backend;
  Store& store = backend.store();
  const auto user = unproven_user(1);
  BOOST_TEST(store.add_user(user));
  BOOST_TEST((store.user_by_id(user.id)->email_proven_at == never));
  BOOST_TEST(!store.prove_address({.user = user.id, .email_key = "other@example.org", .at = at(5)}));
  BOOST_TEST(!store.prove_address({.user = user_id(9), .email_key = user.email.key, .at = at(5)}));
  BOOST_TEST(store.prove_address({.user = user.id, .email_key = user.email.key, .at = at(5)}));
  BOOST_TEST(store.prove_address({.user = user.id, .email_key = user.email.key, .at = at(6)}));
  BOOST_TEST((store.user_by_id(user.id)->email_proven_at == at(5)));
  BOOST_TEST(store.user_by_id(user.id)->epoch == user.epoch);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(an_account_is_handed_over_with_all_that_belongs_to_it, Backend, Backends) {
  Backend backend;
  Store& store = backend.store();
  const auto user = unproven_user(1);
  BOOST_TEST(store.add_user(user));
  const auto identity_of = [&](const std::string& subject) {
    return ProviderIdentity{.issuer = "https://issuer.example",
                            .subject = subject,
                            .provider = "example",
                            .user = user.id,
                            .created_at = at(1)};
  };
  BOOST_TEST(store.add_provider_identity(identity_of("stranger")));
  auto reset = reset_of(user, "", at(9));
  reset.name = "";
  reset.proven_at = at(9);
  reset.identity = identity_of("owner");
  reset.email_key = "other@example.org";
  BOOST_TEST(!store.reset_password(reset).has_value());
  reset.email_key = user.email.key;
  const auto removed = store.reset_password(reset);
  BOOST_REQUIRE(removed);
  BOOST_TEST(removed->size() == 1U);
  BOOST_TEST(removed->front().subject == "stranger");
  const auto now = store.user_by_id(user.id).value();
  BOOST_TEST(now.name.empty());
  BOOST_TEST(now.password_hash.empty());
  BOOST_TEST((now.email_proven_at == at(9)));
  BOOST_TEST(now.epoch == user.epoch + 1);
  const auto held = store.provider_identities_of(user.id);
  BOOST_REQUIRE(held.size() == 1U);
  BOOST_TEST(held.front().subject == "owner");
}

BOOST_AUTO_TEST_CASE_TEMPLATE(nothing_is_handed_over_with_the_identity_of_another_user, Backend, Backends) {
  Backend backend;
  Store& store = backend.store();
  const auto user = unproven_user(1);
  BOOST_TEST(store.add_user(user));
  ProviderIdentity identity{.issuer = "https://issuer.example",
                            .subject = "1",
                            .provider = "example",
                            .user = user_id(2),
                            .created_at = at(1)};
  BOOST_TEST(store.add_provider_identity(identity));
  auto reset = reset_of(user, "", at(9));
  identity.user = user.id;
  reset.identity = identity;
  BOOST_TEST(!store.reset_password(reset).has_value());
  check_same(store.user_by_id(user.id).value(), user);
  BOOST_TEST((store.provider_identity(identity.issuer, "1")->user == user_id(2)));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_change_waits_and_a_newer_one_takes_its_place, Backend, Backends) {
  Backend backend;
  Store& store = backend.store();
  const auto user = sample_user(1);
  BOOST_TEST(store.add_user(user));
  const auto first = change_of(user, "new@example.org", 1), second = change_of(user, "newer@example.org", 2);
  store.request_address_change(first, {});
  store.request_address_change(first, {});
  const auto stored = store.address_change(first.id);
  BOOST_REQUIRE(stored);
  BOOST_TEST((stored->nonce == first.nonce));
  BOOST_TEST((stored->from == first.from && stored->to == first.to));
  BOOST_TEST((stored->requested_at == first.requested_at && stored->pending_until == first.pending_until));
  BOOST_TEST((stored->changed_at == never && stored->undo_until == never && !stored->password_mark));
  BOOST_TEST(store.waiting_changes_to("new@example.org", at(11), 5).size() == 1U);
  BOOST_TEST(store.waiting_changes_to("new@example.org", at(20), 5).empty());
  BOOST_TEST(!store.user_by_email("new@example.org").has_value());
  store.request_address_change(second, {});
  BOOST_TEST(!store.address_change(first.id).has_value());
  BOOST_TEST(store.waiting_changes_to("newer@example.org", at(11), 5).size() == 1U);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_change_is_made_once_and_reserves_the_old_address, Backend, Backends) {
  Backend backend;
  Store& store = backend.store();
  const auto user = unproven_user(1);
  BOOST_TEST(store.add_user(user));
  const auto change = change_of(user, "new@example.org");
  BOOST_TEST((store.make_address_change(made(change), {}) == AddressOutcome::gone));
  store.request_address_change(change, {});
  BOOST_TEST((store.make_address_change(made(change), {}) == AddressOutcome::changed));
  const auto now = store.user_by_id(user.id).value();
  BOOST_TEST((now.email == change.to));
  BOOST_TEST((now.email_proven_at == at(12)));
  BOOST_TEST(now.epoch == user.epoch);
  auto again = made(change);
  again.changed_at = at(13);
  BOOST_TEST((store.make_address_change(again, {}) == AddressOutcome::gone));
  BOOST_TEST((store.address_reserved_for(user.email.key, at(29)) == user.id));
  BOOST_TEST(!store.address_reserved_for(user.email.key, at(30)).has_value());
  BOOST_TEST(store.changes_from(user.email.key, at(29), 5).size() == 1U);
  BOOST_TEST((store.address_change(change.id)->password_mark == digest_of(4)));

  auto other = sample_user(2);
  other.email = user.email;
  other.created_at = at(29);
  BOOST_TEST(!store.add_user(other));
  other.created_at = at(30);
  BOOST_TEST(store.add_user(other));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_change_is_not_made_after_its_time_or_once_the_account_is_another, Backend,
                              Backends) {
  const auto outcome_after = [](const auto& act) {
    Backend backend;
    Store& store = backend.store();
    const auto user = sample_user(1);
    BOOST_TEST(store.add_user(user));
    auto change = change_of(user, "new@example.org");
    store.request_address_change(change, {});
    change = made(change);
    act(store, user, change);
    return store.make_address_change(change, {});
  };
  const auto is = [](AddressOutcome found, AddressOutcome wanted) { return found == wanted; };
  BOOST_TEST(is(outcome_after([](Store&, const User&, AddressChange& change) { change.changed_at = at(20); }),
                AddressOutcome::gone));
  BOOST_TEST(is(outcome_after([](Store& store, const User& user, AddressChange&) {
                  BOOST_TEST(store.end_all_sessions(user.id, at(11)));
                }),
                AddressOutcome::gone));
  BOOST_TEST(is(outcome_after([](Store& store, const User& user, AddressChange&) {
                  BOOST_TEST((store.set_address(user.id, {"x@example.org", "x@example.org"}, at(11)) ==
                              AddressOutcome::changed));
                }),
                AddressOutcome::gone));
  BOOST_TEST(is(outcome_after([](Store& store, const User&, AddressChange& change) {
                  auto other = sample_user(2);
                  other.email = change.to;
                  BOOST_TEST(store.add_user(other));
                }),
                AddressOutcome::taken));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(an_account_without_an_address_gets_one, Backend, Backends) {
  Backend backend;
  Store& store = backend.store();
  auto user = sample_user(1);
  user.email = {};
  BOOST_TEST(store.add_user(user));
  auto change = change_of(user, "new@example.org");
  store.request_address_change(change, {});
  change.changed_at = at(12);
  BOOST_TEST((store.make_address_change(change, {}) == AddressOutcome::changed));
  BOOST_TEST((store.user_by_email("new@example.org")->id == user.id));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(an_undo_gives_everything_back_and_voids_what_came_later, Backend, Backends) {
  Backend backend;
  Store& store = backend.store();
  const auto user = sample_user(1);
  BOOST_TEST(store.add_user(user));
  const auto first = made(change_of(user, "new@example.org", 1));
  store.request_address_change(change_of(user, "new@example.org", 1), {});
  BOOST_TEST((store.make_address_change(first, {}) == AddressOutcome::changed));
  auto second = change_of(store.user_by_id(user.id).value(), "newer@example.org", 2);
  second.requested_at = at(13);
  store.request_address_change(second, {});
  second = made(second);
  second.changed_at = at(14);
  BOOST_TEST((store.make_address_change(second, {}) == AddressOutcome::changed));
  for (const int second_of_link : {9, 10}) {
    const ProviderIdentity identity{.issuer = "https://issuer" + std::to_string(second_of_link) + ".example",
                                    .subject = "1",
                                    .provider = "example",
                                    .user = user.id,
                                    .created_at = at(second_of_link)};
    BOOST_TEST(store.add_provider_identity(identity));
  }

  auto stale = undo_of(first, user);
  stale.epoch += 1;
  BOOST_TEST((store.undo_address_change(stale) == AddressOutcome::gone));
  BOOST_TEST((store.undo_address_change(undo_of(first, user, at(30))) == AddressOutcome::gone));
  BOOST_TEST((store.undo_address_change(undo_of(first, user)) == AddressOutcome::changed));
  const auto now = store.user_by_id(user.id).value();
  BOOST_TEST((now.email == user.email));
  BOOST_TEST((now.email_proven_at == at(15)));
  BOOST_TEST(now.password_hash.empty());
  BOOST_TEST(now.epoch == user.epoch + 1);
  const auto held = store.provider_identities_of(user.id);
  BOOST_REQUIRE(held.size() == 1U);
  BOOST_TEST(held.front().issuer == "https://issuer9.example");
  BOOST_TEST(!store.address_change(first.id).has_value());
  BOOST_TEST(!store.address_change(second.id).has_value());
  BOOST_TEST(!store.address_reserved_for("new@example.org", at(15)).has_value());
}

BOOST_AUTO_TEST_CASE_TEMPLATE(an_administrator_sets_an_address_unless_somebody_has_it, Backend, Backends) {
  Backend backend;
  Store& store = backend.store();
  const auto user = unproven_user(1);
  BOOST_TEST(store.add_user(user));
  BOOST_TEST(store.add_user(sample_user(2)));
  store.request_address_change(change_of(user, "new@example.org"), {});
  BOOST_TEST((store.set_address(user.id, sample_user(2).email, at(3)) == AddressOutcome::taken));
  BOOST_TEST(
      (store.set_address(user_id(9), {"x@example.org", "x@example.org"}, at(3)) == AddressOutcome::gone));
  BOOST_TEST(
      (store.set_address(user.id, {"X@example.org", "x@example.org"}, at(3)) == AddressOutcome::changed));
  const auto now = store.user_by_id(user.id).value();
  BOOST_TEST(now.email.typed == "X@example.org");
  BOOST_TEST((now.email_proven_at == at(3)));
  BOOST_TEST(store.waiting_changes_to("new@example.org", at(11), 5).empty());
}

BOOST_AUTO_TEST_CASE_TEMPLATE(changes_go_with_their_user_and_after_their_time, Backend, Backends) {
  Backend backend;
  Store& store = backend.store();
  for (const int number : {1, 2, 3}) {
    const auto user = sample_user(number);
    BOOST_TEST(store.add_user(user));
    const auto name = "new" + std::to_string(number) + "@example.org";
    store.request_address_change(change_of(user, name, number), {});
    if (number == 3)
      BOOST_TEST(
          (store.make_address_change(made(change_of(user, name, number)), {}) == AddressOutcome::changed));
  }
  BOOST_TEST(store.delete_user(user_id(1), at(11)));
  BOOST_TEST(!store.address_change({user_id(1).uuid}).has_value());
  PurgeLimits limits;
  limits.address_changes_before = at(25);
  BOOST_TEST(store.purge(limits).address_changes == 1);
  BOOST_TEST(!store.address_change({user_id(2).uuid}).has_value());
  BOOST_TEST(store.address_change({user_id(3).uuid}).has_value());
}

BOOST_AUTO_TEST_SUITE_END()
