// ES256 (RFC 7518 section 3.4): ECDSA with P-256 and SHA-256.
//
// Signing is OpenSSL's business. Verifying needs nothing secret, and here it needs nothing but OpenSSL's
// arithmetic: no providers, no configuration file, no encoding to and fro.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "keys/material.h"
#include "keys/openssl.h"

namespace cardea {

// ECDSA on P-256 with SHA-256, in the form of JWS (RFC 7518 section 3.4: r and s, 32 bytes each).

// The point of its uncompressed form (SEC 1 section 2.3.4). Null if it is malformed or not on the curve.
[[nodiscard]] openssl::CurvePoint p256_point(std::string_view bytes);
// True for 32 bytes of a number from 1 to n - 1, n being the order of the group.
[[nodiscard]] bool is_p256_scalar(std::string_view bytes);

// Signs. What OpenSSL has to look up for it is looked up once. For one thread.
class P256Signer {
 public:
  // Throws std::runtime_error if OpenSSL does not sign with the pair; so it is below.
  explicit P256Signer(EVP_PKEY* pair);
  [[nodiscard]] std::string sign(std::string_view message) const;

 private:
  openssl::KeyContext context_;
  openssl::Hash sha256_;
};

// SEC 1 section 4.1.4. Not in constant time, and nothing in it is secret.
[[nodiscard]] bool p256_verifies(const EC_POINT* point, std::string_view message, std::string_view signature);

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
