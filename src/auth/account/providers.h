// The ways in which a signed-in user can sign in, besides the password. Each change is told by mail, in the
// user's language; past so many letters an hour it is refused instead (auth/account/throttle.h).
#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "auth/session/context.h"
#include "auth/session/start.h"
#include "provider/person.h"

namespace cardea {

enum class LinkOutcome {
  linked,
  linked_before,   // this very person, to this very account: nothing to do
  in_use,          // the person has another account here
  already_linked,  // this account has another person of that provider
  session_ended,   // meanwhile, perhaps by the owner's reset: nothing was linked
};

// Lets the session's user sign in as that person too. E-mails are not looked at: the user is signed in, and
// the provider has proven the rest. Whether the session is fresh (auth/account/password.h) is for the caller to ask.
// Seconds: too many changes, the time to wait. Concurrency: of a link and a reset at once, whichever is first,
// nothing is linked after both. Throws StoreUnavailable.
[[nodiscard]] std::variant<LinkOutcome, seconds> link_identity(const SessionState& state,
                                                               const Person& person, const Caller& caller,
                                                               const Deps& deps);

// Ends that, unless the user could not sign in any more. Throws StoreUnavailable.
[[nodiscard]] std::variant<IdentityRemoval, seconds> unlink_identity(const SessionState& state,
                                                                     std::string_view issuer,
                                                                     const Caller& caller, const Deps& deps);

// The provider's name for people: as cardea.ini labels it, or as it was called when it was there.
[[nodiscard]] std::string label_of(const ProviderIdentity& identity, const Settings& settings);

// Signing in as somebody whom a provider has proven. The person is the issuer's subject, never the e-mail: an
// address that belongs to another account is a refusal, not a way into it.

enum class ProviderSignInRefusal {
  closed,        // a new person, and [registration] open = no
  email_in_use,  // a new person with the verified address of an account that signs in another way
  account_disabled,
  ended_by_watch,  // the provider confirmed the person, but the watch ended the new session
};

struct ProviderSignInRefused {
  ProviderSignInRefusal why = ProviderSignInRefusal::closed;
  std::string strategy;  // with email_in_use: how that account signs in
};

// A person who comes for the first time gets an account; the name is taken then and never again. Of
// simultaneous first sign-ins of one person all get the same account. Throws StoreUnavailable; safe to
// repeat.
[[nodiscard]] std::variant<Grant, ProviderSignInRefused> sign_in_by_provider(const Person& person,
                                                                             DeviceDetails device,
                                                                             const Caller& caller,
                                                                             const Deps& deps);

}  // namespace cardea
