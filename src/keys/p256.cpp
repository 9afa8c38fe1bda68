#define OPENSSL_SUPPRESS_DEPRECATED  // the EC_KEY functions: see the header
#include "keys/p256.h"

#include <algorithm>
#include <array>
#include <stdexcept>

#include "base/digest.h"
#include "base/encoding.h"
#include "base/json.h"

namespace cardea {
namespace {

using namespace openssl;
using EcKey = std::unique_ptr<EC_KEY, Freed<EC_KEY_free>>;

constexpr int p256 = NID_X9_62_prime256v1;
constexpr std::size_t p256_number_size = 32;

struct Curve {
  std::string_view name;  // crv
  int nid;
};
constexpr std::array<Curve, 3> curves{{{"P-256", p256}, {"P-384", NID_secp384r1}, {"P-521", NID_secp521r1}}};

// Of a coordinate, and of r and s.
std::size_t number_size(const EC_KEY* key) {
  return (static_cast<std::size_t>(EC_GROUP_get_degree(EC_KEY_get0_group(key))) + 7) / 8;
}

std::string coordinate(const Json& jwk, std::string_view name) {
  return base64url_decode(string_member(jwk, name).value_or("")).value_or("");
}

KeyPointer wrapped(const EcKey& key) {
  KeyPointer pair{EVP_PKEY_new()};
  return pair && EVP_PKEY_set1_EC_KEY(pair.get(), key.get()) == 1 ? std::move(pair) : nullptr;
}

bool is_p256(const EVP_PKEY* key) {
  return EC_GROUP_get_curve_name(EC_KEY_get0_group(EVP_PKEY_get0_EC_KEY(key))) == p256;
}

bool has_valid_scalar(const EC_KEY* key) {
  const auto* scalar = EC_KEY_get0_private_key(key);
  return scalar != nullptr && !BN_is_zero(scalar) && !BN_is_negative(scalar) &&
         BN_cmp(scalar, EC_GROUP_get0_order(EC_KEY_get0_group(key))) < 0;
}

}  // namespace

KeyPointer ec_public_key(const Json& jwk) {
  const ErrorQueueCleaner cleaner;
  const auto name = string_member(jwk, "crv").value_or("");
  const auto curve =
      std::find_if(curves.begin(), curves.end(), [&](const Curve& one) { return one.name == name; });
  if (string_member(jwk, "kty") != "EC" || curve == curves.end()) return nullptr;
  const EcKey key{EC_KEY_new_by_curve_name(curve->nid)};
  const auto x = coordinate(jwk, "x");
  const auto y = coordinate(jwk, "y");
  if (!key || x.size() != number_size(key.get()) || y.size() != number_size(key.get())) return nullptr;
  const auto point = '\x04' + x + y;  // uncompressed (SEC 1 section 2.3.3)
  return EC_KEY_oct2key(key.get(), raw(point), point.size(), nullptr) == 1 ? wrapped(key) : nullptr;
}

bool ecdsa_verifies(EVP_PKEY* key, std::string_view digest, std::string_view signature) {
  const ErrorQueueCleaner cleaner;
  const EcKey ec_key{EVP_PKEY_get1_EC_KEY(key)};
  const auto size = number_size(ec_key.get());
  if (signature.size() != 2 * size) return false;
  Number r{BN_bin2bn(raw(signature), static_cast<int>(size), nullptr)};
  Number s{BN_bin2bn(raw(signature) + size, static_cast<int>(size), nullptr)};
  const EcdsaSignature numbers{ECDSA_SIG_new()};
  if (!r || !s || !numbers || ECDSA_SIG_set0(numbers.get(), r.get(), s.get()) != 1) return false;
  (void)r.release();
  (void)s.release();
  return ECDSA_do_verify(raw(digest), static_cast<int>(digest.size()), numbers.get(), ec_key.get()) == 1;
}

std::unique_ptr<P256Key> P256Key::generate() {
  const ErrorQueueCleaner cleaner;
  const EcKey key{EC_KEY_new_by_curve_name(p256)};
  auto pair = key && EC_KEY_generate_key(key.get()) == 1 ? wrapped(key) : nullptr;
  if (!pair) throw std::runtime_error("OpenSSL cannot make a P-256 key");
  return std::unique_ptr<P256Key>{new P256Key{std::move(pair), true}};
}

std::unique_ptr<P256Key> P256Key::of_jwk(const Json& jwk) {
  auto key = ec_public_key(jwk);
  if (!key || !is_p256(key.get())) return nullptr;
  return std::unique_ptr<P256Key>{new P256Key{std::move(key), false}};
}

std::unique_ptr<P256Key> P256Key::of_private_key(std::string_view der) {
  const ErrorQueueCleaner cleaner;
  const EcKey key{EC_KEY_new_by_curve_name(p256)};
  auto* read = key.get();
  const auto* position = raw(der);
  // It may name a curve of its own, which then takes the place of P-256.
  if (!key || d2i_ECPrivateKey(&read, &position, static_cast<long>(der.size())) == nullptr ||
      position != raw(der) + der.size() || !has_valid_scalar(key.get()))
    return nullptr;
  auto pair = wrapped(key);
  if (!pair || !is_p256(pair.get())) return nullptr;
  return std::unique_ptr<P256Key>{new P256Key{std::move(pair), true}};
}

Secret P256Key::thumbprint_text() const {
  return Secret{json_text(*public_members())};
}

std::optional<Json> P256Key::public_members() const {
  const auto* key = EVP_PKEY_get0_EC_KEY(pair_.get());
  std::array<std::uint8_t, 1 + 2 * p256_number_size> point{};
  if (EC_POINT_point2oct(EC_KEY_get0_group(key), EC_KEY_get0_public_key(key), POINT_CONVERSION_UNCOMPRESSED,
                         point.data(), point.size(), nullptr) != point.size())
    throw std::runtime_error("OpenSSL does not tell a P-256 key's point");
  return Json{{"kty", "EC"},
              {"crv", "P-256"},
              {"x", base64url_encode(view_of(point).substr(1, p256_number_size))},
              {"y", base64url_encode(view_of(point).substr(1 + p256_number_size))}};
}

std::string P256Key::sign(std::string_view message) const {
  if (!can_sign_) throw std::runtime_error("a public key cannot sign");
  const ErrorQueueCleaner cleaner;
  const EcKey key{EVP_PKEY_get1_EC_KEY(pair_.get())};
  const auto digest = sha256(message);
  const EcdsaSignature numbers{ECDSA_do_sign(digest.data(), static_cast<int>(digest.size()), key.get())};
  if (!numbers) throw std::runtime_error("signing failed");
  std::string signature(2 * p256_number_size, '\0');
  auto* out = reinterpret_cast<unsigned char*>(signature.data());
  BN_bn2binpad(ECDSA_SIG_get0_r(numbers.get()), out, p256_number_size);
  BN_bn2binpad(ECDSA_SIG_get0_s(numbers.get()), out + p256_number_size, p256_number_size);
  return signature;
}

bool P256Key::verify(std::string_view message, std::string_view signature) const {
  return ecdsa_verifies(pair_.get(), view_of(sha256(message)), signature);
}

PemBlock P256Key::private_block() const {
  if (!can_sign_) throw std::runtime_error("a public key has no private half");
  return pkcs8_block(pair_.get());
}

}  // namespace cardea
