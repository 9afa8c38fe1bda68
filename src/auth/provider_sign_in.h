// Signing in as somebody whom a provider has proven. The person is the issuer's subject, never the e-mail: an
// address that belongs to another account is a refusal, not a way into it.
#pragma once

#include <string>
#include <variant>

#include "auth/start_session.h"
#include "identity/person.h"

namespace cardea {

enum class ProviderSignInRefusal {
  closed,        // a new person, and [registration] open = no
  email_in_use,  // a new person with the verified address of an account that signs in another way
  account_disabled,
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
