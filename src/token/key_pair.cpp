#include "token/key_pair.h"

#include <stdexcept>

#include "base/encoding.h"
#include "base/json.h"
#include "token/random_secret.h"

namespace cardea {
namespace {

using namespace openssl;

constexpr std::size_t coordinate_size = 32;
constexpr std::size_t ed25519_size = 32;

KeyPointer required(EVP_PKEY* key, const char* what) {
  KeyPointer owned{key};
  if (owned) return owned;
  ERR_clear_error();
  throw std::runtime_error(std::string{"OpenSSL cannot make "} + what);
}

KeyPointer generate_ed25519(Entropy& entropy) {
  const auto seed = random_secret(ed25519_size, entropy);
  return required(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, raw(seed.reveal()), seed.size()),
                  "an Ed25519 key");
}

Number number_parameter(const EVP_PKEY* key, const char* name) {
  BIGNUM* value = nullptr;
  EVP_PKEY_get_bn_param(key, name, &value);
  return Number{value};
}

bool rsa_is_sound(const EVP_PKEY* key) {
  const int bits = EVP_PKEY_get_bits(key);
  if (bits < rsa_bits_minimum || bits > rsa_bits_maximum) return false;
  const auto exponent = number_parameter(key, OSSL_PKEY_PARAM_RSA_E);
  return exponent && BN_is_odd(exponent.get()) && !BN_is_one(exponent.get()) &&
         BN_num_bits(exponent.get()) <= 64;
}

bool is_p256(const EVP_PKEY* key) {
  char name[32] = {};
  std::size_t size = 0;
  return EVP_PKEY_get_group_name(key, name, sizeof name, &size) == 1 &&
         std::string_view{name} == SN_X9_62_prime256v1;
}

KeyPointer key_of_parameters(const char* type, OSSL_PARAM* parameters) {
  const KeyContext context{EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr)};
  if (!context || EVP_PKEY_fromdata_init(context.get()) != 1) return nullptr;
  EVP_PKEY* key = nullptr;
  if (EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, parameters) != 1) return nullptr;
  return KeyPointer{key};
}

// The member, base64url decoded; empty if it is missing or malformed.
std::string bytes_member(const Json& jwk, std::string_view name) {
  const auto text = string_member(jwk, name);
  if (!text) return {};
  return base64url_decode(*text).value_or("");
}

KeyPointer p256_of_jwk(const Json& jwk) {
  const auto x = bytes_member(jwk, "x");
  const auto y = bytes_member(jwk, "y");
  if (x.size() != coordinate_size || y.size() != coordinate_size) return nullptr;
  std::string group = SN_X9_62_prime256v1;
  std::string point = '\x04' + x + y;  // SEC 1 section 2.3.3, uncompressed
  OSSL_PARAM parameters[] = {
      OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, group.data(), group.size()),
      OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size()),
      OSSL_PARAM_construct_end()};
  return key_of_parameters("EC", parameters);
}

KeyPointer ed25519_of_jwk(const Json& jwk) {
  const auto x = bytes_member(jwk, "x");
  if (x.size() != ed25519_size) return nullptr;
  return KeyPointer{EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, raw(x), x.size())};
}

KeyPointer rsa_of_jwk(const Json& jwk) {
  const auto modulus = bytes_member(jwk, "n");
  const auto exponent = bytes_member(jwk, "e");
  if (modulus.empty() || exponent.empty() || modulus.size() > rsa_bits_maximum / 8 + 1) return nullptr;
  const Number n{BN_bin2bn(raw(modulus), static_cast<int>(modulus.size()), nullptr)};
  const Number e{BN_bin2bn(raw(exponent), static_cast<int>(exponent.size()), nullptr)};
  const ParameterBuilder builder{OSSL_PARAM_BLD_new()};
  if (!n || !e || !builder || OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n.get()) != 1 ||
      OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e.get()) != 1)
    return nullptr;
  const Parameters parameters{OSSL_PARAM_BLD_to_param(builder.get())};
  return parameters ? key_of_parameters("RSA", parameters.get()) : nullptr;
}

KeyPointer any_key_of_jwk(const Json& jwk) {
  const auto type = string_member(jwk, "kty");
  const auto curve = string_member(jwk, "crv");
  if (type == "RSA") return rsa_of_jwk(jwk);
  if (type == "EC" && curve == "P-256") return p256_of_jwk(jwk);
  if (type == "OKP" && curve == "Ed25519") return ed25519_of_jwk(jwk);
  return nullptr;
}

// size 0 means: as many bytes as the number needs (Base64urlUInt, RFC 7518 section 2).
std::string number_text(const EVP_PKEY* key, const char* name, std::size_t size) {
  const auto number = number_parameter(key, name);
  if (!number) throw std::runtime_error(std::string{"OpenSSL does not tell a key's "} + name);
  std::string bytes(size != 0 ? size : static_cast<std::size_t>(BN_num_bytes(number.get())), '\0');
  BN_bn2binpad(number.get(), reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
  return base64url_encode(bytes);
}

std::string ed25519_text(const EVP_PKEY* key) {
  std::array<std::uint8_t, ed25519_size> bytes{};
  std::size_t size = bytes.size();
  if (EVP_PKEY_get_raw_public_key(key, bytes.data(), &size) != 1 || size != bytes.size())
    throw std::runtime_error("OpenSSL does not tell an Ed25519 public key");
  return base64url_encode(view_of(bytes));
}

}  // namespace

KeyPointer generate_key_pair(Algorithm algorithm, Entropy& entropy) {
  switch (algorithm) {
    case Algorithm::es256:
      return required(EVP_EC_gen(SN_X9_62_prime256v1), "a P-256 key");
    case Algorithm::eddsa:
      return generate_ed25519(entropy);
    case Algorithm::rs256:
      return required(EVP_RSA_gen(rsa_bits_minimum), "an RSA key");
    case Algorithm::hs256:
      break;
  }
  throw std::logic_error("HS256 has no key pair");
}

std::optional<Algorithm> algorithm_of_key_pair(const EVP_PKEY* key) {
  const ErrorQueueCleaner cleaner;
  if (EVP_PKEY_is_a(key, "EC") && is_p256(key)) return Algorithm::es256;
  if (EVP_PKEY_is_a(key, "ED25519")) return Algorithm::eddsa;
  if (EVP_PKEY_is_a(key, "RSA") && rsa_is_sound(key)) return Algorithm::rs256;
  return std::nullopt;
}

KeyPointer public_key_of_jwk(const Json& jwk) {
  const ErrorQueueCleaner cleaner;
  return any_key_of_jwk(jwk);
}

Json jwk_of_public_key(const EVP_PKEY* key, Algorithm algorithm) {
  switch (algorithm) {
    case Algorithm::es256:
      return Json{{"kty", "EC"},
                  {"crv", "P-256"},
                  {"x", number_text(key, OSSL_PKEY_PARAM_EC_PUB_X, coordinate_size)},
                  {"y", number_text(key, OSSL_PKEY_PARAM_EC_PUB_Y, coordinate_size)}};
    case Algorithm::eddsa:
      return Json{{"kty", "OKP"}, {"crv", "Ed25519"}, {"x", ed25519_text(key)}};
    case Algorithm::rs256:
      return Json{{"kty", "RSA"},
                  {"n", number_text(key, OSSL_PKEY_PARAM_RSA_N, 0)},
                  {"e", number_text(key, OSSL_PKEY_PARAM_RSA_E, 0)}};
    case Algorithm::hs256:
      break;
  }
  throw std::logic_error("HS256 has no public key");
}

}  // namespace cardea
