// ECDSA on P-256 with SHA-256, in the form of JWS (RFC 7518 section 3.4: r and s, 32 bytes each).
#pragma once

#include <string>
#include <string_view>

#include "token/openssl.h"

namespace cardea {

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

}  // namespace cardea
