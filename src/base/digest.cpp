#include "base/digest.h"

#include <sodium.h>

#include "base/encoding.h"

// By libsodium, whose hashes need no initialisation: OpenSSL's first one costs a program that has just
// started two milliseconds.

namespace cardea {
namespace {

// Never null, as an empty view may be: libsodium copies from it.
const unsigned char* raw(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.empty() ? "" : bytes.data());
}

}  // namespace

Digest sha256(std::string_view bytes) {
  Digest digest{};
  crypto_hash_sha256(digest.data(), raw(bytes), bytes.size());
  return digest;
}

Digest hmac_sha256(std::string_view key, std::string_view message) {
  Digest digest{};
  crypto_auth_hmacsha256_state state;
  crypto_auth_hmacsha256_init(&state, raw(key), key.size());
  crypto_auth_hmacsha256_update(&state, raw(message), message.size());
  crypto_auth_hmacsha256_final(&state, digest.data());
  sodium_memzero(&state, sizeof state);
  return digest;
}

std::string fingerprint(std::string_view secret) {
  return hex_encode(view_of(sha256(secret)).substr(0, 3));
}

}  // namespace cardea
