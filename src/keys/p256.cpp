#include "keys/p256.h"

#include <optional>
#include <stdexcept>

#include "base/digest.h"
#include "base/encoding.h"
#include "base/json.h"

namespace cardea {
namespace {

using namespace openssl;
using namespace std::string_view_literals;

constexpr std::size_t number_size = 32;
constexpr std::size_t point_size = 1 + 2 * number_size;

constexpr auto pkcs8_head =
    "\x30\x81\x87\x02\x01\x00\x30\x13\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x08\x2a\x86\x48\xce\x3d\x03\x01"
    "\x07"
    "\x04\x6d\x30\x6b\x02\x01\x01\x04\x20"sv;
constexpr auto pkcs8_middle = "\xa1\x44\x03\x42\x00"sv;
constexpr std::size_t pkcs8_size = pkcs8_head.size() + number_size + pkcs8_middle.size() + point_size;

std::string coordinate(const Json& jwk, std::string_view name) {
  return base64url_decode(string_member(jwk, name).value_or("")).value_or("");
}

// Empty if the key does not tell it.
Secret number_parameter(const EVP_PKEY* key, const char* name) {
  BIGNUM* value = nullptr;
  EVP_PKEY_get_bn_param(key, name, &value);
  const Number number{value};
  if (!number) return Secret{};
  std::string bytes(number_size, '\0');
  const int size = BN_bn2binpad(number.get(), reinterpret_cast<unsigned char*>(bytes.data()),
                                static_cast<int>(number_size));
  Secret secret{std::move(bytes)};
  return size < 0 ? Secret{} : secret;
}

bool is_p256(const EVP_PKEY* key) {
  char name[32] = {};
  std::size_t size = 0;
  return EVP_PKEY_is_a(key, "EC") && EVP_PKEY_get_group_name(key, name, sizeof name, &size) == 1 &&
         std::string_view{name} == SN_X9_62_prime256v1;
}

KeyPointer key_pair_of(std::string_view point, const Secret& scalar) {
  const Number number{BN_bin2bn(raw(scalar.reveal()), static_cast<int>(scalar.size()), BN_secure_new())};
  const ParameterBuilder builder{OSSL_PARAM_BLD_new()};
  if (!number || !builder ||
      OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, SN_X9_62_prime256v1, 0) !=
          1 ||
      OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size()) !=
          1 ||
      OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_PRIV_KEY, number.get()) != 1)
    return nullptr;
  const Parameters parameters{OSSL_PARAM_BLD_to_param(builder.get())};
  const KeyContext context{EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr)};
  EVP_PKEY* key = nullptr;
  if (!parameters || !context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_KEYPAIR, parameters.get()) != 1)
    return nullptr;
  return KeyPointer{key};
}

}  // namespace

std::unique_ptr<P256Key> P256Key::of_numbers(std::string point, Secret scalar) {
  if (!scalar.empty() && !is_p256_scalar(scalar.reveal())) return nullptr;
  auto on_curve = p256_point(point);
  if (!on_curve) return nullptr;
  return std::unique_ptr<P256Key>{new P256Key{std::move(point), std::move(on_curve), std::move(scalar)}};
}

std::unique_ptr<P256Key> P256Key::generate() {
  const ErrorQueueCleaner cleaner;
  const KeyPointer pair{EVP_EC_gen(SN_X9_62_prime256v1)};
  auto key = pair ? of_key_pair(pair.get()) : nullptr;
  if (!key) throw std::runtime_error("OpenSSL cannot make a P-256 key");
  return key;
}

std::unique_ptr<P256Key> P256Key::of_jwk(const Json& jwk) {
  if (string_member(jwk, "kty") != "EC" || string_member(jwk, "crv") != "P-256") return nullptr;
  const auto x = coordinate(jwk, "x");
  const auto y = coordinate(jwk, "y");
  if (x.size() != number_size || y.size() != number_size) return nullptr;
  return of_numbers('\x04' + x + y, Secret{});
}

