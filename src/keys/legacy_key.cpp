#include "keys/legacy_key.h"

#include "base/json.h"

#include "keys/material.h"

namespace cardea {
namespace {

constexpr std::string_view label = "CARDEA LEGACY KEY";
constexpr std::size_t end_size = 8;

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

}  // namespace cardea
