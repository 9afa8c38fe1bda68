// Keys and signatures of P-256 at the edges of what is one. Wycheproof's vectors are in tests/token.
#include "keys/material.h"

#include <boost/test/unit_test.hpp>

#include "base/digest.h"
#include "base/encoding.h"
#include "base/json.h"

using namespace cardea;
using namespace cardea::openssl;

namespace {

constexpr std::string_view one = "0000000000000000000000000000000000000000000000000000000000000001";
constexpr std::string_view order = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";
constexpr std::string_view order_minus_one =
    "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632550";

std::string with_bit_turned(std::string bytes, std::size_t bit) {
  bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << (bit % 8)));
  return bytes;
}

// n - s verifies where s does; that is how ECDSA is.
std::string with_other_sign(const std::string& signature) {
  const auto n = hex_decode(order).value();
  const Number largest{BN_bin2bn(raw(n), 32, nullptr)};
  const Number s{BN_bin2bn(raw(signature) + 32, 32, nullptr)};
  BN_sub(s.get(), largest.get(), s.get());
  auto other = signature;
  BN_bn2binpad(s.get(), reinterpret_cast<unsigned char*>(other.data()) + 32, 32);
  return other;
}

// The ECPrivateKey with that head and those members behind the number, as RFC 5915 has them.
std::unique_ptr<P256Key> key_of_number(std::string_view number, std::string_view head = "30250201010420",
                                       std::string_view tail = "") {
  return P256Key::of_private_key(hex_decode(head).value() + hex_decode(number).value() +
                                 hex_decode(tail).value());
}

Json fresh_jwk() {
  return P256Key::generate()->public_members().value();
}

Json with(Json jwk, const char* name, const std::string& value) {
  jwk[name] = value;
  return jwk;
}

