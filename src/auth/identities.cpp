#include "auth/identities.h"

#include <string>

#include "auth/history.h"

namespace cardea {
namespace {

void record_change(EventKind kind, const User& user, const std::string& detail, const Caller& caller,
                   const Deps& deps) {
  record({.kind = kind, .user = user.id, .session = {}, .detail = detail}, caller, deps);
}

}  // namespace

LinkOutcome link_identity(const User& user, const Person& person, const Caller& caller, const Deps& deps) {
  const ProviderIdentity fresh{.issuer = person.issuer,
                               .subject = person.subject,
                               .provider = person.provider,
                               .user = user.id,
                               .created_at = caller.now};
  if (deps.store.add_provider_identity(fresh)) {
    record_change(EventKind::identity_linked, user, "provider=" + person.provider, caller, deps);
    return LinkOutcome::linked;
  }
  const auto held = deps.store.provider_identity(person.issuer, person.subject);
  if (!held) return LinkOutcome::already_linked;
  return held->user == user.id ? LinkOutcome::linked_before : LinkOutcome::in_use;
}

IdentityRemoval unlink_identity(const User& user, std::string_view issuer, const Caller& caller,
                                const Deps& deps) {
  std::string provider;
  for (const auto& held : deps.store.provider_identities_of(user.id))
    if (held.issuer == issuer) provider = held.provider;
  const auto outcome = deps.store.remove_provider_identity(user.id, issuer);
  if (outcome == IdentityRemoval::removed)
    record_change(EventKind::identity_unlinked, user, "provider=" + provider, caller, deps);
  return outcome;
}

}  // namespace cardea
