// Legacy tokens: access tokens of the system that was in use before this one, HS256 under a legacy key of the key ring
// (keys/legacy_key.h).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"
#include "keys/legacy_key.h"

namespace cardea {

// True for a compact JWS with alg HS256 that was signed with that key, whatever its claims say, and even if it or the
// key has ended: only users of the former system have one.
[[nodiscard]] bool is_signed_with(const LegacyKey& key, std::string_view token);

// The claims of such a token.
struct LegacyClaims {
  std::string subject;  // 1 to 255 bytes; a number is written in digits
  Instant issued_at{};
  Instant expires_at{};  // never later than the key's end
};

// The claims if the token is a compact JWS with alg HS256, signed with that key, not expired, and the key has
// not ended. Another algorithm, or a token without exp, is refused. skew: how far the clocks may differ.
[[nodiscard]] std::optional<LegacyClaims> verify_legacy_token(std::string_view token, const LegacyKey& key,
                                                              Instant now, seconds skew);

}  // namespace cardea
