#include "token/p256_signature.h"

#include <optional>
#include <stdexcept>

#include "base/digest.h"

namespace cardea {
namespace {

using namespace openssl;

constexpr std::size_t number_size = 32;
constexpr std::size_t longest_der = 2 + 2 * (2 + 1 + number_size);  // RFC 3279 section 2.2.3

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
  std::string der(longest_der, '\0');
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
