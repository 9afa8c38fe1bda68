// Project Wycheproof's answers (tests/vectors/wycheproof, Apache-2.0) against ours.
#include <boost/test/unit_test.hpp>
#include <map>

#include "base/encoding.h"
#include "support/key_room.h"
#include "token/access_token.h"

using namespace cardea;

namespace {

// Where our answer differs from the file's, and why. Each must differ: when the file is mended, this fails.
const std::map<int, std::string> deviations = {
    {372,
     "marked valid, but '?' stands inside the header: a character outside the alphabet must be refused "
     "(draft-ietf-oauth-rfc8725bis; RFC 7515 section 2)"},
    {373, "the same, in the payload"},
    {367, "marked invalid for its padding, but the padding was lost: the text is that of the valid case 357"},
    {370, "the same; a_padded_part_is_refused below has the padding"},
};

Json key_of_group(const Json& group) {
  return group.contains("public") ? group["public"] : group["private"];
}

bool is_offered(const Json& key) {
  const auto name = string_member(key, "alg");
  return !name || algorithm_of_jose_name(*name).has_value();
}

bool we_accept(const Json& key, const Json& test) {
  const auto signing_key = SigningKey::of_jwk(key);
  const auto jws = test["jws"].is_string() ? parse_jws(test["jws"].get<std::string>()) : std::nullopt;
  return signing_key && jws && jws_is_signed_by(*jws, *signing_key);
}

// result is "acceptable" where both answers do.
void check_primitive(const SigningKey& key, const Json& test) {
  const auto message = hex_decode(test["msg"].get<std::string>());
  const auto signature = hex_decode(test["sig"].get<std::string>());
  BOOST_TEST_REQUIRE((message && signature));
  if (test["result"] == "acceptable") return;
  BOOST_TEST_CONTEXT("tcId " << test["tcId"] << ' ' << test["comment"])
  BOOST_TEST(key.verify(*message, *signature) == (test["result"] == "valid"));
}

std::string base64url_of_hex(const Json& hex) {
  return base64url_encode(hex_decode(hex.get<std::string>()).value());
}

// Not every group gives its key as a JWK, but all give its numbers.
Json p256_jwk(const Json& group) {
  const auto point = hex_decode(group["publicKey"]["uncompressed"].get<std::string>()).value();
  return {{"kty", "EC"},
          {"crv", "P-256"},
          {"x", base64url_encode(point.substr(1, 32))},
          {"y", base64url_encode(point.substr(33))}};
}

Json ed25519_jwk(const Json& group) {
  return {{"kty", "OKP"}, {"crv", "Ed25519"}, {"x", base64url_of_hex(group["publicKey"]["pk"])}};
}

Json rsa_jwk(const Json& group) {
  return {{"kty", "RSA"},
          {"n", base64url_of_hex(group["publicKey"]["modulus"])},
          {"e", base64url_of_hex(group["publicKey"]["publicExponent"])}};
}

int check_file(const std::string& name, Json (*jwk_of)(const Json& group)) {
  int count = 0;
  const auto file = vectors("wycheproof/" + name);
  for (const auto& group : file["testGroups"]) {
    const auto key = SigningKey::of_jwk(jwk_of(group));
    BOOST_TEST_REQUIRE(key.has_value());
    for (const auto& test : group["tests"]) {
      check_primitive(*key, test);
      ++count;
    }
  }
  return count;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(wycheproof)

BOOST_AUTO_TEST_CASE(all_401_signed_texts_get_the_answer_they_deserve) {
  int cases = 0;
  int accepted = 0;
  const auto file = vectors("wycheproof/json_web_signature_test.json");
  for (const auto& group : file["testGroups"]) {
    const auto key = key_of_group(group);
    for (const auto& test : group["tests"]) {
      const bool valid = test["result"] == "valid" && is_offered(key);
      const bool expected = valid != deviations.contains(test["tcId"].get<int>());
      const bool answer = we_accept(key, test);
      BOOST_TEST_CONTEXT("tcId " << test["tcId"] << ' ' << test["comment"]) BOOST_TEST(answer == expected);
      ++cases;
      accepted += answer ? 1 : 0;
    }
  }
  BOOST_TEST(cases == 401);
  BOOST_TEST(accepted == 20);
}

BOOST_AUTO_TEST_CASE(a_padded_part_is_refused) {
  const std::string header = "eyJraWQiOiJoczI1Ni1rZXkiLCJhbGciOiJIUzI1NiJ9";
  const std::string mac = "c1LROH7eNQwUT8KMVEO52VC3WZ9e_AnDWbZ7aMmowV8";
  BOOST_TEST(parse_jws(header + ".VGVzdA." + mac).has_value());
  BOOST_TEST(!parse_jws(header + ".VGVzdA." + mac + '=').has_value());
  BOOST_TEST(!parse_jws(header + ".VGVzdA==." + mac).has_value());
  BOOST_TEST(!parse_jws(header + "==.VGVzdA." + mac).has_value());
}

BOOST_AUTO_TEST_CASE(ecdsa_signatures_over_p256) {
  BOOST_TEST(check_file("ecdsa_secp256r1_sha256_p1363_test.json", p256_jwk) == 262);
}

BOOST_AUTO_TEST_CASE(ed25519_signatures) {
  BOOST_TEST(check_file("ed25519_test.json", ed25519_jwk) == 151);
}

BOOST_AUTO_TEST_CASE(rsa_signatures_of_2048_bits) {
  BOOST_TEST(check_file("rsa_signature_2048_sha256_test.json", rsa_jwk) == 259);
}

BOOST_AUTO_TEST_CASE(rsa_signatures_of_3072_bits) {
  BOOST_TEST(check_file("rsa_signature_3072_sha256_test.json", rsa_jwk) == 259);
}

BOOST_AUTO_TEST_SUITE_END()
