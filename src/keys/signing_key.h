// One signing key: it signs and verifies with exactly one algorithm, fixed when the key is made
// (RFC 8725 section 3.1). The algorithm in a token's header is only ever compared, never obeyed.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/entropy.h"
#include "base/json_fwd.h"
#include "base/secret.h"
#include "config/settings.h"

namespace cardea {

// "ES256", "EdDSA", "HS256", "RS256": the name in JOSE headers.
[[nodiscard]] std::string_view jose_name(Algorithm algorithm);
[[nodiscard]] std::optional<Algorithm> algorithm_of_jose_name(std::string_view name);

class SigningKey {
 public:
  // Reads a private key: PKCS #8 PEM of P-256 (ES256), Ed25519 (EdDSA) or RSA with at least 2048 bits
  // (RS256), or our "-----BEGIN CARDEA HMAC KEY-----" PEM of 32 to 256 raw bytes (HS256). Nothing if it is
  // none of these or too weak (an HMAC key of fewer than 32 bytes, with fewer than 16 different byte values,
  // or that is readable text: a pass phrase is no key, RFC 8725 section 3.5).
  [[nodiscard]] static std::optional<SigningKey> of_pem(const Secret& pem);
  // A verify-only key from a public or symmetric JWK (RFC 7517): RSA of 2048 to 8192 bits, P-256, Ed25519, or
  // oct of 32 to 256 bytes. Nothing if it is none of these, or if its alg, use or key_ops say that it is for
  // something else. The JWK's own kid is not looked at: its publisher may choose any.
  [[nodiscard]] static std::optional<SigningKey> of_jwk(const Json& jwk);
  // HS256 and EdDSA keys are made of the given entropy, P-256 and RSA (2048 bits) keys of OpenSSL's own.
  [[nodiscard]] static SigningKey generate(Algorithm algorithm, Entropy& entropy);

  SigningKey(SigningKey&&) noexcept;
  SigningKey& operator=(SigningKey&&) noexcept;
  ~SigningKey();

  [[nodiscard]] Algorithm algorithm() const;
  // RFC 7638 thumbprint, base64url of SHA-256: 43 characters.
  [[nodiscard]] const std::string& kid() const;
  // Raw JWS signature: 64 bytes for ES256 (r||s) and EdDSA, 32 for HS256, the modulus size for RS256.
  // Throws std::runtime_error for a verify-only key.
  [[nodiscard]] std::string sign(std::string_view message) const;
  // False for every other signature, of whatever length. Never throws on invalid input.
  [[nodiscard]] bool verify(std::string_view message, std::string_view signature) const;
  // Public JWK with kid, use and alg; nothing for HS256, which has no public half.
  [[nodiscard]] std::optional<Json> public_jwk() const;
  // PEM to be kept in a file of mode 0600.
  [[nodiscard]] Secret private_pem() const;

 private:
  struct Parts;
  explicit SigningKey(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace cardea
