// What a signing key is made of, one class for each algorithm, and the PEM text of its file (RFC 7468 section 3,
// the strict form).
//
// A plain CGI program reads its key directory once for each request, and the first time OpenSSL looks for one
// of its providers costs more than all the rest of a verify. So nothing is asked of a provider before a key
// signs; only RSA keys need one to be read.
#pragma once

#include <openssl/types.h>
#include <optional>
#include <string>
#include <string_view>

#include "base/entropy.h"
#include "base/json_fwd.h"
#include "base/secret.h"
#include "config/settings.h"

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

}  // namespace cardea
