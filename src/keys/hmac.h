// HS256 (RFC 7518 section 3.2): a secret that both signs and verifies.
#pragma once

#include <memory>

#include "base/entropy.h"
#include "keys/material.h"

namespace cardea {

inline constexpr std::string_view hmac_label = "CARDEA HMAC KEY";

class HmacKey final : public KeyMaterial {
 public:
  // Null unless there are 32 to 256 bytes.
  [[nodiscard]] static std::unique_ptr<HmacKey> of_bytes(Secret bytes);
  // Null as well if they could be guessed: fewer than 16 different byte values, or readable text (a pass
  // phrase is no key, RFC 8725 section 3.5).
  [[nodiscard]] static std::unique_ptr<HmacKey> of_random_bytes(Secret bytes);
  [[nodiscard]] static std::unique_ptr<HmacKey> generate(Entropy& entropy);

  [[nodiscard]] Algorithm algorithm() const override { return Algorithm::hs256; }
  // Covers the secret itself. As that has 256 random bits, its hash reveals nothing (RFC 7638 section 7).
  [[nodiscard]] Secret thumbprint_text() const override;
  [[nodiscard]] std::optional<Json> public_members() const override;
  [[nodiscard]] std::string sign(std::string_view message) const override;
  [[nodiscard]] bool verify(std::string_view message, std::string_view signature) const override;
  [[nodiscard]] PemBlock private_block() const override;

 private:
  explicit HmacKey(Secret bytes) : bytes_(std::move(bytes)) {}
  Secret bytes_;
};

}  // namespace cardea
