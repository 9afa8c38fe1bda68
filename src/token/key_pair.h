// Key pairs of the three asymmetric algorithms, as OpenSSL holds them: in and out of PKCS #8 and JWK, and the
// raw signatures of JWS. HS256 has no key pair; passing it is a bug and throws std::logic_error.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/entropy.h"
#include "base/json_fwd.h"
#include "base/secret.h"
#include "config/settings.h"
#include "token/openssl.h"

namespace cardea {

// RFC 7518 section 3.3 asks for 2048 bits; above the upper limit one verification costs milliseconds.
inline constexpr int rsa_bits_minimum = 2048;
inline constexpr int rsa_bits_maximum = 8192;

// Ed25519 keys are made of the entropy given; P-256 and RSA keys of OpenSSL's own generator, which the kernel
// seeds.
[[nodiscard]] openssl::KeyPointer generate_key_pair(Algorithm algorithm, Entropy& entropy);

// The algorithm that a key is good for: P-256, Ed25519, or RSA of a size that we accept; nothing otherwise.
[[nodiscard]] std::optional<Algorithm> algorithm_of_key_pair(const EVP_PKEY* key);

// DER of PKCS #8 (RFC 5208), unencrypted. Null if it is malformed.
[[nodiscard]] openssl::KeyPointer key_pair_of_pkcs8(const Secret& der);
[[nodiscard]] Secret pkcs8_of_key_pair(const EVP_PKEY* key);

// The public half from kty, crv, x, y, n and e (RFC 7518 section 6, RFC 8037 section 2). Null if a member is
// missing, malformed, not on the curve, or too small; other members are not looked at.
[[nodiscard]] openssl::KeyPointer public_key_of_jwk(const Json& jwk);
// Exactly the members that RFC 7638 section 3.2 counts.
[[nodiscard]] Json jwk_of_public_key(const EVP_PKEY* key, Algorithm algorithm);

// The raw signature of JWS (RFC 7518 section 3.4: r and s, 32 bytes each).
[[nodiscard]] std::string sign_with_key_pair(EVP_PKEY* key, Algorithm algorithm, std::string_view message);
[[nodiscard]] bool verify_with_public_key(EVP_PKEY* key, Algorithm algorithm, std::string_view message,
                                          std::string_view signature);

}  // namespace cardea
