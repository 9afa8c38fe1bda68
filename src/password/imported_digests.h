// The imported hashes that are digests, one section a kind: single digests with and without a salt, PBKDF2, scrypt,
// and phpass with its relatives. Single digests can be guessed at a billion a second: a site that imports them wants
// each user to sign in soon.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace cardea {

// "*" and 40 hex digits: MySQL's PASSWORD(), SHA-1 of SHA-1.
[[nodiscard]] bool is_mysql_password(std::string_view encoded);
// 32, 40 or 64 hex digits and nothing else.
[[nodiscard]] bool is_plain_md5(std::string_view encoded);
[[nodiscard]] bool is_plain_sha1(std::string_view encoded);
[[nodiscard]] bool is_plain_sha256(std::string_view encoded);
// "hash:salt" with a hash of such a length and a salt of 1 to 128 bytes, "md5$salt$hash" and "sha1$salt$hash"
// (Django), and what PHP's serialize makes of hash and salt (XenForo 1).
[[nodiscard]] bool is_salted_digest(std::string_view encoded);

// Precondition: the encoded hash is one. Throw std::runtime_error if the digest cannot be computed.
[[nodiscard]] bool matches_mysql_password(std::string_view password, const std::string& encoded);
[[nodiscard]] bool matches_plain_digest(std::string_view password, const std::string& encoded);
// The hash does not say how salt and password were combined, so all of these are tried, each time all of them; H is
// the digest in hex: H(password salt) (Joomla), H(salt password) (osCommerce, Django), H(password:salt),
// H(salt:password), H(H(password) salt) (vBulletin, XenForo), H(salt H(password)), H(H(salt) H(password))
// (MyBB).
[[nodiscard]] bool matches_salted_digest(std::string_view password, const std::string& encoded);

// Section: PBKDF2 (RFC 8018 section 5.2) as Django and Gnuboard write it, and scrypt (RFC 7914) as Django does.

inline constexpr std::int64_t max_pbkdf2_iterations = 2'000'000;

enum class Pbkdf2Digest { sha1, sha256 };

struct Pbkdf2Hash {
  Pbkdf2Digest digest = Pbkdf2Digest::sha256;
  int iterations = 0;
  std::string salt;  // as it is written in the hash
  std::string hash;  // bytes, 16 to 64
};

// "pbkdf2_sha256$600000$salt$hash", "pbkdf2_sha1$…" (Django), "sha256:12000:salt:hash" (Gnuboard); the hash
// in base64. Nothing for any other text.
[[nodiscard]] std::optional<Pbkdf2Hash> parse_pbkdf2(std::string_view encoded);

// False also if parse_pbkdf2 does not read it. Throws std::runtime_error if it cannot be computed.
[[nodiscard]] bool matches_pbkdf2(std::string_view password, const std::string& encoded);

// "scrypt$16384$salt$8$5$hash": N, the salt, r, p; the hash in base64. At most 128 MiB, and three times
// the work of Django's 16384, 8, 5.
[[nodiscard]] bool is_scrypt(std::string_view encoded);
// Precondition: is_scrypt. Throws std::runtime_error if it cannot be computed.
[[nodiscard]] bool matches_scrypt(std::string_view password, const std::string& encoded);

// Section: the portable hashes of phpass (WordPress up to 6.7, phpBB 3) and Drupal's of the same kind: a digest of
// salt and password, computed again with the password 2^n times, in an alphabet of its own.

// "$P$" or "$H$", a letter for n (7 to 18), 8 letters of salt, 22 of hash: MD5.
[[nodiscard]] bool is_phpass(std::string_view encoded);
// "$S$", a letter for n (7 to 18), 8 letters of salt, 43 of hash: SHA-512, cut. With a "U" before it, or
// before one of the above, a hash of the MD5 that an older Drupal had stored.
[[nodiscard]] bool is_drupal(std::string_view encoded);

// Precondition: the encoded hash is one. Throws std::runtime_error if the digest cannot be computed.
[[nodiscard]] bool matches_phpass(std::string_view password, const std::string& encoded);
[[nodiscard]] bool matches_drupal(std::string_view password, const std::string& encoded);

// The hash that begins like `settings`: "$H$", the letter for n, and the salt.
[[nodiscard]] std::string phpass_of(std::string_view password, std::string_view settings);

}  // namespace cardea
