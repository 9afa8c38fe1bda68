#include "base/digest.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>

#include <stdexcept>

#include "base/encoding.h"

namespace cardea {
namespace {

const unsigned char* raw(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

}  // namespace

Digest sha256(std::string_view bytes) {
  Digest digest{};
  SHA256(raw(bytes), bytes.size(), digest.data());
  return digest;
}

Digest hmac_sha256(std::string_view key, std::string_view message) {
  Digest digest{};
  unsigned int size = 0;
  const char* key_bytes = key.empty() ? "" : key.data();  // HMAC() refuses a null pointer
  const auto* done = HMAC(EVP_sha256(), key_bytes, static_cast<int>(key.size()), raw(message), message.size(),
                          digest.data(), &size);
  if (done == nullptr || size != digest.size()) throw std::runtime_error("HMAC-SHA-256 failed");
  return digest;
}

std::string fingerprint(std::string_view secret) {
  return hex_encode(view_of(sha256(secret)).substr(0, 3));
}

}  // namespace cardea
