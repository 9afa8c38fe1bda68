// One trip to a provider and back, remembered by the browser that makes it.
//
// Where the trip began, and one secret, travel in a cookie of their own that is sealed with a key of ours.
// state, nonce and PKCE's code verifier are derived from the secret: whoever does not have the cookie can
// neither finish a trip that somebody else began nor make a browser finish his own (login CSRF), because the
// cookie is __Host- on an https site, which no other host can plant. Several tabs may travel at once.
//
// SameSite: the browser comes back from another site, so the cookie is Lax: a top-level GET carries it. Apple
// comes back by a POST, which carries only SameSite=None; then, and only then, it is that.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "auth/session/context.h"
#include "web/http.h"

namespace cardea {

inline constexpr seconds transaction_life{600};
inline constexpr std::size_t transactions_limit = 4;  // of one browser at a time

struct ProviderTrip {
  std::string provider;
  std::string return_to;          // an own path
  std::optional<SessionId> link;  // the session whose user wants to link; nothing = a sign-in
  Instant began{};
  Secret secret;  // 32 random bytes

  [[nodiscard]] std::string state() const;
  [[nodiscard]] std::string nonce() const;
  [[nodiscard]] Secret code_verifier() const;  // 43 characters
};

// A new one, with fresh randomness.
[[nodiscard]] ProviderTrip begin_transaction(std::string_view provider, std::string_view return_to,
                                             const Caller& caller, const Deps& deps);

// Adds its cookie, and removes the oldest ones above the limit. Throws KeyError.
void remember_transaction(Response& response, const ProviderTrip& transaction, bool comes_back_by_form,
                          const Request& request, const Deps& deps);
// Removes its cookie.
void forget_transaction(Response& response, const ProviderTrip& transaction, const Deps& deps);

// The transaction that the state belongs to, if this browser began it, with this provider, and not too long
// ago. Whether it has been used before is for auth/account/throttle.h to say.
[[nodiscard]] std::optional<ProviderTrip> find_transaction(std::string_view state, std::string_view provider,
                                                           const Request& request, const Deps& deps);

}  // namespace cardea
