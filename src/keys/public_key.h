// A public key that a provider has published, and the signatures that it verifies (RFC 7518 section 3.1, RFC 8037,
// RFC 9864). Unlike a SigningKey, an RSA key here may verify several algorithms; the caller decides which of them
// may be used, never the token alone.
#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include "base/json_fwd.h"

namespace cardea {

// RS256 to RS512, PS256 to PS512, ES256, ES384, ES512, EdDSA, Ed25519, Ed448.
[[nodiscard]] bool is_public_key_algorithm(std::string_view name);

// True if alg, use and key_ops of the key, as far as it has them (RFC 7517 sections 4.2 to 4.4), allow to verify with
// that algorithm.
[[nodiscard]] bool is_meant_for(const Json& jwk, std::string_view algorithm);

class PublicKey {
 public:
  // RSA of 2048 to 8192 bits, P-256, P-384, P-521, Ed25519 or Ed448. Nothing if it is none of these, or meant
  // for no algorithm that it could verify.
  [[nodiscard]] static std::optional<PublicKey> of_jwk(const Json& jwk);

  PublicKey(PublicKey&&) noexcept;
  PublicKey& operator=(PublicKey&&) noexcept;
  ~PublicKey();

  // Whether the key is of that algorithm's type and curve, and meant for it.
  [[nodiscard]] bool takes(std::string_view algorithm) const;
  // False unless the key takes the algorithm and the raw JWS signature is valid.
  [[nodiscard]] bool verify(std::string_view algorithm, std::string_view message,
                            std::string_view signature) const;

 private:
  struct Parts;
  explicit PublicKey(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace cardea
