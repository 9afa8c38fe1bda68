// Hashes that other programs made, for sites that import their users: WordPress, phpBB, Drupal, Django, Laravel,
// Gnuboard and programs that keep crypt(3) strings. They are checked, never made; the first sign-in that succeeds
// replaces one by Argon2id.
//
// A hash is read strictly before any work is done: a thief who can write into the database must not be able to order
// hours of computing.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/secret.h"
#include "config/settings.h"

namespace cardea {

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
//   salted     MD5, SHA-1 or SHA-256 with a salt (password/imported_digests.h)
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
