// PBKDF2 (RFC 8018 section 5.2) as Django and Gnuboard write it, and scrypt (RFC 7914) as Django does.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace cardea {

inline constexpr std::int64_t largest_pbkdf2_iterations = 2'000'000;

enum class Pbkdf2Digest { sha1, sha256 };

struct Pbkdf2Hash {
  Pbkdf2Digest digest = Pbkdf2Digest::sha256;
  int iterations = 0;
  std::string salt;  // the letters as they stand there
  std::string hash;  // bytes, 16 to 64
};

// "pbkdf2_sha256$600000$salt$hash", "pbkdf2_sha1$…" (Django), "sha256:12000:salt:hash" (Gnuboard); the hash
// in base64. Nothing for all else.
[[nodiscard]] std::optional<Pbkdf2Hash> parse_pbkdf2(std::string_view encoded);

// False also for what parse_pbkdf2 does not read. Throws std::runtime_error if it cannot be computed.
[[nodiscard]] bool matches_pbkdf2(std::string_view password, const std::string& encoded);

// "scrypt$16384$salt$8$5$hash": N, the salt, r, p; the hash in base64. At most 128 MiB, and three times
// the work of Django's 16384, 8, 5.
[[nodiscard]] bool is_scrypt(std::string_view encoded);
// Precondition: is_scrypt. Throws std::runtime_error if it cannot be computed.
[[nodiscard]] bool matches_scrypt(std::string_view password, const std::string& encoded);

}  // namespace cardea
