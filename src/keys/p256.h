// ECDSA (RFC 7518 section 3.4), by OpenSSL: ES256 of our own keys, and signatures of other people's keys on
// P-256, P-384 and P-521.
//
// The EC_KEY functions are used, which OpenSSL 3 calls deprecated: they need no provider. The first fetch from a
// provider takes about 0.6 ms, which a plain CGI program would pay with every request that it verifies. Signing
// draws random numbers, for which OpenSSL does ask a provider.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "keys/material.h"
#include "keys/openssl.h"

namespace cardea {

// The public key of a JWK's kty, crv, x and y; other members are not looked at. Null if one is missing or
// malformed, if the curve is none of the three, if x or y has not the full size of the curve's numbers (RFC 7518
// section 6.2.1.2), or if the point is not on the curve.
[[nodiscard]] openssl::KeyPointer ec_public_key(const Json& jwk);

// Whether signature is r and s, each of the full size of the key's curve, and signs the digest. The key comes
// from ec_public_key or P256Key.
[[nodiscard]] bool ecdsa_verifies(EVP_PKEY* key, std::string_view digest, std::string_view signature);

class P256Key final : public KeyMaterial {
 public:
  // Made by OpenSSL's own generator, which the kernel seeds.
  [[nodiscard]] static std::unique_ptr<P256Key> generate();
  // ec_public_key(); null where that is null, or of another curve.
  [[nodiscard]] static std::unique_ptr<P256Key> of_jwk(const Json& jwk);
  // An ECPrivateKey (RFC 5915), as it stands in PKCS #8. Null if it is malformed, of another curve, not followed
  // by the end, or if its number is not between 1 and n - 1, n being the order of the group.
  [[nodiscard]] static std::unique_ptr<P256Key> of_private_key(std::string_view der);

  [[nodiscard]] Algorithm algorithm() const override { return Algorithm::es256; }
  [[nodiscard]] Secret thumbprint_text() const override;
  [[nodiscard]] std::optional<Json> public_members() const override;
  [[nodiscard]] std::string sign(std::string_view message) const override;
  [[nodiscard]] bool verify(std::string_view message, std::string_view signature) const override;
  [[nodiscard]] PemBlock private_block() const override;

 private:
  P256Key(openssl::KeyPointer pair, bool can_sign) : pair_(std::move(pair)), can_sign_(can_sign) {}
  openssl::KeyPointer pair_;
  bool can_sign_;
};

}  // namespace cardea
