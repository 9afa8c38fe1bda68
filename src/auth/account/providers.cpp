#include "auth/account/providers.h"

#include <optional>
#include <utility>

#include "auth/account/letters.h"
#include "auth/account/proof.h"
#include "auth/account/sign_in.h"
#include "auth/account/throttle.h"
#include "auth/session/context.h"
#include "auth/session/legacy.h"
#include "auth/watch/events.h"

namespace cardea {
namespace {

void record_way(EventKind kind, const ProviderIdentity& identity, const SessionState& state,
                const Caller& caller, const Deps& deps) {
  record({.kind = kind,
          .user = state.user.id,
          .session = state.session.id,
          .detail = "provider=" + identity.provider},
         caller, deps);
}

OutboxLetters letter_about_way(LetterKind kind, const ProviderIdentity& identity, const SessionState& state,
                               const Caller& caller, const Deps& deps) {
  auto facts = facts_of_act(state.session.user_agent, caller);
  facts.things = {"provider=" + identity.provider};
  return letter_to(recipient_of(state.user), kind, std::move(facts), caller, deps);
}

std::optional<ProviderIdentity> held_by(const UserId& user, std::string_view issuer, const Deps& deps) {
  for (auto& held : deps.store.provider_identities_of(user))
    if (held.issuer == issuer) return std::move(held);
  return std::nullopt;
}

// What stands in the way; nothing if nothing does.
std::optional<LinkOutcome> obstacle(const ProviderIdentity& wanted, const Deps& deps) {
  if (const auto held = deps.store.provider_identity(wanted.issuer, wanted.subject))
    return held->user == wanted.user ? LinkOutcome::linked_before : LinkOutcome::in_use;
  if (held_by(wanted.user, wanted.issuer, deps)) return LinkOutcome::already_linked;
  return std::nullopt;
}

// An access token of a former system has no session of ours; its user's epoch stands for it.
bool still_stands(const SessionState& before, const Caller& caller, const Deps& deps) {
  const auto state = deps.store.session(before.session.id, Freshness::causal);
  if (state) return standing_of(*state, caller.now) == Standing::stands;
  if (before.session.method != legacy_provider) return false;
  const auto user = deps.store.user_by_id(before.user.id);
  return user && user->epoch == before.user.epoch;
}

// The statement asks for the epoch itself. It is asked for once more afterwards, because a node of a cluster,
// and a server that locks nothing it reads, may have answered it with the epoch of before. Then a second letter says that
// the way is gone again.
bool add(const ProviderIdentity& wanted, const SessionState& state, const Caller& caller, const Deps& deps) {
  const auto letters = letter_about_way(LetterKind::way_linked, wanted, state, caller, deps);
  if (!deps.store.link_provider_identity(wanted, state.user.epoch, letters)) return false;
  if (still_stands(state, caller, deps)) return true;
  (void)deps.store.remove_provider_identity(
      wanted.user, wanted.issuer, letter_about_way(LetterKind::way_unlinked, wanted, state, caller, deps));
  return false;
}

}  // namespace

std::variant<LinkOutcome, seconds> link_identity(const SessionState& state, const Person& person,
                                                 const Caller& caller, const Deps& deps) {
  const ProviderIdentity wanted{.issuer = person.issuer,
                                .subject = person.subject,
                                .provider = person.provider,
                                .user = state.user.id,
                                .created_at = caller.now};
  if (const auto known = obstacle(wanted, deps)) return *known;
  const auto notices = notices_to(state.user, Notice::way_changed, deps);
  if (const auto wait = count_use(notices, caller, deps)) return *wait;
  if (add(wanted, state, caller, deps)) {
    record_way(EventKind::identity_linked, wanted, state, caller, deps);
    if (person.email && person.email->key == state.user.email.key)
      (void)prove_address(state.user, std::nullopt, caller, deps);
    return LinkOutcome::linked;
  }
  give_back(notices, deps);
  return obstacle(wanted, deps).value_or(LinkOutcome::session_ended);
}

std::variant<IdentityRemoval, seconds> unlink_identity(const SessionState& state, std::string_view issuer,
                                                       const Caller& caller, const Deps& deps) {
  const auto held = held_by(state.user.id, issuer, deps);
  if (!held) return IdentityRemoval::absent;
  const auto notices = notices_to(state.user, Notice::way_changed, deps);
  if (const auto wait = count_use(notices, caller, deps)) return *wait;
  const auto outcome = deps.store.remove_provider_identity(
      state.user.id, issuer, letter_about_way(LetterKind::way_unlinked, *held, state, caller, deps));
  if (outcome == IdentityRemoval::removed)
    record_way(EventKind::identity_unlinked, *held, state, caller, deps);
  else
    give_back(notices, deps);
  return outcome;
}

namespace {

using Refused = ProviderSignInRefused;

// The user who has the person's address, or may have it back.
std::optional<User> holder_of(const Person& person, const Caller& caller, const Deps& deps) {
  if (!person.email) return std::nullopt;
  if (auto holder = deps.store.user_of(*person.email)) return holder;
  const auto reserved = deps.store.address_reserved_for(person.email->key, caller.now);
  return reserved ? deps.store.user_by_id(*reserved) : std::nullopt;
}

std::optional<Refused> refuse_taken(const Person& person, const Caller& caller, const Deps& deps) {
  const auto holder = holder_of(person, caller, deps);
  if (!holder) return std::nullopt;
  return Refused{.why = ProviderSignInRefusal::email_in_use, .strategy = strategy_of(*holder)};
}

bool proves_address_of(const User& user, const Person& person) {
  return person.email && person.email->key == user.email.key;
}

ProviderIdentity identity_of(const Person& person, const UserId& user, const Caller& caller) {
  return {.issuer = person.issuer,
          .subject = person.subject,
          .provider = person.provider,
          .user = user,
          .created_at = caller.now};
}

// The provider verified the address of an account whose user never did: the account is the person's from now on. Nothing
// if it is not such an account, or has changed meanwhile.
std::optional<User> take_over(const User& user, const Person& person, const Caller& caller,
                              const Deps& deps) {
  if (!proves_address_of(user, person) || !may_be_taken_over(user, deps.settings)) return std::nullopt;
  if (user.status == UserStatus::disabled) return std::nullopt;
  const NewOwner owner{.password_hash = {}, .identity = identity_of(person, user.id, caller)};
  if (!prove_address(user, owner, caller, deps)) return std::nullopt;
  return deps.store.user_by_id(user.id);
}

User new_user(const UserId& id, const Person& person, const Caller& caller) {
  User user;
  user.id = id;
  user.email = person.email.value_or(Email{});
  if (person.email) user.email_proven_at = caller.now;
  user.name = person.name;
  user.last_method = person.provider;
  user.created_at = caller.now;
  return user;
}

// The identity is claimed before the account is made: its row decides which request is first. A request that finds an
// identity without its account (another one is still running, or was interrupted) makes that account.
UserId claim(const Person& person, const Caller& caller, const Deps& deps) {
  const auto fresh = identity_of(person, UserId::make(caller.now, deps.entropy), caller);
  if (deps.store.add_provider_identity(fresh)) return fresh.user;
  const auto held = deps.store.provider_identity(person.issuer, person.subject);
  if (!held) throw StoreUnavailable("an identity that was there is gone again");
  return held->user;
}

std::variant<User, Refused> make_account(const UserId& id, const Person& person, const Caller& caller,
                                         const Deps& deps) {
  const auto user = new_user(id, person, caller);
  if (deps.store.add_user(user)) {
    record({.kind = EventKind::registered,
            .user = id,
            .session = {},
            .detail = "registered by " + person.provider},
           caller, deps);
    return user;
  }
  if (auto twin = deps.store.user_by_id(id)) return std::move(*twin);
  // The address was taken since we looked. The claim goes: there is no account that it could belong to.
  (void)deps.store.remove_provider_identity(id, person.issuer, {});
  auto taken = refuse_taken(person, caller, deps);
  if (!taken) throw StoreUnavailable("an account was neither made nor found");
  return std::move(*taken);
}

std::variant<User, Refused> find_or_make(const Person& person, const Caller& caller, const Deps& deps) {
  const auto held = deps.store.provider_identity(person.issuer, person.subject);
  if (held)
    if (auto user = deps.store.user_by_id(held->user)) {
      if (auto owned = take_over(*user, person, caller, deps)) return std::move(*owned);
      return std::move(*user);
    }
  if (const auto holder = person.email ? deps.store.user_of(*person.email) : std::nullopt)
    if (auto owned = take_over(*holder, person, caller, deps)) return std::move(*owned);
  if (!deps.settings.registration_open) return Refused{.why = ProviderSignInRefusal::closed, .strategy = {}};
  if (auto taken = refuse_taken(person, caller, deps)) {
    // Unless it is the same person, whose first sign-in is made by another request at this moment.
    const auto twin = deps.store.provider_identity(person.issuer, person.subject);
    auto user = twin ? deps.store.user_by_id(twin->user) : std::nullopt;
    if (!user) return std::move(*taken);
    return std::move(*user);
  }
  return make_account(held ? held->user : claim(person, caller, deps), person, caller, deps);
}

// A reset removes identities together with the epoch they were used under. The identity is read once more
// after its user: if it is still there, a reset that comes now ends the session that begins now.
bool is_identity_of(const User& user, const Person& person, const Deps& deps) {
  const auto held = deps.store.provider_identity(person.issuer, person.subject);
  return held && held->user == user.id;
}

}  // namespace

std::variant<Grant, ProviderSignInRefused> sign_in_by_provider(const Person& person, DeviceDetails device,
                                                               const Caller& caller, const Deps& deps) {
  auto found = find_or_make(person, caller, deps);
  if (auto* refused = std::get_if<Refused>(&found)) return std::move(*refused);
  auto& user = std::get<User>(found);
  if (!is_identity_of(user, person, deps)) throw StoreUnavailable("an identity was removed at this moment");
  if (user.status == UserStatus::disabled)
    return Refused{.why = ProviderSignInRefusal::account_disabled, .strategy = {}};
  if (waits_for_proof(user, deps.settings))
    return Refused{.why = ProviderSignInRefusal::email_unverified, .strategy = {}};
  if (auto offer = offer_reopening(user, caller, deps))
    return Refused{.why = ProviderSignInRefusal::account_closed, .strategy = {}, .offer = *std::move(offer)};
  return grant_or(Refused{.why = ProviderSignInRefusal::ended_by_watch, .strategy = {}},
                  start_session(std::move(user), std::move(device), person.provider, caller, deps));
}

}  // namespace cardea
