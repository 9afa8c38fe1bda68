#include "base/secret.h"

#include <openssl/crypto.h>
#include <cstdint>
#include <cstring>
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

// The barrier stands for somebody who reads what was written, so that the compiler cannot leave it out.
void wipe(std::string& bytes) {
  bytes.resize(bytes.capacity());
  std::memset(bytes.data(), 0, bytes.size());
  asm volatile("" : : "r"(bytes.data()) : "memory");
  bytes.clear();
}

// Eight bytes at a time: access tokens are compared on every request. The differences pass through a barrier,
// so that the compiler cannot know when to stop early.
bool equal_in_constant_time(std::string_view left, std::string_view right) {
  if (left.size() != right.size()) return false;
  std::uint64_t difference = 0;
  std::size_t position = 0;
  for (; position + 8 <= left.size(); position += 8) {
    std::uint64_t a = 0;
    std::uint64_t b = 0;
    std::memcpy(&a, left.data() + position, 8);
    std::memcpy(&b, right.data() + position, 8);
    difference |= a ^ b;
    asm volatile("" : "+r"(difference));
  }
  return (CRYPTO_memcmp(left.data() + position, right.data() + position, left.size() - position) |
          static_cast<int>(difference != 0)) == 0;
}

}  // namespace cardea
