// ES256 (RFC 7518 section 3.4): ECDSA with P-256 and SHA-256.
//
// Signing is OpenSSL's business. Verifying needs nothing secret, and here it needs nothing but OpenSSL's
// arithmetic: no providers, no configuration file, no encoding to and fro.
#pragma once

#include <memory>
#include <optional>

#include "token/key_material.h"
#include "token/openssl.h"
#include "token/p256_signature.h"

namespace cardea {

class P256Key final : public KeyMaterial {
 public:
  // Made by OpenSSL's own generator, which the kernel seeds.
  [[nodiscard]] static std::unique_ptr<P256Key> generate();
  // The public half from kty, crv, x and y; other members are not looked at. Null if one is missing or
  // malformed, or if the point is not on the curve; so it is below.
  [[nodiscard]] static std::unique_ptr<P256Key> of_jwk(const Json& jwk);
  // What `cardea key new` and `openssl genpkey` write: RFC 5915 in RFC 5208, with the public half. Null if it
  // has another form.
  [[nodiscard]] static std::unique_ptr<P256Key> of_usual_pkcs8(std::string_view der);
  // Null if it is a key of another kind.
  [[nodiscard]] static std::unique_ptr<P256Key> of_key_pair(const EVP_PKEY* pair);

  [[nodiscard]] Algorithm algorithm() const override { return Algorithm::es256; }
  [[nodiscard]] Secret thumbprint_text() const override;
  [[nodiscard]] std::optional<Json> public_members() const override;
  // The first time makes OpenSSL's form of the key, so a key belongs to one thread.
  [[nodiscard]] std::string sign(std::string_view message) const override;
  [[nodiscard]] bool verify(std::string_view message, std::string_view signature) const override;
  [[nodiscard]] PemBlock private_block() const override;

 private:
  P256Key(std::string bytes, openssl::CurvePoint point, Secret scalar)
      : bytes_(std::move(bytes)), point_(std::move(point)), scalar_(std::move(scalar)) {}
  [[nodiscard]] static std::unique_ptr<P256Key> of_numbers(std::string point, Secret scalar);

  std::string bytes_;  // of the point, uncompressed (SEC 1 section 2.3.3): 4, x, y
  openssl::CurvePoint point_;
  Secret scalar_;  // 32 bytes; empty for a key that only verifies
  mutable std::optional<P256Signer> signer_;
};

}  // namespace cardea
