// Hashes that other programs made, for sites that import their users: WordPress, phpBB, Drupal, Django, Laravel,
// Gnuboard and programs that keep crypt(3) strings. They are checked, never made; the first sign-in that succeeds
// replaces one by Argon2id.
//
// A hash is read strictly before any work is done: a thief who can write into the database must not be able to order
// hours of computing.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/secret.h"
#include "config/settings.h"

namespace cardea {

// Section: the imported hashes that are digests. Single digests with and without a salt, PBKDF2, scrypt,
// and phpass with its relatives. Single digests can be guessed at a billion a second: a site that imports them wants
// each user to sign in soon.

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

// Section: all imported hashes.

// The kind of the hash; nothing if it is none of these, malformed, or above their limits:
//   bcrypt     $2a$ $2b$ $2y$, cost 4 to 14 (PHP's password_hash, Laravel, npm bcrypt, Joomla 3); also as
//              "bcrypt$" and "bcrypt_sha256$" (Django), "1|" (Nextcloud), serialised (XenForo 2)
//   wordpress  $wp$2y$, of WordPress 6.8 and later: bcrypt over base64(HMAC-SHA-384(trimmed password,
//              "wp-sha384"))
//   phpass     $P$ and $H$, 2^7 to 2^18 rounds of MD5 (WordPress up to 6.7, phpBB 3.0)
//   phpbb      $H\2y$ and its like: bcrypt over phpass (phpBB 3.1 and later)
//   drupal     $S$, 2^7 to 2^18 rounds of SHA-512 (Drupal 7 to 10); U$S$: of an MD5 (Drupal 6)
//   pbkdf2     pbkdf2_sha256$iterations$salt$hash and pbkdf2_sha1$… (Django), sha256:iterations:salt:hash
//              (Gnuboard 5), up to 2,000,000 iterations
//   scrypt     scrypt$N$salt$r$p$hash (Django)
//   crypt      $1$ $5$ $6$ of crypt(3), up to 500,000 rounds
//   argon2i    $argon2i$ of PHP, also as "2|" (Nextcloud) and "argon2$" (Django); limits as in password/argon2id.h
//   mysql      *HEX of MySQL's PASSWORD() (Gnuboard before 5)
//   salted     MD5, SHA-1 or SHA-256 with a salt
//   md5, sha1, sha256   of nothing but the password
[[nodiscard]] std::optional<ImportedHash> old_hash_kind(std::string_view encoded);

// The name in the setting [password] imported: "phpass".
[[nodiscard]] std::string_view old_hash_name(ImportedHash kind);

// Bytes. Some kinds read the password again in each of many thousand rounds.
inline constexpr std::size_t old_password_limit = 1024;

// The texts from which a program with that kind of hash may have made it: the given texts first, then the first of
// them as WordPress and Gnuboard (addslashes) and phpBB (htmlspecialchars) change it, without blanks at both ends.
// Their number depends on the kind and the text alone. Precondition: typed is not empty.
[[nodiscard]] std::vector<Secret> hashed_forms(ImportedHash kind, const std::vector<Secret>& typed);

// Precondition: old_hash_kind(encoded) == kind. A password that is too long never matches; nor does one with
// a NUL, although the libraries of some kinds would stop reading there; bcrypt's own end after 72 bytes is
// kept, since that is what was hashed.
[[nodiscard]] bool matches_old_hash(ImportedHash kind, const Secret& password, const std::string& encoded);

// A hash of no password, as strong as programs of that kind make it by default.
[[nodiscard]] std::string ordinary_old_hash(ImportedHash kind);
// Does the work of checking it and drops the result.
void compute_old_decoy(ImportedHash kind, const Secret& password);

}  // namespace cardea
