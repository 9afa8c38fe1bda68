#include "auth/provider_sign_in.h"

#include <optional>
#include <utility>

#include "auth/history.h"
#include "auth/strategy.h"

namespace cardea {
namespace {

using Refused = ProviderSignInRefused;

std::optional<Refused> refuse_taken(const Person& person, const Deps& deps) {
  if (!person.email) return std::nullopt;
  const auto holder = deps.store.user_of(*person.email);
  if (!holder) return std::nullopt;
  return Refused{.why = ProviderSignInRefusal::email_in_use, .strategy = strategy_of(*holder)};
}

User new_user(const UserId& id, const Person& person, const Caller& caller) {
  User user;
  user.id = id;
  user.email = person.email.value_or(Email{});
  user.name = person.name;
  user.last_method = person.provider;
  user.created_at = caller.now;
  return user;
}

// The identity is claimed before the account is made: its row decides who is first, and whoever finds an
// identity whose account is missing (a twin on its way, or one that was interrupted) makes that account.
UserId claim(const Person& person, const Caller& caller, const Deps& deps) {
  const ProviderIdentity fresh{.issuer = person.issuer,
                               .subject = person.subject,
                               .provider = person.provider,
                               .user = UserId::make(caller.now, deps.entropy),
                               .created_at = caller.now};
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
  (void)deps.store.remove_provider_identity(id, person.issuer);
  auto taken = refuse_taken(person, deps);
  if (!taken) throw StoreUnavailable("an account was neither made nor found");
  return std::move(*taken);
}

std::variant<User, Refused> find_or_make(const Person& person, const Caller& caller, const Deps& deps) {
  const auto held = deps.store.provider_identity(person.issuer, person.subject);
  if (held)
    if (auto user = deps.store.user_by_id(held->user)) return std::move(*user);
  if (!deps.settings.registration_open) return Refused{.why = ProviderSignInRefusal::closed, .strategy = {}};
  if (auto taken = refuse_taken(person, deps)) {
    // Unless it is this very person, whose first sign-in is going on elsewhere.
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
  return start_session(std::move(user), std::move(device), person.provider, caller, deps);
}

}  // namespace cardea
