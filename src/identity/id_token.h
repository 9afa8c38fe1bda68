// ID tokens (OpenID Connect Core 1.0 section 3.1.3.7): whose they are, for whom, and from which moment. Pure:
// the keys and the time are given.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/json.h"
#include "base/time.h"
#include "identity/provider_keys.h"

namespace cardea {

enum class IdTokenFault {
  malformed,      // no compact JWS of a JWT, too long, or a claim of the wrong type
  unknown_key,    // no key of that name
  bad_signature,  // includes an algorithm that is not the key's
  wrong_issuer,
  wrong_audience,   // for somebody else, or for somebody else too
  from_the_future,  // by more than the allowed skew
  expired,
  wrong_nonce,  // another one, or one where none was asked for, or none where one was
};

// How the nonce must stand in the token.
enum class NonceForm {
  plain,
  plain_or_hashed,  // or as the hex of its SHA-256, which is what apps hand to Apple's and Google's libraries
};

struct IdTokenPolicy {
  std::vector<std::string> issuers;    // spellings of the one issuer
  std::vector<std::string> audiences;  // each aud of the token must be one of these
  std::optional<std::string> nonce;
  NonceForm nonce_form = NonceForm::plain;
  // In the browser's flow azp (section 2), where it is there, must be the client that asked. Apps have client
  // ids of their own, and tokens for this server's.
  std::optional<std::string> authorized_party;
  seconds clock_skew{};
};

inline constexpr std::size_t id_token_size_limit = 16 * 1024;

// The claims, all checked. Accepted until exp + clock_skew, refused from then on.
[[nodiscard]] std::variant<Json, IdTokenFault> verify_id_token(std::string_view text,
                                                               const std::vector<ProviderKey>& keys,
                                                               const IdTokenPolicy& policy, Instant now);

}  // namespace cardea
