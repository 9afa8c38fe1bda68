#include "keys/public_key.h"

#include <openssl/rsa.h>
#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "base/encoding.h"
#include "base/json.h"
#include "keys/openssl.h"
#include "keys/rsa.h"

namespace cardea {
namespace {

using namespace openssl;

enum class Padding { none, pkcs1, pss };

struct Scheme {
  std::string_view name;
  std::string_view kind;      // kty RSA, or the crv
  const EVP_MD* (*digest)();  // none: the scheme hashes by itself
  Padding padding;            // of RSA
  std::size_t number_size;    // of r and of s, for ECDSA
};

constexpr std::array<Scheme, 13> schemes{{
    {"RS256", "RSA", EVP_sha256, Padding::pkcs1, 0},
    {"RS384", "RSA", EVP_sha384, Padding::pkcs1, 0},
    {"RS512", "RSA", EVP_sha512, Padding::pkcs1, 0},
    {"PS256", "RSA", EVP_sha256, Padding::pss, 0},
    {"PS384", "RSA", EVP_sha384, Padding::pss, 0},
    {"PS512", "RSA", EVP_sha512, Padding::pss, 0},
    {"ES256", "P-256", EVP_sha256, Padding::none, 32},
    {"ES384", "P-384", EVP_sha384, Padding::none, 48},
    {"ES512", "P-521", EVP_sha512, Padding::none, 66},
    {"EdDSA", "Ed25519", nullptr, Padding::none, 0},
    {"EdDSA", "Ed448", nullptr, Padding::none, 0},
    {"Ed25519", "Ed25519", nullptr, Padding::none, 0},
    {"Ed448", "Ed448", nullptr, Padding::none, 0},
}};

std::string bytes_member(const Json& jwk, std::string_view name) {
  return base64url_decode(string_member(jwk, name).value_or("")).value_or("");
}

// x and y have the full size of the curve's numbers (RFC 7518 section 6.2.1.2). Null off the curve.
KeyPointer ec_key(const Json& jwk, const Scheme& scheme) {
  const auto x = bytes_member(jwk, "x");
  const auto y = bytes_member(jwk, "y");
  if (x.size() != scheme.number_size || y.size() != scheme.number_size) return nullptr;
  const auto point = '\x04' + x + y;
  const std::string group(scheme.kind);
  const ParameterBuilder builder{OSSL_PARAM_BLD_new()};
  if (!builder ||
      OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, group.c_str(), 0) != 1 ||
      OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size()) !=
          1)
    return nullptr;
  const Parameters parameters{OSSL_PARAM_BLD_to_param(builder.get())};
  const KeyContext context{EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr)};
  EVP_PKEY* key = nullptr;
  if (!parameters || !context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, parameters.get()) != 1)
    return nullptr;
  return KeyPointer{key};
}

KeyPointer okp_key(const Json& jwk, const Scheme& scheme) {
  const auto x = bytes_member(jwk, "x");
  const std::string curve(scheme.kind);
  return KeyPointer{EVP_PKEY_new_raw_public_key_ex(nullptr, curve.c_str(), nullptr, raw(x), x.size())};
}

KeyPointer key_of(const Json& jwk, const Scheme& scheme) {
  const auto kty = string_member(jwk, "kty").value_or("");
  if (scheme.padding != Padding::none) return kty == "RSA" ? rsa_public_key(jwk) : nullptr;
  if (string_member(jwk, "crv") != scheme.kind) return nullptr;
  if (scheme.number_size != 0) return kty == "EC" ? ec_key(jwk, scheme) : nullptr;
  return kty == "OKP" ? okp_key(jwk, scheme) : nullptr;
}

// r and s of equal size, one after the other (RFC 7518 section 3.4), as OpenSSL wants them. Empty if they
// are of another size.
std::string der_of(std::string_view signature, std::size_t number_size) {
  if (signature.size() != 2 * number_size) return {};
  const auto size = static_cast<int>(number_size);
  Number r{BN_bin2bn(raw(signature), size, nullptr)};
  Number s{BN_bin2bn(raw(signature) + number_size, size, nullptr)};
  const EcdsaSignature pair{ECDSA_SIG_new()};
  if (!r || !s || !pair || ECDSA_SIG_set0(pair.get(), r.get(), s.get()) != 1) return {};
  (void)r.release();
  (void)s.release();
  const int length = i2d_ECDSA_SIG(pair.get(), nullptr);
  std::string der(static_cast<std::size_t>(std::max(length, 0)), '\0');
  auto* position = reinterpret_cast<unsigned char*>(der.data());
  return length > 0 && i2d_ECDSA_SIG(pair.get(), &position) == length ? der : std::string{};
}

// The salt is as long as the hash (RFC 7518 section 3.5); the mask's hash is the same one.
bool set_padding(EVP_PKEY_CTX* context, Padding padding) {
  if (padding == Padding::none) return true;
  if (padding == Padding::pkcs1) return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) == 1;
  return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) == 1 &&
         EVP_PKEY_CTX_set_rsa_pss_saltlen(context, RSA_PSS_SALTLEN_DIGEST) == 1;
}

bool verifies(EVP_PKEY* key, const Scheme& scheme, std::string_view message, std::string_view signature) {
  const ErrorQueueCleaner cleaner;
  const DigestContext context{EVP_MD_CTX_new()};
  EVP_PKEY_CTX* key_context = nullptr;  // the digest context's own
  const auto* digest = scheme.digest == nullptr ? nullptr : scheme.digest();
  return context && EVP_DigestVerifyInit(context.get(), &key_context, digest, nullptr, key) == 1 &&
         set_padding(key_context, scheme.padding) &&
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
  std::string_view kind;
  for (const auto& scheme : schemes) {
    if (!is_meant_for(jwk, scheme.name) || (parts->key && scheme.kind != kind)) continue;
    if (!parts->key) parts->key = key_of(jwk, scheme);
    if (!parts->key) continue;
    kind = scheme.kind;
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
  if (scheme == nullptr) return false;
  if (scheme->number_size == 0) return verifies(parts_->key.get(), *scheme, message, signature);
  const auto der = der_of(signature, scheme->number_size);
  return !der.empty() && verifies(parts_->key.get(), *scheme, message, der);
}

}  // namespace cardea
