#include "keys/signing_key.h"

#include <stdexcept>

#include "base/digest.h"
#include "base/encoding.h"
#include "base/json.h"
#include "keys/material.h"
#include "keys/openssl.h"
#include "keys/public_key.h"

namespace cardea {

struct SigningKey::Parts {
  std::unique_ptr<KeyMaterial> material;
  std::string kid;
};

namespace {

using Material = std::unique_ptr<KeyMaterial>;

// The outer form is read in the same way for all kinds. OpenSSL's decoder would read the inner one, too, but it belongs
// to a provider and takes about a millisecond the first time; so only RSA keys go through it.
Material material_of_pkcs8(std::string_view der) {
  const openssl::ErrorQueueCleaner cleaner;
  const auto* position = openssl::raw(der);
  const openssl::Pkcs8 pkcs8{d2i_PKCS8_PRIV_KEY_INFO(nullptr, &position, static_cast<long>(der.size()))};
  if (!pkcs8 || position != openssl::raw(der) + der.size()) return nullptr;
  const X509_ALGOR* algorithm = nullptr;
  const unsigned char* bytes = nullptr;
  int size = 0;
  PKCS8_pkey_get0(nullptr, &bytes, &size, &algorithm, pkcs8.get());
  const std::string_view inner{reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size)};
  const ASN1_OBJECT* kind = nullptr;
  int type = V_ASN1_UNDEF;
  const void* parameter = nullptr;
  X509_ALGOR_get0(&kind, &type, &parameter, algorithm);
  switch (OBJ_obj2nid(kind)) {
    case NID_X9_62_id_ecPublicKey:  // RFC 5480 section 2.1.1: the curve
      return type == V_ASN1_OBJECT &&
                     OBJ_obj2nid(static_cast<const ASN1_OBJECT*>(parameter)) == NID_X9_62_prime256v1
                 ? P256Key::of_private_key(inner)
                 : nullptr;
    case NID_ED25519:  // RFC 8410 section 3: no parameter
      return type == V_ASN1_UNDEF ? Ed25519Key::of_private_key(inner) : nullptr;
    case NID_rsaEncryption:
      return RsaKey::of_key_pair(openssl::KeyPointer{EVP_PKCS82PKEY(pkcs8.get())});
    default:
      return nullptr;
  }
}

Material material_of_block(PemBlock block) {
  if (block.label == hmac_label) return HmacKey::of_random_bytes(std::move(block.bytes));
  return block.label == pkcs8_label ? material_of_pkcs8(block.bytes.reveal()) : nullptr;
}

Material material_of_jwk(const Json& jwk) {
  if (string_member(jwk, "kty") == "oct") {
    auto bytes = base64url_decode(string_member(jwk, "k").value_or(""));
    return bytes ? HmacKey::of_bytes(Secret{std::move(*bytes)}) : nullptr;
  }
  if (auto key = P256Key::of_jwk(jwk)) return key;
  if (auto key = Ed25519Key::of_jwk(jwk)) return key;
  return RsaKey::of_jwk(jwk);
}

Material new_material(Algorithm algorithm, Entropy& entropy) {
  switch (algorithm) {
    case Algorithm::es256:
      return P256Key::generate();
    case Algorithm::eddsa:
      return Ed25519Key::generate(entropy);
    case Algorithm::hs256:
      return HmacKey::generate(entropy);
    case Algorithm::rs256:
      return RsaKey::generate();
  }
  throw std::logic_error("an algorithm without keys");
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
  parts_->kid = base64url_encode(view_of(sha256(parts_->material->thumbprint_text().reveal())));
}

SigningKey::SigningKey(SigningKey&&) noexcept = default;
SigningKey& SigningKey::operator=(SigningKey&&) noexcept = default;
SigningKey::~SigningKey() = default;

std::optional<SigningKey> SigningKey::of_pem(const Secret& pem) {
  auto block = parse_pem(pem.reveal());
  auto material = block ? material_of_block(std::move(*block)) : nullptr;
  if (!material) return std::nullopt;
  return SigningKey{std::make_unique<Parts>(Parts{std::move(material), {}})};
}

std::optional<SigningKey> SigningKey::of_jwk(const Json& jwk) {
  if (!jwk.is_object()) return std::nullopt;
  auto material = material_of_jwk(jwk);
  if (!material || !is_meant_for(jwk, jose_name(material->algorithm()))) return std::nullopt;
  return SigningKey{std::make_unique<Parts>(Parts{std::move(material), {}})};
}

SigningKey SigningKey::generate(Algorithm algorithm, Entropy& entropy) {
  return SigningKey{std::make_unique<Parts>(Parts{new_material(algorithm, entropy), {}})};
}

Algorithm SigningKey::algorithm() const {
  return parts_->material->algorithm();
}

const std::string& SigningKey::kid() const {
  return parts_->kid;
}

std::string SigningKey::sign(std::string_view message) const {
  return parts_->material->sign(message);
}

bool SigningKey::verify(std::string_view message, std::string_view signature) const {
  return parts_->material->verify(message, signature);
}

std::optional<Json> SigningKey::public_jwk() const {
  auto jwk = parts_->material->public_members();
  if (!jwk) return std::nullopt;
  (*jwk)["kid"] = parts_->kid;
  (*jwk)["use"] = "sig";
  (*jwk)["alg"] = jose_name(algorithm());
  return jwk;
}

Secret SigningKey::private_pem() const {
  const auto block = parts_->material->private_block();
  return write_pem(block.label, block.bytes);
}

}  // namespace cardea