std::unique_ptr<P256Key> P256Key::of_usual_pkcs8(std::string_view der) {
  if (der.size() != pkcs8_size || !der.starts_with(pkcs8_head)) return nullptr;
  const auto numbers = der.substr(pkcs8_head.size());
  if (numbers.substr(number_size, pkcs8_middle.size()) != pkcs8_middle) return nullptr;
  return of_numbers(std::string{numbers.substr(number_size + pkcs8_middle.size())},
                    Secret::copy_of(numbers.substr(0, number_size)));
}

std::unique_ptr<P256Key> P256Key::of_key_pair(const EVP_PKEY* pair) {
  if (!is_p256(pair)) return nullptr;
  const auto x = number_parameter(pair, OSSL_PKEY_PARAM_EC_PUB_X);
  const auto y = number_parameter(pair, OSSL_PKEY_PARAM_EC_PUB_Y);
  auto scalar = number_parameter(pair, OSSL_PKEY_PARAM_PRIV_KEY);
  if (scalar.empty()) return nullptr;
  return of_numbers(std::string{'\x04'}.append(x.reveal()).append(y.reveal()), std::move(scalar));
}

Secret P256Key::thumbprint_text() const {
  return Secret{json_text(*public_members())};
}

std::optional<Json> P256Key::public_members() const {
  const std::string_view bytes = bytes_;
  return Json{{"kty", "EC"},
              {"crv", "P-256"},
              {"x", base64url_encode(bytes.substr(1, number_size))},
              {"y", base64url_encode(bytes.substr(1 + number_size))}};
}

std::string P256Key::sign(std::string_view message) const {
  if (scalar_.empty()) throw std::runtime_error("a public key cannot sign");
  const ErrorQueueCleaner cleaner;
  if (!signer_) {
    const auto pair = key_pair_of(bytes_, scalar_);
    if (!pair) throw std::runtime_error("OpenSSL does not take a P-256 key");
    signer_.emplace(pair.get());
  }
  return signer_->sign(message);
}

bool P256Key::verify(std::string_view message, std::string_view signature) const {
  return p256_verifies(point_.get(), message, signature);
}

PemBlock P256Key::private_block() const {
  if (scalar_.empty()) throw std::runtime_error("a public key has no private half");
  std::string der;
  der.reserve(pkcs8_size);
  der.append(pkcs8_head).append(scalar_.reveal()).append(pkcs8_middle).append(bytes_);
  return {std::string{pkcs8_label}, Secret{std::move(der)}};
}

namespace {

using namespace openssl;

constexpr std::size_t max_der = 2 + 2 * (2 + 1 + number_size);  // RFC 3279 section 2.2.3

// Made once; nobody changes it, so all threads may use it.
const EC_GROUP* curve() {
  static const Curve group{EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1)};
  if (!group) throw std::runtime_error("OpenSSL does not know P-256");
  return group.get();
}

Number number_of(std::string_view bytes) {
  return Number{BN_bin2bn(raw(bytes), static_cast<int>(bytes.size()), nullptr)};
}

bool is_in_range(const BIGNUM* number, const BIGNUM* order) {
  return !BN_is_zero(number) && BN_cmp(number, order) < 0;
}

// The multiples of the generator and of the key's point whose sum is the point that the signer had.
struct Multiples {
  Number of_generator{BN_new()};
  Number of_point{BN_new()};
};

std::optional<Multiples> multiples(std::string_view message, const BIGNUM* r, const BIGNUM* s,
                                   const BIGNUM* order, BN_CTX* context) {
  const auto digest = number_of(view_of(sha256(message)));
  const Number inverse{BN_mod_inverse(nullptr, s, order, context)};
  Multiples found;
  if (!digest || !inverse || !found.of_generator || !found.of_point) return std::nullopt;
  if (BN_mod_mul(found.of_generator.get(), digest.get(), inverse.get(), order, context) != 1 ||
      BN_mod_mul(found.of_point.get(), r, inverse.get(), order, context) != 1)
    return std::nullopt;
  return found;
}

