// What a signing key is made of, one class for each algorithm, and the PEM text of its file (RFC 7468 section 3,
// the strict form).
//
// A plain CGI program reads its key directory once for each request, and the first time OpenSSL looks for one
// of its providers costs more than all the rest of a verify. So nothing is asked of a provider before a key
// signs; only RSA keys need one to be read.
#pragma once

#include <openssl/types.h>
#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/entropy.h"
#include "base/json_fwd.h"
#include "base/secret.h"
#include "config/settings.h"
#include "keys/openssl.h"

namespace cardea {

// Labels of our PEM blocks, besides hmac_label.
inline constexpr std::string_view pkcs8_label = "PRIVATE KEY";
inline constexpr std::string_view refresh_key_label = "CARDEA REFRESH KEY";  // a key of refresh tokens
inline constexpr std::size_t refresh_key_size = 32;

struct PemBlock {
  std::string label;  // "PRIVATE KEY"
  Secret bytes;
};

// Nothing if the text is not exactly one block. Lines may be of any length and may end in CR LF.
[[nodiscard]] std::optional<PemBlock> parse_pem(std::string_view text);

// Lines of 64 characters.
[[nodiscard]] Secret write_pem(std::string_view label, const Secret& bytes);

// The key pair as PKCS #8 (RFC 5208), in the form that `openssl genpkey` writes. Throws std::runtime_error if
// OpenSSL does not write it.
[[nodiscard]] PemBlock pkcs8_block(const EVP_PKEY* pair);

// Fresh random bytes.
[[nodiscard]] Secret random_secret(std::size_t size, Entropy& entropy);

class KeyMaterial {
 public:
  virtual ~KeyMaterial() = default;
  [[nodiscard]] virtual Algorithm algorithm() const = 0;
  // The text whose SHA-256 names the key (RFC 7638 section 3): the required members, sorted, without blanks.
  [[nodiscard]] virtual Secret thumbprint_text() const = 0;
  // The same members as a JWK; nothing if there is no public half.
  [[nodiscard]] virtual std::optional<Json> public_members() const = 0;
  // The raw signature of JWS. Throws std::runtime_error for a key that only verifies.
  [[nodiscard]] virtual std::string sign(std::string_view message) const = 0;
  // False for every other signature, of whatever length.
  [[nodiscard]] virtual bool verify(std::string_view message, std::string_view signature) const = 0;
  // For the key file. Throws std::runtime_error for a key that only verifies.
  [[nodiscard]] virtual PemBlock private_block() const = 0;
};

// Section: HS256 (RFC 7518 section 3.2), a secret that both signs and verifies.

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

// Section: EdDSA with Ed25519 (RFC 8032, RFC 8037), by libsodium: twice as fast as OpenSSL's, and stricter: keys and
// points of small order and numbers that are not in their shortest form are refused.

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

// Section: ECDSA (RFC 7518 section 3.4), by OpenSSL: ES256 of our own keys, and signatures of other people's keys on
// P-256, P-384 and P-521.
//
// The EC_KEY functions are used, which OpenSSL 3 calls deprecated: they need no provider. The first fetch from a
// provider takes about 0.6 ms, which a plain CGI program would pay with every request that it verifies. Signing
// draws random numbers, for which OpenSSL does ask a provider.

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

// Section: RS256 (RFC 7518 section 3.3), by OpenSSL.

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
