#include "keys/public_key.h"

#include <openssl/rsa.h>
#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "base/encoding.h"
#include "base/json.h"
#include "keys/material.h"
#include "keys/openssl.h"

namespace cardea {
namespace {

using namespace openssl;

enum class Kind { rsa_pkcs1, rsa_pss, ecdsa, eddsa };

struct Scheme {
  std::string_view name;
  std::string_view key;       // kty RSA, or the crv
  const EVP_MD* (*digest)();  // null: the scheme hashes by itself
  Kind kind;
};

constexpr std::array<Scheme, 13> schemes{{
    {"RS256", "RSA", EVP_sha256, Kind::rsa_pkcs1},
    {"RS384", "RSA", EVP_sha384, Kind::rsa_pkcs1},
    {"RS512", "RSA", EVP_sha512, Kind::rsa_pkcs1},
    {"PS256", "RSA", EVP_sha256, Kind::rsa_pss},
    {"PS384", "RSA", EVP_sha384, Kind::rsa_pss},
    {"PS512", "RSA", EVP_sha512, Kind::rsa_pss},
    {"ES256", "P-256", EVP_sha256, Kind::ecdsa},
    {"ES384", "P-384", EVP_sha384, Kind::ecdsa},
    {"ES512", "P-521", EVP_sha512, Kind::ecdsa},
    {"EdDSA", "Ed25519", nullptr, Kind::eddsa},
    {"EdDSA", "Ed448", nullptr, Kind::eddsa},
    {"Ed25519", "Ed25519", nullptr, Kind::eddsa},
    {"Ed448", "Ed448", nullptr, Kind::eddsa},
}};

KeyPointer okp_key(const Json& jwk, const Scheme& scheme) {
  if (string_member(jwk, "kty") != "OKP") return nullptr;
  const auto x = base64url_decode(string_member(jwk, "x").value_or("")).value_or("");
  const std::string curve(scheme.key);
  return KeyPointer{EVP_PKEY_new_raw_public_key_ex(nullptr, curve.c_str(), nullptr, raw(x), x.size())};
}

KeyPointer key_of(const Json& jwk, const Scheme& scheme) {
  if (scheme.key == "RSA") return rsa_public_key(jwk);
  if (string_member(jwk, "crv") != scheme.key) return nullptr;
  return scheme.kind == Kind::ecdsa ? ec_public_key(jwk) : okp_key(jwk, scheme);
}

bool verifies_ecdsa(EVP_PKEY* key, const Scheme& scheme, std::string_view message,
                    std::string_view signature) {
  std::array<std::uint8_t, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  return EVP_Digest(raw(message), message.size(), digest.data(), &size, scheme.digest(), nullptr) == 1 &&
         ecdsa_verifies(key, view_of(digest).substr(0, size), signature);
}

// The salt is as long as the hash (RFC 7518 section 3.5); the mask's hash is the same one.
bool set_padding(EVP_PKEY_CTX* context, Kind kind) {
  if (kind == Kind::rsa_pkcs1) return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) == 1;
  if (kind != Kind::rsa_pss) return true;
  return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) == 1 &&
         EVP_PKEY_CTX_set_rsa_pss_saltlen(context, RSA_PSS_SALTLEN_DIGEST) == 1;
}

bool verifies(EVP_PKEY* key, const Scheme& scheme, std::string_view message, std::string_view signature) {
  const ErrorQueueCleaner cleaner;
  if (scheme.kind == Kind::ecdsa) return verifies_ecdsa(key, scheme, message, signature);
  const DigestContext context{EVP_MD_CTX_new()};
  EVP_PKEY_CTX* key_context = nullptr;  // the digest context's own
  const auto* digest = scheme.digest == nullptr ? nullptr : scheme.digest();
  return context && EVP_DigestVerifyInit(context.get(), &key_context, digest, nullptr, key) == 1 &&
         set_padding(key_context, scheme.kind) &&
         EVP_DigestVerify(context.get(), raw(signature), signature.size(), raw(message), message.size()) == 1;
}

}  // namespace

struct PublicKey::Parts {
  KeyPointer key;
  std::vector<const Scheme*> schemes;  // what it verifies

  [[nodiscard]] const Scheme* find(std::string_view algorithm) const {
    const auto found = std::find_if(schemes.begin(), schemes.end(),
                                    [&](const Scheme* one) { return one->name == algorithm; });
    return found == schemes.end() ? nullptr : *found;
  }
};

bool is_public_key_algorithm(std::string_view name) {
  return std::any_of(schemes.begin(), schemes.end(), [&](const Scheme& one) { return one.name == name; });
}

bool is_meant_for(const Json& jwk, std::string_view algorithm) {
  if (jwk.contains("alg") && string_member(jwk, "alg") != algorithm) return false;
  if (jwk.contains("use") && string_member(jwk, "use") != "sig") return false;
  if (!jwk.contains("key_ops")) return true;
  const auto& operations = jwk.at("key_ops");
  return operations.is_array() &&
         std::find(operations.begin(), operations.end(), "verify") != operations.end();
}

PublicKey::PublicKey(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
PublicKey::PublicKey(PublicKey&&) noexcept = default;
PublicKey& PublicKey::operator=(PublicKey&&) noexcept = default;
PublicKey::~PublicKey() = default;

std::optional<PublicKey> PublicKey::of_jwk(const Json& jwk) {
  if (!jwk.is_object()) return std::nullopt;
  const ErrorQueueCleaner cleaner;
  auto parts = std::make_unique<Parts>();
  std::string_view key;
  for (const auto& scheme : schemes) {
    if (!is_meant_for(jwk, scheme.name) || (parts->key && scheme.key != key)) continue;
    if (!parts->key) parts->key = key_of(jwk, scheme);
    if (!parts->key) continue;
    key = scheme.key;
    parts->schemes.push_back(&scheme);
  }
  if (!parts->key) return std::nullopt;
  return PublicKey{std::move(parts)};
}

bool PublicKey::takes(std::string_view algorithm) const {
  return parts_->find(algorithm) != nullptr;
}

bool PublicKey::verify(std::string_view algorithm, std::string_view message,
                       std::string_view signature) const {
  const auto* scheme = parts_->find(algorithm);
  return scheme != nullptr && verifies(parts_->key.get(), *scheme, message, signature);
}

}  // namespace cardea
