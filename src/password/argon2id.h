// The text form of an Argon2 hash (PHC string format). It is read strictly before any work is done: the parameters
// come out of a database, and a thief who can write there must not be able to order gigabytes of memory.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace cardea {

// What a stored hash may ask for at most.
inline constexpr std::int64_t max_memory_kib = 256 * 1024;
inline constexpr std::int64_t max_iterations = 10;
inline constexpr std::int64_t max_lanes = 8;

struct Argon2Hash {
  std::int64_t memory_kib = 0;
  std::int64_t iterations = 0;
  std::int64_t lanes = 0;
  std::string text;  // as libsodium reads it: without a prefix, the parameters in the order m,t,p
};

// "$argon2id$v=19$m=19456,t=2,p=1$salt$hash": version 19 only, the parameters as m,t,p or as m,p,t (the npm
// package argon2 writes those), salt 8 to 64 bytes and hash 16 to 64 bytes in base64 without padding; also
// with what Django ("argon2$argon2id$…") or Nextcloud ("3|$argon2id$…") puts before it. Nothing for any other
// text and for parameters above the limits.
[[nodiscard]] std::optional<Argon2Hash> parse_argon2id(std::string_view encoded);
// The same of "$argon2i$"; Nextcloud's prefix is "2|".
[[nodiscard]] std::optional<Argon2Hash> parse_argon2i(std::string_view encoded);

// Throws std::runtime_error when memory is short.
[[nodiscard]] bool matches_argon2(std::string_view password, const Argon2Hash& stored);

}  // namespace cardea
