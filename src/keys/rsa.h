// RS256 (RFC 7518 section 3.3), by OpenSSL.
#pragma once

#include <memory>

#include "keys/material.h"
#include "keys/openssl.h"

namespace cardea {

// RFC 7518 section 3.3 asks for 2048 bits; above the upper limit one verification costs milliseconds.
inline constexpr int min_rsa_bits = 2048;
inline constexpr int max_rsa_bits = 8192;

// The key of a JWK's kty, n and e; other members are not looked at. Null if one is missing or malformed, or if
// the key is of a size that we do not accept.
[[nodiscard]] openssl::KeyPointer rsa_public_key(const Json& jwk);

class RsaKey final : public KeyMaterial {
 public:
  // 2048 bits, made by OpenSSL's own generator, which the kernel seeds.
  [[nodiscard]] static std::unique_ptr<RsaKey> generate();
  // rsa_public_key(); null where that is null.
  [[nodiscard]] static std::unique_ptr<RsaKey> of_jwk(const Json& jwk);
  // Null if there is none, if it is a key of another kind, or of a size that we do not accept.
  [[nodiscard]] static std::unique_ptr<RsaKey> of_key_pair(openssl::KeyPointer pair);

  [[nodiscard]] Algorithm algorithm() const override { return Algorithm::rs256; }
  [[nodiscard]] Secret thumbprint_text() const override;
  [[nodiscard]] std::optional<Json> public_members() const override;
  [[nodiscard]] std::string sign(std::string_view message) const override;
  [[nodiscard]] bool verify(std::string_view message, std::string_view signature) const override;
  [[nodiscard]] PemBlock private_block() const override;

 private:
  RsaKey(openssl::KeyPointer pair, bool can_sign) : pair_(std::move(pair)), can_sign_(can_sign) {}
  openssl::KeyPointer pair_;
  bool can_sign_;
};

}  // namespace cardea
