// Access tokens: JWTs (RFC 7519) of type at+jwt (RFC 9068), signed, never encrypted, with nothing personal
// inside. Verification follows RFC 8725: one algorithm per key, explicit type, strict text.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/id.h"
#include "base/json.h"
#include "base/time.h"
#include "keys/ring.h"
#include "keys/signing_key.h"

namespace cardea {

// Section: compact JWS (RFC 7515 section 7.1), the layer under access tokens: splitting, strict decoding, and the
// signature with a key that the caller has chosen. Knows nothing of claims.

struct Jws {
  Json header;              // an object with unique names
  std::string payload;      // decoded bytes
  std::string signature;    // decoded bytes
  std::string signed_part;  // the text before the second dot: what the signature covers
};

// Nothing unless the text is three base64url parts (RFC 7515 section 2: no padding, no blanks, no foreign
// character) and the header is a JSON object without "crit", "b64" and "zip".
[[nodiscard]] std::optional<Jws> parse_jws(std::string_view text);

// True if the header's alg is the key's algorithm and the signature is right.
[[nodiscard]] bool jws_is_signed_by(const Jws& jws, const SigningKey& key);

// Its header says alg and kid of the key, and typ unless that is empty.
[[nodiscard]] std::string write_jws(std::string_view type, std::string_view payload, const SigningKey& key);

// Section: access tokens.

// Ids of devices, chosen by clients, for tokens and addresses: [A-Za-z0-9._-]{1,64}, but not "." or "..".
[[nodiscard]] bool is_device_id(std::string_view text);

// What an access token says.
struct AccessClaims {
  UserId user;
  SessionId session;
  std::string device;  // the device's id
  std::string scope;   // space-separated; empty = none
  Instant issued_at{};
  Instant expires_at{};
  std::string token_id;  // jti
  // When and how the user was asked for proof last (auth_time, amr of RFC 9068 section 2.2.1); never and empty if that
  // is not known. A refresh keeps both.
  Instant authenticated_at = never;  // whole seconds
  std::string amr = {};              // words of RFC 8176, with blanks between them
  // email_verified of OpenID Connect Core 1.0 section 5.1: the address of the account is proven or trusted. Written only
  // if it is true.
  bool proven = false;
  bool operator==(const AccessClaims&) const = default;
};

// Claims of a token whose signature, issuer and audience are valid, before its time is checked.
struct CheckedClaims {
  AccessClaims claims;
  Instant not_before = never;  // nbf; never = there was none
};

// Tokens whose signature was found valid a moment ago. A page asks the gate for each of its files with the same
// token, and an ES256 verification costs more than everything else that a verify does.
//
// Only the signature and the fixed claims are remembered, never the answer: the time is checked on every call.
// Belongs to one key ring and thread, and is emptied whenever its keys change. Bounded: a table of `slots`
// places, in which a new token takes the place of an old one. Only valid tokens are kept, so that clients without
// one cannot fill it.
class VerifiedTokens {
 public:
  static constexpr std::size_t slots = 512;  // about 400 KiB when full

  // Which issuer, audience and keys a token was verified for: another scope empties the table.
  struct Scope {
    std::string_view issuer;
    std::string_view audience;
    std::uint64_t keys = 0;  // KeyRing::generation
  };
  // The claims of exactly this token, verified for this scope; nothing if it is not remembered. The pointer is
  // valid until the next call of keep. Compares in constant time.
  [[nodiscard]] const CheckedClaims* find(std::string_view token, const Scope& scope) const;
  void keep(std::string_view token, const Scope& scope, CheckedClaims claims);

 private:
  struct Entry {
    std::string token;  // empty = free
    CheckedClaims claims;
  };
  [[nodiscard]] bool is_for(const Scope& scope) const;
  std::string issuer_;
  std::string audience_;
  std::uint64_t keys_ = 0;
  std::vector<Entry> entries_;
};

// Why a request with an access token is not accepted. The token alone shows the first ones, in the order of the checks;
// the others are found by auth/session/verify.h.
enum class TokenFault {
  malformed,      // not a compact JWS of a JWT as we write them, too long, or a foreign type
  unknown_key,    // no kid, or no key of that name
  bad_signature,  // includes an algorithm that is not the key's
  wrong_issuer,   // iss or aud is not ours
  clock_skew,     // issued in the future by more than the allowed skew
  expired,
  missing,          // no token came
  wrong_transport,  // one came, but by a transport that is closed
  revoked,          // its session has ended; other hosts know this within revocation_poll, this one at once
  disabled,         // its user is disabled; only verify_live finds this
};

// Borrowed from the settings.
struct TokenPolicy {
  std::string_view issuer;
  std::string_view audience;  // empty = the claim is neither written nor read
  seconds clock_skew{};
  VerifiedTokens* remembered = nullptr;  // null: every signature is verified every time
};

inline constexpr std::size_t access_token_size_limit = 4096;

// Signs with the ring's current key. Throws KeyError.
[[nodiscard]] std::string issue_access_token(const AccessClaims& claims, const TokenPolicy& policy,
                                             KeyRing& keys, Instant now);

// Everything must hold, the expiry too. Accepted until exp + clock_skew, refused from then on.
[[nodiscard]] std::variant<AccessClaims, TokenFault> verify_access_token(std::string_view token,
                                                                         const TokenPolicy& policy,
                                                                         KeyRing& keys, Instant now);

// The same, except that its time does not matter. Such a token may only stand beside a refresh token (the
// companion rule) or sign its own session out. It may have expired; and after a clock that was ahead is set right,
// tokens issued in the future must still be enough to get new ones.
[[nodiscard]] std::variant<AccessClaims, TokenFault> verify_companion_token(std::string_view token,
                                                                            const TokenPolicy& policy,
                                                                            KeyRing& keys, Instant now);

// Section: legacy tokens, access tokens of the system that was in use before this one, HS256 under a legacy key of the key ring
// (keys/ring.h).

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
