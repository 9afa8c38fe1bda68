// A trip of a browser to a provider and back, for social sign-in. The browser keeps it in a cookie.
//
// The cookie holds the page where the trip began and a secret, and is sealed with a key of ours. state, nonce and PKCE's
// code verifier are derived from the secret. So without the cookie a thief can neither finish a trip that another browser
// began nor make that browser finish the thief's own (login CSRF): on an https site the cookie is __Host-, which no other
// host can plant. Several tabs may make trips at the same time.
//
// SameSite: the browser comes back from another site, so the cookie is Lax, which a top-level GET carries. Apple's page
// comes back by a POST, which carries only cookies with SameSite=None; only then the cookie has that.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "auth/session/context.h"
#include "web/http.h"

namespace cardea {

inline constexpr seconds trip_life{600};
inline constexpr std::size_t max_trips = 4;  // of one browser at a time

struct ProviderTrip {
  std::string provider;
  std::string return_to;  // an own path
  // The session whose user wants to link a person, or to prove who they are; empty for a sign-in.
  std::optional<SessionId> link;
  bool proves = false;  // with link: the person must be linked already, and sign in at the provider again
  Instant began{};
  Secret secret;  // 32 random bytes

  [[nodiscard]] std::string state() const;
  [[nodiscard]] std::string nonce() const;
  [[nodiscard]] Secret code_verifier() const;  // 43 characters
};

// A new trip with a new secret.
[[nodiscard]] ProviderTrip begin_trip(std::string_view provider, std::string_view return_to,
                                      const Caller& caller, const Deps& deps);

// Sets its cookie, and deletes the oldest ones above the limit. Throws KeyError.
void remember_trip(Response& response, const ProviderTrip& trip, bool comes_back_by_form,
                   const Request& request, const Deps& deps);
// Deletes its cookie.
void forget_trip(Response& response, const ProviderTrip& trip, const Deps& deps);

// The trip of that state, if this browser began it, with this provider, and less than trip_life ago. The caller must check
// that it was not used before (spend_once in auth/account/throttle.h).
[[nodiscard]] std::optional<ProviderTrip> find_trip(std::string_view state, std::string_view provider,
                                                    const Request& request, const Deps& deps);

}  // namespace cardea
