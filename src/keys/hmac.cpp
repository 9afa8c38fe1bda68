#include "keys/hmac.h"

#include <algorithm>
#include <bitset>
#include <stdexcept>

#include "base/digest.h"
#include "base/encoding.h"
#include "base/json.h"
#include "base/utf8.h"
#include "keys/material.h"

namespace cardea {
namespace {

constexpr std::size_t min_size = 32;  // RFC 7518 section 3.2
constexpr std::size_t max_size = 256;
constexpr std::size_t min_different_bytes = 16;

// Random bytes are never text. A text was typed by a person and can be guessed, however long it is.
bool is_text(std::string_view bytes) {
  const auto is_control = [](unsigned char byte) { return byte < 0x20 || byte == 0x7F; };
  return std::none_of(bytes.begin(), bytes.end(), is_control) && is_utf8(bytes);
}

bool looks_random(std::string_view bytes) {
  std::bitset<256> seen;
  for (const unsigned char byte : bytes) seen.set(byte);
  return seen.count() >= min_different_bytes && !is_text(bytes);
}

}  // namespace

std::unique_ptr<HmacKey> HmacKey::of_bytes(Secret bytes) {
  if (bytes.size() < min_size || bytes.size() > max_size) return nullptr;
  return std::unique_ptr<HmacKey>{new HmacKey{std::move(bytes)}};
}

std::unique_ptr<HmacKey> HmacKey::of_random_bytes(Secret bytes) {
  return looks_random(bytes.reveal()) ? of_bytes(std::move(bytes)) : nullptr;
}

std::unique_ptr<HmacKey> HmacKey::generate(Entropy& entropy) {
  auto key = of_random_bytes(random_secret(min_size, entropy));
  if (!key) throw std::runtime_error("the source of randomness is broken");
  return key;
}

Secret HmacKey::thumbprint_text() const {
  const Secret text{base64url_encode(bytes_.reveal())};
  std::string members;
  members.reserve(text.size() + 32);
  members.append(R"({"k":")").append(text.reveal()).append(R"(","kty":"oct"})");
  return Secret{std::move(members)};
}

std::optional<Json> HmacKey::public_members() const {
  return std::nullopt;
}

std::string HmacKey::sign(std::string_view message) const {
  return std::string{view_of(hmac_sha256(bytes_.reveal(), message))};
}

bool HmacKey::verify(std::string_view message, std::string_view signature) const {
  return equal_in_constant_time(view_of(hmac_sha256(bytes_.reveal(), message)), signature);
}

PemBlock HmacKey::private_block() const {
  return {std::string{hmac_label}, bytes_};
}

}  // namespace cardea
