#include "provider/id_token.h"

#include <algorithm>

#include "base/digest.h"
#include "base/encoding.h"
#include "base/secret.h"
#include "base/utf8.h"
#include "token/access_token.h"

namespace cardea {
namespace {

constexpr std::size_t subject_limit = 255;  // section 2
constexpr std::size_t audiences_limit = 8;
constexpr std::string_view mac_algorithm = "HS256";

// Tokens of other kinds say so (RFC 8725 section 3.11).
bool is_plain_jwt(const Json& header) {
  if (!header.contains("typ")) return true;
  return ascii_lower(string_member(header, "typ").value_or("?")) == "jwt";
}

bool is_allowed(std::string_view algorithm, const IdTokenPolicy& policy) {
  const auto& named = policy.algorithms;
  const bool is_named = std::find(named.begin(), named.end(), algorithm) != named.end();
  if (!is_named && !(named.empty() && algorithm != mac_algorithm)) return false;
  return is_verifiable(algorithm, !policy.mac_key.empty());
}

// The key of that name; for a token without a name, the only key that it can mean.
const PublicKey* find_key(const Json& header, std::string_view algorithm,
                          const std::vector<ProviderKey>& keys) {
  const bool is_named = header.contains("kid");
  const auto kid = string_member(header, "kid");
  const PublicKey* found = nullptr;
  const PublicKey* wrong_kind = nullptr;  // a bad signature, not an unknown key
  for (const auto& [name, key] : keys) {
    if (is_named && (name.empty() || kid != name)) continue;
    if (!key.takes(algorithm)) {
      wrong_kind = &key;
      continue;
    }
    if (is_named) return &key;
    if (found != nullptr) return nullptr;
    found = &key;
  }
  return found != nullptr || !is_named ? found : wrong_kind;
}

std::optional<IdTokenFault> fault_of_signature(const Jws& jws, std::string_view algorithm,
                                               const std::vector<ProviderKey>& keys,
                                               const IdTokenPolicy& policy) {
  if (algorithm == mac_algorithm) {
    const auto mac = hmac_sha256(policy.mac_key.reveal(), jws.signed_part);
    const bool is_right = equal_in_constant_time(jws.signature, view_of(mac));
    return is_right ? std::nullopt : std::optional{IdTokenFault::bad_signature};
  }
  const auto* key = find_key(jws.header, algorithm, keys);
  if (key == nullptr) return IdTokenFault::unknown_key;
  const bool is_right = key->verify(algorithm, jws.signed_part, jws.signature);
  return is_right ? std::nullopt : std::optional{IdTokenFault::bad_signature};
}

bool is_one_of(std::string_view text, const std::vector<std::string>& allowed) {
  return std::find(allowed.begin(), allowed.end(), text) != allowed.end();
}

// The members of aud, whether it is one or a list of them.
std::optional<std::vector<std::string>> audiences_of(const Json& claims) {
  if (auto one = string_member(claims, "aud")) return std::vector{std::move(*one)};
  const auto list = claims.find("aud");
  if (list == claims.end() || !list->is_array() || list->size() > audiences_limit) return std::nullopt;
  std::vector<std::string> audiences;
  for (const auto& item : *list) {
    if (!item.is_string()) return std::nullopt;
    audiences.push_back(item.get<std::string>());
  }
  return audiences;
}

bool is_for_us(const Json& claims, const IdTokenPolicy& policy) {
  const auto audiences = audiences_of(claims);
  if (!audiences || audiences->empty()) return false;
  const bool all_ours = std::all_of(audiences->begin(), audiences->end(), [&](const std::string& audience) {
    return is_one_of(audience, policy.audiences);
  });
  const auto party = string_member(claims, "azp");
  if (!all_ours || (audiences->size() > 1 && !party)) return false;
  if (policy.authorized_party && party) return *party == *policy.authorized_party;
  return audiences->size() == 1 || is_one_of(*party, policy.audiences);
}

std::optional<IdTokenFault> fault_of_times(const Json& claims, seconds skew, Instant now) {
  const auto issued = date_member(claims, "iat");
  const auto expires = date_member(claims, "exp");
  if (!issued || !expires) return IdTokenFault::malformed;
  const auto present = unix_seconds(now);
  if (*issued > present + skew.count()) return IdTokenFault::from_the_future;
  if (claims.contains("nbf") && date_member(claims, "nbf").value_or(INT64_MAX) > present + skew.count())
    return IdTokenFault::from_the_future;
  if (*expires <= present - skew.count()) return IdTokenFault::expired;
  return std::nullopt;
}

bool nonce_is_right(const Json& claims, const IdTokenPolicy& policy) {
  const auto found = string_member(claims, "nonce");
  if (!policy.nonce) return policy.unknown_nonce || !claims.contains("nonce");
  if (!found) return false;
  if (equal_in_constant_time(*found, *policy.nonce)) return true;
  return policy.nonce_form == NonceForm::plain_or_hashed &&
         equal_in_constant_time(*found, hex_encode(view_of(sha256(*policy.nonce))));
}

std::optional<IdTokenFault> fault_of_claims(const Json& claims, const IdTokenPolicy& policy, Instant now) {
  if (!is_one_of(string_member(claims, "iss").value_or(""), policy.issuers))
    return IdTokenFault::wrong_issuer;
  if (!is_for_us(claims, policy)) return IdTokenFault::wrong_audience;
  if (const auto fault = fault_of_times(claims, policy.clock_skew, now)) return fault;
  if (!nonce_is_right(claims, policy)) return IdTokenFault::wrong_nonce;
  const auto subject = string_member(claims, "sub").value_or("");
  if (subject.empty() || subject.size() > subject_limit) return IdTokenFault::malformed;
  return std::nullopt;
}

}  // namespace

std::string_view word_of(IdTokenFault fault) {
  switch (fault) {
    case IdTokenFault::malformed:
      return "malformed";
    case IdTokenFault::unsupported_algorithm:
      return "unsupported_algorithm";
    case IdTokenFault::unknown_key:
      return "unknown_key";
    case IdTokenFault::bad_signature:
      return "bad_signature";
    case IdTokenFault::wrong_issuer:
      return "wrong_issuer";
    case IdTokenFault::wrong_audience:
      return "wrong_audience";
    case IdTokenFault::from_the_future:
      return "clock_skew";
    case IdTokenFault::expired:
      return "expired";
    case IdTokenFault::used_before:
      return "reused";
    case IdTokenFault::wrong_nonce:
      return "wrong_nonce";
  }
  return "malformed";
}

bool is_verifiable(std::string_view algorithm, bool has_mac_key) {
  return algorithm == mac_algorithm ? has_mac_key : is_public_key_algorithm(algorithm);
}

std::variant<Json, IdTokenFault> verify_id_token(std::string_view text, const std::vector<ProviderKey>& keys,
                                                 const IdTokenPolicy& policy, Instant now) {
  if (text.size() > id_token_size_limit) return IdTokenFault::malformed;
  const auto jws = parse_jws(text);
  if (!jws || !is_plain_jwt(jws->header)) return IdTokenFault::malformed;
  const auto algorithm = string_member(jws->header, "alg").value_or("");
  if (!is_allowed(algorithm, policy)) return IdTokenFault::unsupported_algorithm;
  if (const auto fault = fault_of_signature(*jws, algorithm, keys, policy)) return *fault;
  auto claims = parse_json(jws->payload);
  if (!claims || !claims->is_object()) return IdTokenFault::malformed;
  if (const auto fault = fault_of_claims(*claims, policy, now)) return *fault;
  // A token that our own secret signed is for this client, and for no other app.
  if (algorithm == mac_algorithm && audiences_of(*claims) != std::vector{policy.audiences.front()})
    return IdTokenFault::wrong_audience;
  return std::move(*claims);
}

}  // namespace cardea
