// Legacy tokens: those of the system that a site used before. The users of such a site stay signed in: a legacy
// access token verifies until it expires, and a legacy access or refresh token is exchanged, once, for a session
// of ours.
//
// Whatever ends all sessions of a user ends their legacy tokens too: a sign-out everywhere, a new password, a reset.
//
// The exchange follows the rule of auth/session/rotation.h; the legacy token takes the place of the generation
// before the first. So all simultaneous exchanges get the same successor, a lost answer is given again within the
// window, and a token that comes back later ends the session that it was exchanged for.
#pragma once

#include <optional>
#include <string_view>
#include <variant>

#include "auth/session/grant.h"
#include "auth/session/start.h"

namespace cardea {

// The provider's name of identities in the former system (store: add_identity).
inline constexpr std::string_view legacy_provider = "legacy";

// The claims of a legacy access token, or nothing. The database is asked for its user once; then the token is
// remembered like one of ours and verifies without the database. The session in the claims has no row in the
// database, and the device is empty. Throws StoreUnavailable.
[[nodiscard]] std::optional<AccessClaims> verify_legacy(std::string_view token, const Caller& caller,
                                                        const Deps& deps);

// True for claims that verify_legacy made.
[[nodiscard]] bool is_legacy(const AccessClaims& claims);

// A legacy token that was exchanged: the session's row exists.
struct Exchange {
  SessionId session;
  Transport transport = Transport::unknown;  // how the token was sent
};

// Exchanges the first legacy token among the presented ones. Nothing if there is none; a refusal if it is no longer
// accepted. For an invented refresh token the database is asked only while legacy refresh tokens are in it
// (Store::may_have_legacy_tokens); an import on a running host counts within a minute. Safe under races, and to
// repeat after any interruption. Throws StoreUnavailable.
[[nodiscard]] std::optional<std::variant<Exchange, RefreshRefusal>> exchange_legacy(
    const RefreshRequest& request, const Caller& caller, const Deps& deps);

}  // namespace cardea
