// Who is asking? Offline, from the access token alone; or live, with a look at the session's row.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "auth/session/context.h"
#include "token/access_token.h"

namespace cardea {

// Touches no database, but once for an access token of the former system (auth/session/legacy.h). Of several tokens
// the first good one counts; if none is good, the first one's fault is told. Throws RevocationsUnreadable
// when nobody can tell which sessions have ended.
[[nodiscard]] std::variant<AccessClaims, TokenFault> verify(const PresentedTokens& tokens,
                                                            const Caller& caller, const Deps& deps);

// The same, and the session must stand in the database. Throws StoreUnavailable.
[[nodiscard]] std::variant<SessionState, TokenFault> verify_live(const PresentedTokens& tokens,
                                                                 const Caller& caller, const Deps& deps);

// True if granted holds every scope of wanted (both space-separated, RFC 6749 section 3.3).
[[nodiscard]] bool scope_covers(std::string_view granted, std::string_view wanted);

// What another server is told about a token that it was shown (RFC 7662): whether it is good at this moment,
// by the database and not by its date alone.

struct LiveToken {
  SessionState state;
  std::optional<AccessClaims> claims;  // nothing for a refresh token
  Instant expires_at{};
};

// Nothing unless the token is one of ours, has not expired, and its session stands. A refresh token must be
// the one that would be taken at this moment; asking moves nothing and ends nothing. Throws StoreUnavailable.
[[nodiscard]] std::optional<LiveToken> look_at_token(std::string_view token, const Caller& caller,
                                                     const Deps& deps);

}  // namespace cardea
