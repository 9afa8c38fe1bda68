// Compact JWS (RFC 7515 section 7.1), the layer under access tokens: splitting, strict decoding, and the
// signature with a key that the caller has chosen. Knows nothing of claims.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/json.h"
#include "keys/signing_key.h"

namespace cardea {

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

}  // namespace cardea
