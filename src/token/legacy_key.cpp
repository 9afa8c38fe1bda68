#include "token/legacy_key.h"

#include <algorithm>

#include "base/digest.h"
#include "base/json.h"
#include "token/access_token.h"
#include "token/jws.h"
#include "token/pem.h"

namespace cardea {
namespace {

constexpr std::string_view label = "CARDEA LEGACY KEY";
constexpr std::size_t end_size = 8;
constexpr std::size_t subject_limit = 255;

std::string big_endian(std::int64_t number) {
  std::string bytes;
  for (int shift = 56; shift >= 0; shift -= 8) bytes.push_back(static_cast<char>((number >> shift) & 0xFF));
  return bytes;
}

std::int64_t of_big_endian(std::string_view bytes) {
  std::uint64_t number = 0;
  for (const unsigned char byte : bytes) number = (number << 8) | byte;
  return static_cast<std::int64_t>(number);
}

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

Secret write_legacy_key(const LegacyKey& key) {
  std::string bytes;
  bytes.reserve(end_size + 1 + key.subject_claim.size() + key.bytes.size());
  bytes.append(big_endian(unix_seconds(key.until)));
  bytes.push_back(static_cast<char>(key.subject_claim.size()));
  bytes.append(key.subject_claim).append(key.bytes.reveal());
  return write_pem(label, Secret{std::move(bytes)});
}

std::optional<LegacyKey> parse_legacy_key(const Secret& pem) {
  const auto block = parse_pem(pem.reveal());
  if (!block || block->label != label) return std::nullopt;
  const auto bytes = block->bytes.reveal();
  if (bytes.size() <= end_size) return std::nullopt;
  const std::size_t name_size = static_cast<unsigned char>(bytes[end_size]);
  const auto secret_at = end_size + 1 + name_size;
  if (name_size == 0 || name_size > claim_name_limit || bytes.size() <= secret_at) return std::nullopt;
  const auto until = of_big_endian(bytes.substr(0, end_size));
  if (until < 0 || until > latest_date / 1000) return std::nullopt;
  return LegacyKey{.name = {},
                   .until = from_unix_seconds(until),
                   .subject_claim = std::string(bytes.substr(end_size + 1, name_size)),
                   .bytes = Secret::copy_of(bytes.substr(secret_at))};
}

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
