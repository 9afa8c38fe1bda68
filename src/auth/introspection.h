// What another server is told about a token that it was shown (RFC 7662): whether it is good at this moment,
// by the database and not by its date alone.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "auth/context.h"

namespace cardea {

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
