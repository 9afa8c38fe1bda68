// The ways in which a signed-in user can sign in, besides the password.
#pragma once

#include <string_view>

#include "auth/context.h"
#include "identity/person.h"

namespace cardea {

enum class LinkOutcome {
  linked,
  linked_before,   // this very person, to this very account: nothing to do
  in_use,          // the person has another account here
  already_linked,  // this account has another person of that provider
};

// Lets the user sign in as that person too. E-mails are not looked at: the user is signed in, and the
// provider has proven the rest. Throws StoreUnavailable.
[[nodiscard]] LinkOutcome link_identity(const User& user, const Person& person, const Caller& caller,
                                        const Deps& deps);

// Ends that, unless the user could not sign in any more. Throws StoreUnavailable.
[[nodiscard]] IdentityRemoval unlink_identity(const User& user, std::string_view issuer, const Caller& caller,
                                              const Deps& deps);

}  // namespace cardea