// Its x, modulo the order; null at infinity.
Number x_of_sum(const Multiples& factors, const EC_POINT* point, const BIGNUM* order, BN_CTX* context) {
  const CurvePoint sum{EC_POINT_new(curve())};
  Number x{BN_new()};
  if (!sum || !x ||
      EC_POINT_mul(curve(), sum.get(), factors.of_generator.get(), point, factors.of_point.get(), context) !=
          1 ||
      EC_POINT_is_at_infinity(curve(), sum.get()) == 1 ||
      EC_POINT_get_affine_coordinates(curve(), sum.get(), x.get(), nullptr, context) != 1 ||
      BN_nnmod(x.get(), x.get(), order, context) != 1)
    return nullptr;
  return x;
}

std::string raw_of_der(const std::string& der) {
  const auto* position = raw(der);
  const EcdsaSignature parsed{d2i_ECDSA_SIG(nullptr, &position, static_cast<long>(der.size()))};
  if (!parsed) throw std::runtime_error("signing gave no ECDSA signature");
  std::string bytes(2 * number_size, '\0');
  auto* out = reinterpret_cast<unsigned char*>(bytes.data());
  BN_bn2binpad(ECDSA_SIG_get0_r(parsed.get()), out, static_cast<int>(number_size));
  BN_bn2binpad(ECDSA_SIG_get0_s(parsed.get()), out + number_size, static_cast<int>(number_size));
  return bytes;
}

}  // namespace

CurvePoint p256_point(std::string_view bytes) {
  CurvePoint point{EC_POINT_new(curve())};
  const bool uncompressed = bytes.size() == 1 + 2 * number_size && bytes.front() == '\x04';
  if (point && uncompressed &&
      EC_POINT_oct2point(curve(), point.get(), raw(bytes), bytes.size(), nullptr) == 1)
    return point;
  ERR_clear_error();
  return nullptr;
}

bool is_p256_scalar(std::string_view bytes) {
  const auto number = number_of(bytes);
  return bytes.size() == number_size && number && is_in_range(number.get(), EC_GROUP_get0_order(curve()));
}

P256Signer::P256Signer(EVP_PKEY* pair)
    : context_(EVP_PKEY_CTX_new(pair, nullptr)), sha256_(EVP_MD_fetch(nullptr, "SHA256", nullptr)) {
  if (!context_ || !sha256_ || EVP_PKEY_sign_init(context_.get()) != 1 ||
      EVP_PKEY_CTX_set_signature_md(context_.get(), sha256_.get()) != 1)
    throw std::runtime_error("OpenSSL does not sign with this key");
}

std::string P256Signer::sign(std::string_view message) const {
  Digest digest{};  // by OpenSSL, which is awake by now and uses the processor's own instructions
  std::string der(max_der, '\0');
  std::size_t size = der.size();
  if (EVP_Digest(raw(message), message.size(), digest.data(), nullptr, sha256_.get(), nullptr) != 1 ||
      EVP_PKEY_sign(context_.get(), reinterpret_cast<unsigned char*>(der.data()), &size, digest.data(),
                    digest.size()) != 1)
    throw std::runtime_error("signing failed");
  der.resize(size);
  return raw_of_der(der);
}

bool p256_verifies(const EC_POINT* point, std::string_view message, std::string_view signature) {
  if (signature.size() != 2 * number_size) return false;
  const auto r = number_of(signature.substr(0, number_size));
  const auto s = number_of(signature.substr(number_size));
  const auto* order = EC_GROUP_get0_order(curve());
  const NumberContext context{BN_CTX_new()};
  if (!r || !s || !context || !is_in_range(r.get(), order) || !is_in_range(s.get(), order)) return false;
  const auto factors = multiples(message, r.get(), s.get(), order, context.get());
  const auto x = factors ? x_of_sum(*factors, point, order, context.get()) : nullptr;
  return x && BN_cmp(x.get(), r.get()) == 0;
}

}  // namespace cardea
