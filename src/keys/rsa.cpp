#include "keys/rsa.h"

#include <stdexcept>

#include "base/encoding.h"
#include "base/json.h"

namespace cardea {
namespace {

using namespace openssl;

Number number_parameter(const EVP_PKEY* key, const char* name) {
  BIGNUM* value = nullptr;
  EVP_PKEY_get_bn_param(key, name, &value);
  return Number{value};
}

bool is_sound(const EVP_PKEY* key) {
  const int bits = EVP_PKEY_get_bits(key);
  if (bits < min_rsa_bits || bits > max_rsa_bits) return false;
  const auto exponent = number_parameter(key, OSSL_PKEY_PARAM_RSA_E);
  return exponent && BN_is_odd(exponent.get()) && !BN_is_one(exponent.get()) &&
         BN_num_bits(exponent.get()) <= 64;
}

KeyPointer key_of_parameters(OSSL_PARAM* parameters) {
  const KeyContext context{EVP_PKEY_CTX_new_from_name(nullptr, "RSA", nullptr)};
  if (!context || EVP_PKEY_fromdata_init(context.get()) != 1) return nullptr;
  EVP_PKEY* key = nullptr;
  if (EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, parameters) != 1) return nullptr;
  return KeyPointer{key};
}

KeyPointer public_key_of(std::string_view modulus, std::string_view exponent) {
  const Number n{BN_bin2bn(raw(modulus), static_cast<int>(modulus.size()), nullptr)};
  const Number e{BN_bin2bn(raw(exponent), static_cast<int>(exponent.size()), nullptr)};
  const ParameterBuilder builder{OSSL_PARAM_BLD_new()};
  if (!n || !e || !builder || OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n.get()) != 1 ||
      OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e.get()) != 1)
    return nullptr;
  const Parameters parameters{OSSL_PARAM_BLD_to_param(builder.get())};
  return parameters ? key_of_parameters(parameters.get()) : nullptr;
}

// The member, base64url decoded; empty if it is missing or malformed.
std::string number_member(const Json& jwk, std::string_view name) {
  return base64url_decode(string_member(jwk, name).value_or("")).value_or("");
}

// As many bytes as the number needs (Base64urlUInt, RFC 7518 section 2).
std::string number_text(const EVP_PKEY* key, const char* name) {
  const auto number = number_parameter(key, name);
  if (!number) throw std::runtime_error(std::string{"OpenSSL does not tell a key's "} + name);
  std::string bytes(static_cast<std::size_t>(BN_num_bytes(number.get())), '\0');
  BN_bn2bin(number.get(), reinterpret_cast<unsigned char*>(bytes.data()));
  return base64url_encode(bytes);
}

// RSASSA-PKCS1-v1_5 (RFC 8017 section 8.2).
std::string signature_of(EVP_PKEY* key, std::string_view message) {
  const DigestContext context{EVP_MD_CTX_new()};
  std::string signature(static_cast<std::size_t>(EVP_PKEY_get_size(key)), '\0');
  std::size_t size = signature.size();
  const bool signed_well = context &&
                           EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key) == 1 &&
                           EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()),
                                          &size, raw(message), message.size()) == 1;
  if (!signed_well) throw std::runtime_error("signing failed");
  signature.resize(size);
  return signature;
}

}  // namespace

std::unique_ptr<RsaKey> RsaKey::generate() {
  const ErrorQueueCleaner cleaner;
  KeyPointer pair{EVP_RSA_gen(min_rsa_bits)};
  if (!pair) throw std::runtime_error("OpenSSL cannot make an RSA key");
  return std::unique_ptr<RsaKey>{new RsaKey{std::move(pair), true}};
}

KeyPointer rsa_public_key(const Json& jwk) {
  if (string_member(jwk, "kty") != "RSA") return nullptr;
  const ErrorQueueCleaner cleaner;
  const auto modulus = number_member(jwk, "n");
  const auto exponent = number_member(jwk, "e");
  if (modulus.empty() || exponent.empty() || modulus.size() > max_rsa_bits / 8 + 1) return nullptr;
  auto key = public_key_of(modulus, exponent);
  return key && is_sound(key.get()) ? std::move(key) : nullptr;
}

std::unique_ptr<RsaKey> RsaKey::of_jwk(const Json& jwk) {
  auto key = rsa_public_key(jwk);
  return key ? std::unique_ptr<RsaKey>{new RsaKey{std::move(key), false}} : nullptr;
}

std::unique_ptr<RsaKey> RsaKey::of_key_pair(KeyPointer pair) {
  if (!pair || !EVP_PKEY_is_a(pair.get(), "RSA") || !is_sound(pair.get())) return nullptr;
  return std::unique_ptr<RsaKey>{new RsaKey{std::move(pair), true}};
}

Secret RsaKey::thumbprint_text() const {
  return Secret{json_text(*public_members())};
}

std::optional<Json> RsaKey::public_members() const {
  return Json{{"kty", "RSA"},
              {"n", number_text(pair_.get(), OSSL_PKEY_PARAM_RSA_N)},
              {"e", number_text(pair_.get(), OSSL_PKEY_PARAM_RSA_E)}};
}

std::string RsaKey::sign(std::string_view message) const {
  if (!can_sign_) throw std::runtime_error("a public key cannot sign");
  const ErrorQueueCleaner cleaner;
  return signature_of(pair_.get(), message);
}

bool RsaKey::verify(std::string_view message, std::string_view signature) const {
  const ErrorQueueCleaner cleaner;
  const DigestContext context{EVP_MD_CTX_new()};
  return context && EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, pair_.get()) == 1 &&
         EVP_DigestVerify(context.get(), raw(signature), signature.size(), raw(message), message.size()) == 1;
}

PemBlock RsaKey::private_block() const {
  if (!can_sign_) throw std::runtime_error("a public key has no private half");
  const ErrorQueueCleaner cleaner;
  return pkcs8_block(pair_.get());
}

}  // namespace cardea
