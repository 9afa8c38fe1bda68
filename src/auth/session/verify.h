// Verifying an access token: without the database (verify), or with a look at the session's row (verify_live,
// look_at_token).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "auth/session/context.h"
#include "token/access_token.h"

namespace cardea {

// Reads no database, except once for each legacy access token (auth/session/legacy.h). Of several tokens the first
// valid one counts; if none is valid, the fault of the first one is returned. Throws RevocationsUnreadable if the
// file of ended sessions cannot be read.
[[nodiscard]] std::variant<AccessClaims, TokenFault> verify(const PresentedTokens& tokens,
                                                            const Caller& caller, const Deps& deps);

// The same, and the session must stand by the database. If the token says an older auth_time than the row, or none, the
// session that is returned has that time: authenticated_at is what the client's own token proves
// (auth/session/fresh.h). Throws StoreUnavailable.
[[nodiscard]] std::variant<SessionState, TokenFault> verify_live(const PresentedTokens& tokens,
                                                                 const Caller& caller, const Deps& deps);

// What an administrator's scope holds. No import gives it.
inline constexpr std::string_view admin_scope = "cardea:admin";

// True if granted holds every scope of wanted (both space-separated, RFC 6749 section 3.3).
[[nodiscard]] bool scope_covers(std::string_view granted, std::string_view wanted);

// A token that another server asks about (introspection, RFC 7662) and that is valid at this moment by the database.
struct LiveToken {
  SessionState state;
  std::optional<AccessClaims> claims;  // empty for a refresh token
  Instant expires_at{};
};

// Nothing unless the token is one of ours, has not expired, and its session stands. A refresh token must be one that
// a refresh would accept at this moment; asking moves no row and ends no session. Throws StoreUnavailable.
[[nodiscard]] std::optional<LiveToken> look_at_token(std::string_view token, const Caller& caller,
                                                     const Deps& deps);

}  // namespace cardea
