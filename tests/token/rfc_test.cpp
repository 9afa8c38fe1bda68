// The examples printed in the RFCs.
#include <boost/test/unit_test.hpp>

#include "base/encoding.h"
#include "support/key_room.h"
#include "token/access_token.h"

using namespace cardea;

namespace {

Json example(const std::string& name) {
  return vectors("rfc/rfc_vectors.json").at(name);
}

bool is_signed_by(const Json& example, const Json& jwk) {
  const auto key = SigningKey::of_jwk(jwk);
  const auto jws = parse_jws(example["jws"].get<std::string>());
  return key && jws && jws_is_signed_by(*jws, *key);
}

Json ed25519_jwk() {
  return {{"kty", "OKP"}, {"crv", "Ed25519"}, {"x", example("rfc8037_A4_Ed25519")["x"]}};
}

// RFC 8410 section 7: the head of a PKCS #8 Ed25519 key; the 32 bytes of the seed follow.
std::string ed25519_pem() {
  const auto head = hex_decode("302e020100300506032b657004220420").value();
  const auto seed = base64url_decode(example("rfc8037_A4_Ed25519")["d"].get<std::string>()).value();
  return "-----BEGIN PRIVATE KEY-----\n" + base64_encode(head + seed) + "\n-----END PRIVATE KEY-----\n";
}

}  // namespace

BOOST_AUTO_TEST_SUITE(rfc_examples)

BOOST_AUTO_TEST_CASE(rfc7515_a1_hs256) {
  const auto given = example("rfc7515_A1_HS256");
  BOOST_TEST(is_signed_by(given, {{"kty", "oct"}, {"k", given["k"]}}));
  BOOST_TEST(!is_signed_by(given, {{"kty", "oct"}, {"k", given["k"].get<std::string>().replace(0, 1, "B")}}));
}

BOOST_AUTO_TEST_CASE(rfc7515_a3_es256) {
  const auto given = example("rfc7515_A3_ES256");
  const Json jwk{{"kty", "EC"}, {"crv", "P-256"}, {"x", given["x"]}, {"y", given["y"]}};
  BOOST_TEST(is_signed_by(given, jwk));
}

BOOST_AUTO_TEST_CASE(rfc7515_a5_without_a_signature_is_refused_by_every_key) {
  const auto given = example("rfc7515_A5_none");
  BOOST_TEST(parse_jws(given["jws"].get<std::string>()).has_value());
  BOOST_TEST(!is_signed_by(given, ed25519_jwk()));
  BOOST_TEST(!is_signed_by(given, {{"kty", "oct"}, {"k", example("rfc7515_A1_HS256")["k"]}}));
}

BOOST_AUTO_TEST_CASE(rfc8037_a4_eddsa_is_verified_and_written_byte_for_byte) {
  const auto given = example("rfc8037_A4_Ed25519");
  BOOST_TEST(is_signed_by(given, ed25519_jwk()));
  const auto key = SigningKey::of_pem(Secret{ed25519_pem()});
  BOOST_TEST_REQUIRE(key.has_value());
  const auto jws = parse_jws(given["jws"].get<std::string>());
  BOOST_TEST(key->sign(jws->signed_part) == jws->signature);
  BOOST_TEST(key->public_jwk()->at("x") == given["x"]);
}

BOOST_AUTO_TEST_CASE(rfc8037_a3_thumbprint) {
  BOOST_TEST(SigningKey::of_jwk(ed25519_jwk())->kid() ==
             example("rfc8037_A4_Ed25519")["thumbprint_A3"].get<std::string>());
}

// The key is printed in RFC 7638 section 3.1.
BOOST_AUTO_TEST_CASE(rfc7638_thumbprint) {
  const std::string modulus =
      "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_"
      "BJECPebWKRXjBZCiFV4n3oknjhMst"
      "n64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_"
      "FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn"
      "1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-"
      "kEgU8awapJzKnqDKgw";
  const auto key = SigningKey::of_jwk({{"kty", "RSA"}, {"e", "AQAB"}, {"alg", "RS256"}, {"n", modulus}});
  BOOST_TEST_REQUIRE(key.has_value());
  BOOST_TEST(key->kid() == example("rfc7638_example_thumbprint").get<std::string>());
}

BOOST_AUTO_TEST_CASE(rfc9449_thumbprint_of_a_p256_key) {
  const auto given = example("rfc9449_jkt");
  const auto key =
      SigningKey::of_jwk({{"kty", "EC"}, {"crv", "P-256"}, {"x", given["x"]}, {"y", given["y"]}});
  BOOST_TEST(key->kid() == given["jkt_in_rfc"].get<std::string>());
}

BOOST_AUTO_TEST_SUITE_END()
