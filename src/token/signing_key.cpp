#include "token/signing_key.h"

#include <algorithm>
#include <bitset>
#include <stdexcept>

#include "base/digest.h"
#include "base/encoding.h"
#include "base/json.h"
#include "base/utf8.h"
#include "token/key_pair.h"
#include "token/pem.h"
#include "token/random_secret.h"

namespace cardea {

struct SigningKey::Parts {
  Algorithm algorithm{};
  openssl::KeyPointer pair;  // null for HS256
  Secret shared;             // HS256 only
  bool can_sign = false;
  std::string kid;
};

namespace {

constexpr std::string_view pkcs8_label = "PRIVATE KEY";
constexpr std::string_view hmac_label = "CARDEA HMAC KEY";
constexpr std::size_t hmac_size_minimum = 32;  // RFC 7518 section 3.2
constexpr std::size_t hmac_size_maximum = 256;
constexpr std::size_t different_bytes_minimum = 16;

// RFC 7638: SHA-256 of the members that make the key, sorted, without blanks.
std::string thumbprint(std::string_view required_members) {
  return base64url_encode(view_of(sha256(required_members)));
}

// Covers the secret itself. With 256 random bits in it, that tells nothing (RFC 7638 section 7).
std::string thumbprint_of_secret(const Secret& shared) {
  const Secret text{base64url_encode(shared.reveal())};
  std::string members;
  members.reserve(text.size() + 32);
  members.append(R"({"k":")").append(text.reveal()).append(R"(","kty":"oct"})");
  return thumbprint(Secret{std::move(members)}.reveal());
}

bool hmac_size_fits(std::string_view bytes) {
  return bytes.size() >= hmac_size_minimum && bytes.size() <= hmac_size_maximum;
}

// Random bytes are never text. What is text was typed by somebody, and can be guessed by somebody else,
// however long it is (RFC 8725 section 3.5).
bool is_text(std::string_view bytes) {
  const auto is_control = [](unsigned char byte) { return byte < 0x20 || byte == 0x7F; };
  return std::none_of(bytes.begin(), bytes.end(), is_control) && is_utf8(bytes);
}

bool looks_random(std::string_view bytes) {
  std::bitset<256> seen;
  for (const unsigned char byte : bytes) seen.set(byte);
  return seen.count() >= different_bytes_minimum && !is_text(bytes);
}

// RFC 7517 sections 4.2 to 4.4: what the key's owner says it is for.
bool is_meant_for(const Json& jwk, Algorithm algorithm) {
  if (jwk.contains("alg") && string_member(jwk, "alg") != jose_name(algorithm)) return false;
  if (jwk.contains("use") && string_member(jwk, "use") != "sig") return false;
  if (!jwk.contains("key_ops")) return true;
  const auto& operations = jwk.at("key_ops");
  return operations.is_array() &&
         std::find(operations.begin(), operations.end(), "verify") != operations.end();
}

}  // namespace

std::string_view jose_name(Algorithm algorithm) {
  switch (algorithm) {
    case Algorithm::es256:
      return "ES256";
    case Algorithm::eddsa:
      return "EdDSA";
    case Algorithm::hs256:
      return "HS256";
    case Algorithm::rs256:
      return "RS256";
  }
  throw std::logic_error("an algorithm without a name");
}

std::optional<Algorithm> algorithm_of_jose_name(std::string_view name) {
  for (const auto algorithm : {Algorithm::es256, Algorithm::eddsa, Algorithm::hs256, Algorithm::rs256})
    if (name == jose_name(algorithm)) return algorithm;
  return std::nullopt;
}

SigningKey::SigningKey(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {
  const auto& pair = parts_->pair;
  parts_->kid = pair ? thumbprint(json_text(jwk_of_public_key(pair.get(), parts_->algorithm)))
                     : thumbprint_of_secret(parts_->shared);
}

SigningKey::SigningKey(SigningKey&&) noexcept = default;
SigningKey& SigningKey::operator=(SigningKey&&) noexcept = default;
SigningKey::~SigningKey() = default;

std::optional<SigningKey> SigningKey::of_pem(const Secret& pem) {
  auto block = parse_pem(pem.reveal());
  if (!block) return std::nullopt;
  auto parts = std::make_unique<Parts>();
  parts->can_sign = true;
  if (block->label == hmac_label) {
    if (!hmac_size_fits(block->bytes.reveal()) || !looks_random(block->bytes.reveal())) return std::nullopt;
    parts->algorithm = Algorithm::hs256;
    parts->shared = std::move(block->bytes);
    return SigningKey{std::move(parts)};
  }
  if (block->label != pkcs8_label) return std::nullopt;
  parts->pair = key_pair_of_pkcs8(block->bytes);
  const auto algorithm = parts->pair ? algorithm_of_key_pair(parts->pair.get()) : std::nullopt;
  if (!algorithm) return std::nullopt;
  parts->algorithm = *algorithm;
  return SigningKey{std::move(parts)};
}

std::optional<SigningKey> SigningKey::of_jwk(const Json& jwk) {
  if (!jwk.is_object()) return std::nullopt;
  auto parts = std::make_unique<Parts>();
  if (string_member(jwk, "kty") == "oct") {
    auto bytes = base64url_decode(string_member(jwk, "k").value_or(""));
    if (!bytes || !hmac_size_fits(*bytes)) return std::nullopt;
    parts->algorithm = Algorithm::hs256;
    parts->shared = Secret{std::move(*bytes)};
  } else {
    parts->pair = public_key_of_jwk(jwk);
    const auto algorithm = parts->pair ? algorithm_of_key_pair(parts->pair.get()) : std::nullopt;
    if (!algorithm) return std::nullopt;
    parts->algorithm = *algorithm;
  }
  if (!is_meant_for(jwk, parts->algorithm)) return std::nullopt;
  return SigningKey{std::move(parts)};
}

SigningKey SigningKey::generate(Algorithm algorithm, Entropy& entropy) {
  auto parts = std::make_unique<Parts>();
  parts->algorithm = algorithm;
  parts->can_sign = true;
  if (algorithm != Algorithm::hs256) {
    parts->pair = generate_key_pair(algorithm, entropy);
    return SigningKey{std::move(parts)};
  }
  parts->shared = random_secret(hmac_size_minimum, entropy);
  if (!looks_random(parts->shared.reveal())) throw std::runtime_error("the source of randomness is broken");
  return SigningKey{std::move(parts)};
}

Algorithm SigningKey::algorithm() const {
  return parts_->algorithm;
}

const std::string& SigningKey::kid() const {
  return parts_->kid;
}

std::string SigningKey::sign(std::string_view message) const {
  if (!parts_->can_sign) throw std::runtime_error("a public key cannot sign");
  if (parts_->pair) return sign_with_key_pair(parts_->pair.get(), parts_->algorithm, message);
  return std::string{view_of(hmac_sha256(parts_->shared.reveal(), message))};
}

bool SigningKey::verify(std::string_view message, std::string_view signature) const {
  if (parts_->pair) return verify_with_public_key(parts_->pair.get(), parts_->algorithm, message, signature);
  return equal_in_constant_time(view_of(hmac_sha256(parts_->shared.reveal(), message)), signature);
}

std::optional<Json> SigningKey::public_jwk() const {
  if (!parts_->pair) return std::nullopt;
  auto jwk = jwk_of_public_key(parts_->pair.get(), parts_->algorithm);
  jwk["kid"] = parts_->kid;
  jwk["use"] = "sig";
  jwk["alg"] = jose_name(parts_->algorithm);
  return jwk;
}

Secret SigningKey::private_pem() const {
  if (!parts_->can_sign) throw std::runtime_error("a public key has no private half");
  if (!parts_->pair) return write_pem(hmac_label, parts_->shared);
  return write_pem(pkcs8_label, pkcs8_of_key_pair(parts_->pair.get()));
}

}  // namespace cardea
