// Access tokens: JWTs (RFC 7519) of type at+jwt (RFC 9068), signed, never encrypted, with nothing personal
// inside. Verification follows RFC 8725: one algorithm per key, explicit type, strict text.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/time.h"
#include "token/access_claims.h"
#include "token/key_ring.h"

namespace cardea {

// Why a token is not accepted; the order is the order of the checks.
enum class TokenFault {
  malformed,      // not a compact JWS of a JWT as we write them, too long, or a foreign type
  unknown_key,    // no kid, or no key of that name
  bad_signature,  // includes an algorithm that is not the key's
  wrong_issuer,   // iss or aud is not ours
  clock_skew,     // issued in the future by more than the allowed skew
  expired,
};

// Borrowed from the settings.
struct TokenPolicy {
  std::string_view issuer;
  std::string_view audience;  // empty = none is written and none is looked at
  seconds clock_skew{};
};

inline constexpr std::size_t access_token_size_limit = 4096;

// Signs with the ring's current key. Throws KeyError.
[[nodiscard]] std::string issue_access_token(const AccessClaims& claims, const TokenPolicy& policy,
                                             KeyRing& keys, Instant now);

// Everything must hold, the expiry too. Accepted until exp + clock_skew, refused from then on.
[[nodiscard]] std::variant<AccessClaims, TokenFault> verify_access_token(std::string_view token,
                                                                         const TokenPolicy& policy,
                                                                         KeyRing& keys, Instant now);

// The same, except that its time does not matter: good enough to stand beside a refresh token (the companion
// rule) or to sign its own session out, and for nothing else. It may have expired; and where a clock that was
// ahead is set right, the tokens from the future must still be good for getting new ones.
[[nodiscard]] std::variant<AccessClaims, TokenFault> verify_companion_token(std::string_view token,
                                                                            const TokenPolicy& policy,
                                                                            KeyRing& keys, Instant now);

}  // namespace cardea