std::string bytes_of(const Json& jwk, const char* name) {
  return base64url_decode(string_member(jwk, name).value()).value();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(p256)

BOOST_AUTO_TEST_CASE(a_signature_is_of_one_message_and_of_one_key) {
  for (int round = 0; round < 8; ++round) {
    const auto pair = P256Key::generate();
    const auto key = P256Key::of_jwk(pair->public_members().value());
    const std::string message(static_cast<std::size_t>(round * 37), 'm');
    const auto signature = pair->sign(message);
    BOOST_TEST(key->verify(message, signature));
    BOOST_TEST(key->verify(message, with_other_sign(signature)));
    BOOST_TEST(!key->verify(message + 'x', signature));
    BOOST_TEST(!P256Key::of_jwk(fresh_jwk())->verify(message, signature));
    for (std::size_t bit = 0; bit < 512; bit += 13)
      BOOST_TEST(!key->verify(message, with_bit_turned(signature, bit)), "bit " << bit);
  }
}

BOOST_AUTO_TEST_CASE(a_signature_of_another_size_is_refused) {
  const auto key = P256Key::generate();
  const auto signature = key->sign("message");
  BOOST_TEST(key->verify("message", signature));
  for (const auto& other : {std::string{}, signature.substr(1), signature.substr(0, 63), signature + '\0',
                            '\0' + signature, std::string(64, '\0')})
    BOOST_TEST(!key->verify("message", other));
}

BOOST_AUTO_TEST_CASE(a_key_that_only_verifies_does_not_sign) {
  const auto key = P256Key::of_jwk(fresh_jwk());
  BOOST_CHECK_THROW((void)key->sign("message"), std::runtime_error);
  BOOST_CHECK_THROW((void)key->private_block(), std::runtime_error);
}

BOOST_AUTO_TEST_CASE(a_point_is_on_the_curve_and_its_numbers_have_their_full_size) {
  const auto jwk = fresh_jwk();
  const auto x = bytes_of(jwk, "x");
  const auto y = bytes_of(jwk, "y");
  BOOST_TEST((P256Key::of_jwk(jwk) != nullptr));
  for (const auto& spoiled :
       {with(jwk, "y", base64url_encode(with_bit_turned(y, 255))), with(jwk, "x", base64url_encode(y)),
        with(jwk, "x", base64url_encode(x.substr(1))), with(jwk, "x", base64url_encode('\0' + x)),
        with(jwk, "y", ""), with(jwk, "x", base64url_encode(std::string(32, '\xFF'))),
        with(jwk, "kty", "EC2"), with(jwk, "crv", "P-384"), with(jwk, "crv", std::string{"P-256\0", 6})})
    BOOST_TEST((P256Key::of_jwk(spoiled) == nullptr), json_text(spoiled));
}

// The generator of P-384 (SEC 2 section 2.5.1).
BOOST_AUTO_TEST_CASE(a_key_of_another_curve_is_no_key_of_es256) {
  const auto text = [](std::string_view hex) { return base64url_encode(hex_decode(hex).value()); };
  const Json jwk{
      {"kty", "EC"},
      {"crv", "P-384"},
      {"x",
       text(
           "aa87ca22be8b05378eb1c71ef320ad746e1d3b628ba79b9859f741e082542a385502f25dbf55296c3a545e3872760ab7")},
      {"y",
       text(
           "3617de4a96262c6f5d9e98bf9292dc29f8f41dbd289a147ce9da3113b5f0b8c00a60b1ce1d7e819d7a431d7c90ea0e5f")}};
  BOOST_TEST((ec_public_key(jwk) != nullptr));
  BOOST_TEST((P256Key::of_jwk(jwk) == nullptr));
}

BOOST_AUTO_TEST_CASE(the_number_of_a_private_key_is_above_zero_and_below_the_order) {
  BOOST_TEST((key_of_number(one) != nullptr));
  BOOST_TEST((key_of_number(order_minus_one) != nullptr));
  BOOST_TEST((key_of_number(order) == nullptr));
  BOOST_TEST((key_of_number(std::string(64, '0')) == nullptr));
  BOOST_TEST((key_of_number(std::string(64, 'f')) == nullptr));
}

BOOST_AUTO_TEST_CASE(a_private_key_without_its_public_half_is_given_it) {
  const auto key = key_of_number(one);
  BOOST_REQUIRE(key != nullptr);
  BOOST_TEST(hex_encode(bytes_of(key->public_members().value(), "x")) ==
             "6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296");
  BOOST_TEST(P256Key::of_jwk(key->public_members().value())->verify("message", key->sign("message")));
}

BOOST_AUTO_TEST_CASE(a_private_key_may_name_its_curve_and_no_other) {
  BOOST_TEST((key_of_number(one, "30310201010420", "a00a06082a8648ce3d030107") != nullptr));
  BOOST_TEST((key_of_number(one, "302e0201010420", "a00706052b81040022") == nullptr));
}

BOOST_AUTO_TEST_CASE(a_private_key_ends_where_its_size_says) {
  BOOST_TEST((key_of_number(one, "30250201010420", "00") == nullptr));
  BOOST_TEST((key_of_number(one, "30260201010420") == nullptr));
  BOOST_TEST((P256Key::of_private_key("") == nullptr));
}

// As `openssl genpkey` writes it: with the public half, and without the name of the curve inside.
BOOST_AUTO_TEST_CASE(a_private_key_is_written_in_openssl_s_form) {
  const auto block = P256Key::generate()->private_block();
  BOOST_TEST(block.label == "PRIVATE KEY");
  BOOST_TEST_REQUIRE(block.bytes.size() == 138U);
  BOOST_TEST(hex_encode(block.bytes.reveal().substr(0, 36)) ==
             "308187020100301306072a8648ce3d020106082a8648ce3d030107046d306b0201010420");
  BOOST_TEST(hex_encode(block.bytes.reveal().substr(68, 6)) == "a14403420004");
}

BOOST_AUTO_TEST_SUITE_END()
