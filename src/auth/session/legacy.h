// The tokens of the system before this one. Whoever moves in keeps people signed in: an old access token
// verifies until it ends, and an old access or refresh token is exchanged, once, for a session of ours.
//
// They end with whatever ends all sessions of their user: a sign-out everywhere, a new password, a reset.
//
// The exchange follows the rule of auth/session/rotation.h with the old token in the place of the generation before
// the first: of any number of simultaneous exchanges all get the same successor, within the window a lost
// answer is given again, and a token that comes back later ends the session that it was exchanged for.
#pragma once

#include <optional>
#include <string_view>
#include <variant>

#include "auth/session/companion.h"
#include "auth/session/start.h"

namespace cardea {

// The provider's name of identities in the former system (store: add_identity).
inline constexpr std::string_view legacy_provider = "legacy";

// The claims of an access token of the former system, or nothing. Asks the database who its subject is, once:
// the token is then remembered like one of ours and verifies offline. Its session is none that the database
// has, its device is empty. Throws StoreUnavailable.
[[nodiscard]] std::optional<AccessClaims> verify_legacy(std::string_view token, const Caller& caller,
                                                        const Deps& deps);

// True for claims that verify_legacy made.
[[nodiscard]] bool is_legacy(const AccessClaims& claims);

// A token of the former system that has been bound to a session of ours, whose row is there.
struct Exchange {
  SessionId session;
  Transport transport = Transport::unknown;  // by which the token came
};

// Binds the first token among them that is one. Nothing if there is none; a refusal if it is one that counts
// no more. About what a stranger made up the database is asked only while refresh tokens of the former system
// are in it (Store::may_have_legacy_tokens): an import on a running host counts within a minute. Safe under
// races and to repeat after any interruption. Throws StoreUnavailable.
[[nodiscard]] std::optional<std::variant<Exchange, RefreshRefusal>> exchange_legacy(
    const RefreshRequest& request, const Caller& caller, const Deps& deps);

}  // namespace cardea
