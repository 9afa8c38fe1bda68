#include "base/secret.h"

#include <openssl/crypto.h>
#include <utility>

namespace cardea {

Secret::Secret(std::string&& bytes) : bytes_(bytes) {
  wipe(bytes);
}

Secret Secret::copy_of(std::string_view bytes) {
  Secret secret;
  secret.bytes_.assign(bytes);
  return secret;
}

Secret::Secret(const Secret& other) = default;

Secret& Secret::operator=(const Secret& other) {
  if (this == &other) return *this;
  wipe(bytes_);
  bytes_ = other.bytes_;
  return *this;
}

// Short strings live inside the object, so a move copies them: the source is wiped by hand.
Secret::Secret(Secret&& other) noexcept : bytes_(std::move(other.bytes_)) {
  wipe(other.bytes_);
}

Secret& Secret::operator=(Secret&& other) noexcept {
  if (this == &other) return *this;
  wipe(bytes_);
  bytes_.swap(other.bytes_);
  return *this;
}

Secret::~Secret() {
  wipe(bytes_);
}

void wipe(std::string& bytes) {
  bytes.resize(bytes.capacity());
  OPENSSL_cleanse(bytes.data(), bytes.size());
  bytes.clear();
}

bool equal_in_constant_time(std::string_view left, std::string_view right) {
  return left.size() == right.size() && CRYPTO_memcmp(left.data(), right.data(), left.size()) == 0;
}

}  // namespace cardea
