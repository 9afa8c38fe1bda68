// ID tokens (OpenID Connect Core 1.0 section 3.1.3.7): signature, issuer, audience, time and nonce. Pure: the keys and
// the time are arguments.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/json.h"
#include "base/secret.h"
#include "base/time.h"
#include "provider/metadata.h"

namespace cardea {

enum class IdTokenFault {
  malformed,              // no compact JWS of a JWT, too long, or a claim of the wrong type
  unsupported_algorithm,  // one that this provider does not sign with, or that is not verified here
  unknown_key,            // no key of that name
  bad_signature,          // includes an algorithm that is not the key's
  wrong_issuer,
  wrong_audience,   // for another client, or for another one as well
  from_the_future,  // by more than the allowed skew
  expired,
  used_before,  // where a token is accepted once; the caller decides that
  wrong_nonce,  // another nonce, one that was not asked for, or none although one was
};

// "malformed", "unsupported_algorithm", …: the reason of refusals.
[[nodiscard]] std::string_view word_of(IdTokenFault fault);

// How the nonce must stand in the token.
enum class NonceForm {
  plain,
  plain_or_hashed,  // or as the hex of its SHA-256, which is what apps hand to Apple's and Google's libraries
};

struct IdTokenPolicy {
  std::vector<std::string> issuers;    // spellings of the one issuer
  std::vector<std::string> audiences;  // each aud of the token must be one of these
  // The algorithms that the provider signs with; empty: any that a published key verifies. HS256, by the
  // client's secret, only if it is named here; "none" never.
  std::vector<std::string> algorithms = {};
  Secret mac_key = {};  // empty: no HS256
  std::optional<std::string> nonce;
  bool unknown_nonce = false;  // without a nonce to compare, the token may hold one all the same
  NonceForm nonce_form = NonceForm::plain;
  // In the browser's flow azp (section 2), if there is one, must be the client that asked. Apps have client ids of
  // their own, and tokens for the one of this server.
  std::optional<std::string> authorized_party;
  seconds clock_skew{};
};

inline constexpr std::size_t id_token_size_limit = 16 * 1024;

// RFC 7518 section 3.2: a shorter secret can be found by trying, and with it a thief can sign.
inline constexpr std::size_t min_mac_key_size = 32;
[[nodiscard]] bool is_verifiable(std::string_view algorithm, bool has_mac_key);

// The claims, all checked. Accepted until exp + clock_skew, refused from then on.
[[nodiscard]] std::variant<Json, IdTokenFault> verify_id_token(std::string_view text,
                                                               const std::vector<ProviderKey>& keys,
                                                               const IdTokenPolicy& policy, Instant now);

}  // namespace cardea
