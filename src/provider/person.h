// The identity of a user, as a provider has proven it.
#pragma once

#include <optional>
#include <string>

#include "base/email.h"
#include "base/json_fwd.h"
#include "base/time.h"
#include "config/settings.h"

namespace cardea {

struct Person {
  std::string issuer;
  std::string subject;
  std::string provider;          // its name in cardea.ini
  std::optional<Email> email;    // only if the provider says that it is verified
  std::string name;              // as base/utf8.h makes it; may be empty
  Instant proven_until = never;  // of an app's ID token: when it ends
  // When the person signed in at the provider, if the ID token says so (auth_time); never from a user endpoint.
  Instant authenticated_at = never;
};

// From the claims of an ID token or of the user endpoint (OpenID Connect Core 1.0 section 5.1).
// email_verified may be a text, as Apple sends it.
[[nodiscard]] Person person_of_claims(const Json& claims, const ProviderSettings& provider);

// From GitHub's user and the list of the user's addresses; nothing if there is no id in it.
[[nodiscard]] std::optional<Person> person_of_github(const Json& user, const Json& emails,
                                                     const ProviderSettings& provider);
// From Naver's answer. It does not say whether the address is verified, so no address is taken.
[[nodiscard]] std::optional<Person> person_of_naver(const Json& answer, const ProviderSettings& provider);

// The name that Apple posts beside the code, the first time only; empty if there is none.
[[nodiscard]] std::string name_of_apple_user(std::string_view text);

}  // namespace cardea
