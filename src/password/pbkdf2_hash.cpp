#include "password/pbkdf2_hash.h"

#include <openssl/evp.h>

#include <stdexcept>
#include <vector>

#include "base/encoding.h"
#include "base/number.h"
#include "base/secret.h"

namespace cardea {
namespace {

constexpr std::size_t longest_salt = 128;
constexpr std::size_t shortest_hash = 16;
constexpr std::size_t longest_hash = 64;

struct Spelling {
  std::string_view name;
  char separator;
  Pbkdf2Digest digest;
};

constexpr Spelling spellings[] = {{"pbkdf2_sha256", '$', Pbkdf2Digest::sha256},
                                  {"pbkdf2_sha1", '$', Pbkdf2Digest::sha1},
                                  {"sha256", ':', Pbkdf2Digest::sha256}};

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (;;) {
    const auto end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

std::optional<Pbkdf2Hash> parse_as(const Spelling& spelling, std::string_view encoded) {
  const auto parts = split(encoded, spelling.separator);
  if (parts.size() != 4 || parts[0] != spelling.name) return std::nullopt;
  const auto iterations = whole_number(parts[1], largest_pbkdf2_iterations);
  auto hash = base64_decode(parts[3]);
  if (!iterations || *iterations < 1 || parts[2].empty() || parts[2].size() > longest_salt)
    return std::nullopt;
  if (!hash || hash->size() < shortest_hash || hash->size() > longest_hash) return std::nullopt;
  return Pbkdf2Hash{.digest = spelling.digest,
                    .iterations = static_cast<int>(*iterations),
                    .salt = std::string(parts[2]),
                    .hash = *std::move(hash)};
}

constexpr std::int64_t largest_scrypt_memory = 128 * 1024 * 1024;
constexpr std::int64_t largest_scrypt_work = 2 * 1024 * 1024;  // N times r times p

struct ScryptHash {
  std::int64_t n = 0;
  std::int64_t r = 0;
  std::int64_t p = 0;
  std::string salt;
  std::string hash;
};

std::optional<ScryptHash> parse_scrypt(std::string_view encoded) {
  const auto parts = split(encoded, '$');
  if (parts.size() != 6 || parts[0] != "scrypt") return std::nullopt;
  const auto n = whole_number(parts[1], largest_scrypt_work), r = whole_number(parts[3], 64),
             p = whole_number(parts[4], 64);
  auto hash = base64_decode(parts[5]);
  if (!n || !r || !p || *n < 2 || *r < 1 || *p < 1 || (*n & (*n - 1)) != 0) return std::nullopt;
  if (128 * *n * *r > largest_scrypt_memory || *n * *r * *p > largest_scrypt_work) return std::nullopt;
  if (!hash || hash->size() < shortest_hash || hash->size() > longest_hash || parts[2].size() > longest_salt)
    return std::nullopt;
  return ScryptHash{.n = *n, .r = *r, .p = *p, .salt = std::string(parts[2]), .hash = *std::move(hash)};
}

}  // namespace

std::optional<Pbkdf2Hash> parse_pbkdf2(std::string_view encoded) {
  for (const auto& spelling : spellings)
    if (auto parsed = parse_as(spelling, encoded)) return parsed;
  return std::nullopt;
}

bool matches_pbkdf2(std::string_view password, const std::string& encoded) {
  const auto stored = parse_pbkdf2(encoded);
  if (!stored) return false;
  const auto* digest = stored->digest == Pbkdf2Digest::sha1 ? EVP_sha1() : EVP_sha256();
  std::string computed(stored->hash.size(), '\0');
  if (PKCS5_PBKDF2_HMAC(password.data(), static_cast<int>(password.size()),
                        reinterpret_cast<const unsigned char*>(stored->salt.data()),
                        static_cast<int>(stored->salt.size()), stored->iterations, digest,
                        static_cast<int>(computed.size()),
                        reinterpret_cast<unsigned char*>(computed.data())) != 1)
    throw std::runtime_error("PBKDF2 for an imported password cannot be computed");
  return equal_in_constant_time(computed, stored->hash);
}

bool is_scrypt(std::string_view encoded) {
  return parse_scrypt(encoded).has_value();
}

bool matches_scrypt(std::string_view password, const std::string& encoded) {
  const auto stored = parse_scrypt(encoded);
  if (!stored) return false;
  std::string computed(stored->hash.size(), '\0');
  const auto number = [](std::int64_t value) { return static_cast<std::uint64_t>(value); };
  if (EVP_PBE_scrypt(password.data(), password.size(),
                     reinterpret_cast<const unsigned char*>(stored->salt.data()), stored->salt.size(),
                     number(stored->n), number(stored->r), number(stored->p), 2 * largest_scrypt_memory,
                     reinterpret_cast<unsigned char*>(computed.data()), computed.size()) != 1)
    throw std::runtime_error("scrypt for an imported password cannot be computed");
  return equal_in_constant_time(computed, stored->hash);
}

}  // namespace cardea
