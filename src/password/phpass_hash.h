// The portable hashes of phpass (WordPress up to 6.7, phpBB 3) and Drupal's of the same build: a digest of
// salt and password, fed back with the password 2^n times, in an alphabet of its own.
#pragma once

#include <string>
#include <string_view>

namespace cardea {

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
