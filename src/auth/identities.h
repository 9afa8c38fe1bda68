// The ways in which a signed-in user can sign in, besides the password. Each change is told by mail, in the
// user's language; past so many letters an hour it is refused instead (auth/throttle.h).
#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "auth/context.h"
#include "identity/person.h"

namespace cardea {

enum class LinkOutcome {
  linked,
  linked_before,   // this very person, to this very account: nothing to do
  in_use,          // the person has another account here
  already_linked,  // this account has another person of that provider
  session_ended,   // meanwhile, perhaps by the owner's reset: nothing was linked
};

// Lets the session's user sign in as that person too. E-mails are not looked at: the user is signed in, and
// the provider has proven the rest. Whether the session is fresh (auth/fresh.h) is for the caller to ask.
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

}  // namespace cardea
