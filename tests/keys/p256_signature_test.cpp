// Our verification of P-256 signatures beside OpenSSL's own.
#include "keys/p256.h"

#include <boost/test/unit_test.hpp>

#include "base/encoding.h"

using namespace cardea;
using namespace cardea::openssl;

namespace {

// What OpenSSL says of r and s, which it wants as DER.
bool openssl_verifies(EVP_PKEY* key, std::string_view message, const std::string& signature) {
  const EcdsaSignature numbers{ECDSA_SIG_new()};
  ECDSA_SIG_set0(numbers.get(), BN_bin2bn(raw(signature), 32, nullptr),
                 BN_bin2bn(raw(signature) + 32, 32, nullptr));
  unsigned char* der = nullptr;
  const int size = i2d_ECDSA_SIG(numbers.get(), &der);
  const DigestContext context{EVP_MD_CTX_new()};
  EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key);
  const int verdict =
      EVP_DigestVerify(context.get(), der, static_cast<std::size_t>(size), raw(message), message.size());
  OPENSSL_free(der);
  ERR_clear_error();
  return verdict == 1;
}

std::string point_of(const EVP_PKEY* key) {
  std::string bytes(65, '\0');
  std::size_t size = 0;
  EVP_PKEY_get_octet_string_param(key, OSSL_PKEY_PARAM_PUB_KEY,
                                  reinterpret_cast<unsigned char*>(bytes.data()), bytes.size(), &size);
  BOOST_TEST_REQUIRE(size == 65U);
  return bytes;
}

std::string with_bit_turned(std::string bytes, std::size_t bit) {
  bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << (bit % 8)));
  return bytes;
}

// n - s verifies where s does; that is how ECDSA is.
std::string with_other_sign(const std::string& signature) {
  const Number order{BN_new()};
  const Number s{BN_bin2bn(raw(signature) + 32, 32, nullptr)};
  BIGNUM* given = order.get();
  BN_hex2bn(&given, "FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551");
  BN_sub(s.get(), order.get(), s.get());
  auto other = signature;
  BN_bn2binpad(s.get(), reinterpret_cast<unsigned char*>(other.data()) + 32, 32);
  return other;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(p256_signatures)

BOOST_AUTO_TEST_CASE(every_verdict_is_openssl_s) {
  for (int round = 0; round < 8; ++round) {
    const KeyPointer pair{EVP_EC_gen("P-256")};
    const auto point = p256_point(point_of(pair.get()));
    BOOST_TEST_REQUIRE(point.get() != nullptr);
    const std::string message(static_cast<std::size_t>(round * 37), 'm');
    const auto signature = P256Signer(pair.get()).sign(message);
    const auto agree = [&](std::string_view text, const std::string& candidate, bool verdict) {
      BOOST_TEST(p256_verifies(point.get(), text, candidate) == verdict);
      BOOST_TEST(openssl_verifies(pair.get(), text, candidate) == verdict);
    };
    agree(message, signature, true);
    agree(message + 'x', signature, false);
    agree(message, with_other_sign(signature), true);
    for (std::size_t bit = 0; bit < 512; bit += 13) agree(message, with_bit_turned(signature, bit), false);
  }
}

BOOST_AUTO_TEST_CASE(a_signature_of_another_size_is_none) {
  const KeyPointer pair{EVP_EC_gen("P-256")};
  const auto point = p256_point(point_of(pair.get()));
  const auto signature = P256Signer(pair.get()).sign("message");
  BOOST_TEST(p256_verifies(point.get(), "message", signature));
  for (const auto& other : {std::string{}, signature.substr(1), signature + '\0', '\0' + signature})
    BOOST_TEST(!p256_verifies(point.get(), "message", other));
}

BOOST_AUTO_TEST_CASE(a_point_is_one_of_the_curve_in_its_long_form) {
  const KeyPointer pair{EVP_EC_gen("P-256")};
  const auto bytes = point_of(pair.get());
  BOOST_TEST((p256_point(bytes) != nullptr));
  BOOST_TEST((p256_point(with_bit_turned(bytes, 64 * 8)) == nullptr));
  BOOST_TEST((p256_point("\x02" + bytes.substr(1, 32)) == nullptr));
  BOOST_TEST((p256_point("\x06" + bytes.substr(1)) == nullptr));
  BOOST_TEST((p256_point(std::string(1, '\0')) == nullptr));
  BOOST_TEST((p256_point("") == nullptr));
}

BOOST_AUTO_TEST_CASE(a_scalar_is_more_than_nothing_and_less_than_the_order) {
  const auto scalar = [](const char* hex) { return is_p256_scalar(hex_decode(hex).value()); };
  BOOST_TEST(scalar("0000000000000000000000000000000000000000000000000000000000000001"));
  BOOST_TEST(scalar("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632550"));
  BOOST_TEST(!scalar("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551"));
  BOOST_TEST(!scalar("0000000000000000000000000000000000000000000000000000000000000000"));
  BOOST_TEST(!scalar("01"));
  BOOST_TEST(!scalar(""));
}

BOOST_AUTO_TEST_SUITE_END()
