// Signatures of every algorithm that an ID token may have, by somebody else's public key.
#include "keys/public_key.h"

#include <openssl/rsa.h>
#include <boost/test/unit_test.hpp>
#include <set>
#include <string>
#include <vector>

#include "base/encoding.h"
#include "keys/openssl.h"
#include "support/key_room.h"
#include "token/access_token.h"

using namespace cardea;

namespace {

using namespace cardea::openssl;

// A key pair of OpenSSL's, its public JWK, and what it signs.
struct Pair {
  KeyPointer key;
  Json jwk;
};

std::string number(const EVP_PKEY* key, const char* name, int size = 0) {
  BIGNUM* value = nullptr;
  EVP_PKEY_get_bn_param(key, name, &value);
  const Number owned{value};
  std::string bytes(static_cast<std::size_t>(size == 0 ? BN_num_bytes(value) : size), '\0');
  BN_bn2binpad(value, reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
  return base64url_encode(bytes);
}

Pair rsa_pair(unsigned bits) {
  KeyPointer key{EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", static_cast<std::size_t>(bits))};
  Json jwk{{"kty", "RSA"},
           {"n", number(key.get(), OSSL_PKEY_PARAM_RSA_N)},
           {"e", number(key.get(), OSSL_PKEY_PARAM_RSA_E)}};
  return {std::move(key), std::move(jwk)};
}

Pair ec_pair(const char* curve, int size) {
  KeyPointer key{EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", curve)};
  Json jwk{{"kty", "EC"},
           {"crv", curve},
           {"x", number(key.get(), OSSL_PKEY_PARAM_EC_PUB_X, size)},
           {"y", number(key.get(), OSSL_PKEY_PARAM_EC_PUB_Y, size)}};
  return {std::move(key), std::move(jwk)};
}

Pair okp_pair(const char* curve) {
  KeyPointer key{EVP_PKEY_Q_keygen(nullptr, nullptr, curve)};
  std::string bytes(64, '\0');
  std::size_t size = bytes.size();
  EVP_PKEY_get_raw_public_key(key.get(), reinterpret_cast<unsigned char*>(bytes.data()), &size);
  bytes.resize(size);
  Json jwk{{"kty", "OKP"}, {"crv", curve}, {"x", base64url_encode(bytes)}};
  return {std::move(key), std::move(jwk)};
}

std::string signature(const Pair& pair, const char* digest, bool pss, std::string_view message,
                      int salt = RSA_PSS_SALTLEN_DIGEST) {
  const DigestContext context{EVP_MD_CTX_new()};
  EVP_PKEY_CTX* key = nullptr;
  EVP_DigestSignInit_ex(context.get(), &key, digest, nullptr, nullptr, pair.key.get(), nullptr);
  if (pss) {
    EVP_PKEY_CTX_set_rsa_padding(key, RSA_PKCS1_PSS_PADDING);
    EVP_PKEY_CTX_set_rsa_pss_saltlen(key, salt);
  }
  std::string bytes(2048, '\0');
  std::size_t size = bytes.size();
  BOOST_REQUIRE(EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(bytes.data()), &size,
                               raw(message), message.size()) == 1);
  bytes.resize(size);
  return bytes;
}

// r and s, each of that size.
std::string flat(const std::string& der, int size) {
  const auto* position = raw(der);
  const EcdsaSignature parsed{d2i_ECDSA_SIG(nullptr, &position, static_cast<long>(der.size()))};
  std::string bytes(2 * static_cast<std::size_t>(size), '\0');
  auto* out = reinterpret_cast<unsigned char*>(bytes.data());
  BN_bn2binpad(ECDSA_SIG_get0_r(parsed.get()), out, size);
  BN_bn2binpad(ECDSA_SIG_get0_s(parsed.get()), out + size, size);
  return bytes;
}

constexpr std::string_view message = "header.payload";

// Good as it is, and in no other way.
void check(const Json& jwk, std::string_view algorithm, const std::string& good) {
  const auto key = PublicKey::of_jwk(jwk);
  BOOST_REQUIRE(key.has_value());
  BOOST_TEST_CONTEXT(algorithm) {
    BOOST_TEST(key->takes(algorithm));
    BOOST_TEST(key->verify(algorithm, message, good));
    BOOST_TEST(!key->verify(algorithm, "header.payloae", good));
    for (const std::size_t at : {std::size_t{0}, good.size() / 2, good.size() - 1}) {
      auto changed = good;
      changed[at] = static_cast<char>(changed[at] ^ 1);
      BOOST_TEST(!key->verify(algorithm, message, changed));
    }
    for (const auto& wrong : {std::string{}, good.substr(1), good + '\0', std::string(good.size(), '\0')})
      BOOST_TEST(!key->verify(algorithm, message, wrong));
    for (const std::string_view other : {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256",
                                         "ES384", "ES512", "HS256", "none", ""})
      if (other != algorithm) BOOST_TEST(!key->verify(other, message, good), other);
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(public_keys)

BOOST_AUTO_TEST_CASE(an_rsa_key_verifies_six_algorithms_and_confuses_none) {
  const auto pair = rsa_pair(2048);
  for (const auto& [size, digest] :
       {std::pair{"256", "SHA256"}, std::pair{"384", "SHA384"}, std::pair{"512", "SHA512"}}) {
    check(pair.jwk, std::string("RS") + size, signature(pair, digest, false, message));
    check(pair.jwk, std::string("PS") + size, signature(pair, digest, true, message));
  }
}

BOOST_AUTO_TEST_CASE(a_salt_of_another_length_is_refused) {
  const auto pair = rsa_pair(2048);
  const auto key = PublicKey::of_jwk(pair.jwk);
  for (const int salt : {0, 20, 31, 33})
    BOOST_TEST(!key->verify("PS256", message, signature(pair, "SHA256", true, message, salt)), salt);
}

BOOST_AUTO_TEST_CASE(each_curve_has_its_algorithm) {
  const auto p256 = ec_pair("P-256", 32);
  const auto p384 = ec_pair("P-384", 48);
  const auto p521 = ec_pair("P-521", 66);
  check(p256.jwk, "ES256", flat(signature(p256, "SHA256", false, message), 32));
  check(p384.jwk, "ES384", flat(signature(p384, "SHA384", false, message), 48));
  check(p521.jwk, "ES512", flat(signature(p521, "SHA512", false, message), 66));
  const auto der = signature(p384, "SHA384", false, message);
  BOOST_TEST(!PublicKey::of_jwk(p384.jwk)->verify("ES384", message, der));
}

BOOST_AUTO_TEST_CASE(edwards_curves_have_two_names) {
  for (const auto* curve : {"Ed25519", "Ed448"}) {
    const auto pair = okp_pair(curve);
    const auto good = signature(pair, nullptr, false, message);
    const auto key = PublicKey::of_jwk(pair.jwk).value();
    BOOST_TEST(key.verify("EdDSA", message, good));
    BOOST_TEST(key.verify(curve, message, good));
    BOOST_TEST(!key.verify(curve[2] == '2' ? "Ed448" : "Ed25519", message, good));
    BOOST_TEST(!key.verify("EdDSA", message, good.substr(1)));
    BOOST_TEST(!key.verify("ES256", message, good));
  }
}

BOOST_AUTO_TEST_CASE(a_key_does_what_its_owner_says_and_nothing_else) {
  const auto pair = rsa_pair(2048);
  auto jwk = pair.jwk;
  jwk["alg"] = "PS384";
  const auto pinned = PublicKey::of_jwk(jwk).value();
  BOOST_TEST(pinned.verify("PS384", message, signature(pair, "SHA384", true, message)));
  BOOST_TEST(!pinned.verify("RS256", message, signature(pair, "SHA256", false, message)));
  jwk["alg"] = "RSA-OAEP";
  BOOST_TEST(!PublicKey::of_jwk(jwk));
  jwk = pair.jwk;
  jwk["use"] = "enc";
  BOOST_TEST(!PublicKey::of_jwk(jwk));
  jwk = pair.jwk;
  jwk["key_ops"] = Json::array({"encrypt"});
  BOOST_TEST(!PublicKey::of_jwk(jwk));
}

BOOST_AUTO_TEST_CASE(what_is_no_sound_public_key_is_left_out) {
  const auto ec = ec_pair("P-384", 48);
  auto off_curve = ec.jwk;
  off_curve["y"] = off_curve["x"];
  auto other_curve = ec.jwk;
  other_curve["crv"] = "P-256";
  auto short_number = ec.jwk;
  short_number["x"] = base64url_encode(std::string(47, 'x'));
  auto wrong_type = ec.jwk;
  wrong_type["kty"] = "OKP";
  for (const auto& jwk :
       {off_curve, other_curve, short_number, wrong_type, rsa_pair(1024).jwk, Json::object(), Json("text"),
        Json{{"kty", "oct"}, {"k", base64url_encode(std::string(32, 'k'))}},
        Json{{"kty", "OKP"}, {"crv", "X25519"}, {"x", base64url_encode(std::string(32, 'x'))}},
        Json{{"kty", "OKP"}, {"crv", "Ed25519"}, {"x", base64url_encode(std::string(31, 'x'))}},
        Json{{"kty", "EC"}, {"crv", "secp256k1"}, {"x", ec.jwk["x"]}, {"y", ec.jwk["y"]}}})
    BOOST_TEST(!PublicKey::of_jwk(jwk), json_text(jwk));
}

// Project Wycheproof's signed texts, RS384 to PS512 among them.
BOOST_AUTO_TEST_CASE(wycheproofs_signed_texts_get_the_answer_they_deserve) {
  int accepted = 0;
  std::set<std::string> algorithms;
  const auto file = vectors("wycheproof/json_web_signature_test.json");
  for (const auto& group : file["testGroups"]) {
    if (!group.contains("public")) continue;
    const auto& jwk = group["public"];
    const auto key = PublicKey::of_jwk(jwk);
    for (const auto& test : group["tests"]) {
      const auto jws = test["jws"].is_string() ? parse_jws(test["jws"].get<std::string>()) : std::nullopt;
      const auto algorithm = jws ? string_member(jws->header, "alg").value_or("") : "";
      // Left out: a name that is none (ES521), and texts whose alg is not the one that their key is for.
      const bool offered = algorithm == string_member(jwk, "alg") && is_public_key_algorithm(algorithm);
      const bool valid = test["result"] == "valid" && offered;
      const bool answer = key && jws && key->verify(algorithm, jws->signed_part, jws->signature);
      BOOST_TEST_CONTEXT("tcId " << test["tcId"] << ' ' << test["comment"]) BOOST_TEST(answer == valid);
      if (answer) algorithms.insert(algorithm);
      accepted += answer ? 1 : 0;
    }
  }
  BOOST_TEST(accepted == 32);
  BOOST_TEST(
      (algorithms == std::set<std::string>{"ES256", "PS256", "PS384", "PS512", "RS256", "RS384", "RS512"}));
}

BOOST_AUTO_TEST_SUITE_END()
