#include "auth/identities.h"

#include <algorithm>
#include <optional>

#include "auth/history.h"
#include "auth/legacy.h"
#include "auth/letters.h"
#include "auth/standing.h"
#include "auth/throttle.h"

namespace cardea {
namespace {

void tell(EventKind kind, const ProviderIdentity& identity, const SessionState& state, const Caller& caller,
          const Deps& deps) {
  const auto event = record({.kind = kind,
                             .user = state.user.id,
                             .session = state.session.id,
                             .detail = "provider=" + identity.provider},
                            caller, deps);
  if (gets_letters(state.user, deps))
    deps.outbox.put(way_letter(event, label_of(identity, deps.settings), state, caller, deps));
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
// and a server that locks nothing it reads, may have answered it with the epoch of before.
bool add(const ProviderIdentity& wanted, const SessionState& state, const Caller& caller, const Deps& deps) {
  if (!deps.store.link_provider_identity(wanted, state.user.epoch)) return false;
  if (still_stands(state, caller, deps)) return true;
  (void)deps.store.remove_provider_identity(wanted.user, wanted.issuer);
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
    tell(EventKind::identity_linked, wanted, state, caller, deps);
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
  const auto outcome = deps.store.remove_provider_identity(state.user.id, issuer);
  if (outcome == IdentityRemoval::removed)
    tell(EventKind::identity_unlinked, *held, state, caller, deps);
  else
    give_back(notices, deps);
  return outcome;
}

std::string label_of(const ProviderIdentity& identity, const Settings& settings) {
  const auto& all = settings.providers;
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const auto& one) { return one.issuer == identity.issuer; });
  return found == all.end() ? identity.provider : found->label;
}

}  // namespace cardea
