#include "token/legacy_token.h"

#include <algorithm>

#include "base/digest.h"
#include "base/json.h"
#include "token/access_token.h"

namespace cardea {
namespace {

constexpr std::size_t subject_limit = 255;

std::optional<Instant> date_of(const Json& claims, std::string_view name) {
  const auto count = date_member(claims, name);
  return count ? std::optional{from_unix_seconds(*count)} : std::nullopt;
}

std::optional<std::string> subject_of(const Json& claims, const std::string& claim) {
  auto text = string_member(claims, claim);
  if (const auto number = integer_member(claims, claim)) text = std::to_string(*number);
  if (!text || text->empty() || text->size() > subject_limit) return std::nullopt;
  return text;
}

std::optional<Jws> signed_jws(const LegacyKey& key, std::string_view token) {
  if (token.size() > access_token_size_limit) return std::nullopt;
  auto jws = parse_jws(token);
  if (!jws || string_member(jws->header, "alg") != "HS256") return std::nullopt;
  const auto expected = hmac_sha256(key.bytes.reveal(), jws->signed_part);
  if (!equal_in_constant_time(view_of(expected), jws->signature)) return std::nullopt;
  return jws;
}

}  // namespace

bool is_signed_with(const LegacyKey& key, std::string_view token) {
  return signed_jws(key, token).has_value();
}

std::optional<LegacyClaims> verify_legacy_token(std::string_view token, const LegacyKey& key, Instant now,
                                                seconds skew) {
  if (now >= key.until) return std::nullopt;
  const auto jws = signed_jws(key, token);
  if (!jws) return std::nullopt;
  const auto claims = parse_json(jws->payload);
  if (!claims || !claims->is_object()) return std::nullopt;
  auto subject = subject_of(*claims, key.subject_claim);
  const auto expires_at = date_of(*claims, "exp");
  const auto issued_at = claims->contains("iat") ? date_of(*claims, "iat") : std::optional{now};
  if (!subject || !expires_at || !issued_at) return std::nullopt;
  if (now >= *expires_at + skew || *issued_at > now + skew) return std::nullopt;
  return LegacyClaims{.subject = std::move(*subject),
                      .issued_at = *issued_at,
                      .expires_at = std::min(*expires_at, key.until)};
}

}  // namespace cardea
