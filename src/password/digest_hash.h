// Single digests, which programs stored before there was anything better, and some still do. They can be
// guessed by the billion a second: whoever imports them wants people back soon.
#pragma once

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
// What a program hashed is not written in the hash, so all of these are tried, always all of them, with H for
// the digest in hex: H(password salt) (Joomla), H(salt password) (osCommerce, Django), H(password:salt),
// H(salt:password), H(H(password) salt) (vBulletin, XenForo), H(salt H(password)), H(H(salt) H(password))
// (MyBB).
[[nodiscard]] bool matches_salted_digest(std::string_view password, const std::string& encoded);

}  // namespace cardea
