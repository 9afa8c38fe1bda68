// EdDSA with Ed25519 (RFC 8032, RFC 8037), by libsodium: twice as fast as OpenSSL's, and stricter: keys and
// points of small order and numbers that are not in their shortest form are refused.
#pragma once

#include <array>
#include <cstdint>
#include <memory>

#include "base/entropy.h"
#include "keys/material.h"

namespace cardea {

class Ed25519Key final : public KeyMaterial {
 public:
  using Point = std::array<std::uint8_t, 32>;

  [[nodiscard]] static std::unique_ptr<Ed25519Key> generate(Entropy& entropy);
  // The public half from kty, crv and x; other members are not looked at. Null if one is missing or
  // malformed.
  [[nodiscard]] static std::unique_ptr<Ed25519Key> of_jwk(const Json& jwk);
  // A CurvePrivateKey (RFC 8410 section 7), as it stands in PKCS #8. Null if it is malformed.
  [[nodiscard]] static std::unique_ptr<Ed25519Key> of_private_key(std::string_view der);

  [[nodiscard]] Algorithm algorithm() const override { return Algorithm::eddsa; }
  [[nodiscard]] Secret thumbprint_text() const override;
  [[nodiscard]] std::optional<Json> public_members() const override;
  [[nodiscard]] std::string sign(std::string_view message) const override;
  [[nodiscard]] bool verify(std::string_view message, std::string_view signature) const override;
  [[nodiscard]] PemBlock private_block() const override;

 private:
  Ed25519Key(Point point, Secret secret) : point_(point), secret_(std::move(secret)) {}
  [[nodiscard]] static std::unique_ptr<Ed25519Key> of_seed(std::string_view seed);

  Point point_;
  Secret secret_;  // seed and point, as libsodium wants it; empty for a key that only verifies
};

}  // namespace cardea
