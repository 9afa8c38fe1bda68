// Keys that others publish (RFC 7517): what we take and what we do not.
#include <boost/test/unit_test.hpp>

#include "base/encoding.h"
#include "keys/signing_key.h"
#include "support/key_room.h"

using namespace cardea;

namespace {

SigningKey fresh_key(Algorithm algorithm) {
  SystemEntropy entropy;
  return SigningKey::generate(algorithm, entropy);
}

std::string counting_bytes(std::size_t size) {
  std::string bytes;
  for (std::size_t i = 0; i < size; ++i) bytes.push_back(static_cast<char>(i * 7));
  return bytes;
}

Json public_jwk_of(const SigningKey& key) {
  return key.public_jwk().value();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(jwk)

BOOST_AUTO_TEST_CASE(a_jwk_meant_for_something_else_is_refused) {
  const auto good = public_jwk_of(fresh_key(Algorithm::es256));
  const std::pair<const char*, Json> spoils[] = {
      {"alg", "ES384"},
      {"alg", "EdDSA"},
      {"alg", "none"},
      {"alg", ""},
      {"alg", nullptr},
      {"alg", {"ES256"}},
      {"use", "enc"},
      {"use", ""},
      {"use", nullptr},
      {"use", {"sig"}},
      {"key_ops", {"encrypt"}},
      {"key_ops", {"sign"}},
      {"key_ops", "verify"},
      {"key_ops", Json::array()},
      {"key_ops", nullptr},
      {"kty", "oct"},
      {"kty", "RSA"},
      {"kty", "OKP"},
      {"kty", "ec"},
      {"kty", nullptr},
      {"crv", "P-384"},
      {"crv", "secp256k1"},
      {"crv", "p-256"},
      {"crv", nullptr},
      {"x", ""},
      {"x", nullptr},
      {"x", 1},
      {"x", base64url_encode(std::string(32, '\0'))},
      {"x", base64url_encode(std::string(31, '\1'))},
      {"x", base64url_encode(std::string(33, '\1'))},
      {"y", base64url_encode(std::string(32, '\xFF'))},
      {"y", good["x"]},
      {"x", good["x"].get<std::string>() + "="},
  };
  BOOST_TEST(SigningKey::of_jwk(good).has_value());
  for (const auto& [name, value] : spoils) {
    auto jwk = good;
    jwk[name] = value;
    BOOST_TEST_CONTEXT(jwk) BOOST_TEST(!SigningKey::of_jwk(jwk).has_value());
  }
  for (const auto* name : {"kty", "crv", "x", "y"}) {
    auto jwk = good;
    jwk.erase(name);
    BOOST_TEST_CONTEXT(jwk) BOOST_TEST(!SigningKey::of_jwk(jwk).has_value());
  }
  for (const Json& jwk : {Json(), Json("x"), Json(1), Json::array({good}), Json::object()})
    BOOST_TEST(!SigningKey::of_jwk(jwk).has_value());
}

BOOST_AUTO_TEST_CASE(rsa_public_keys_have_limits) {
  const auto good = public_jwk_of(fresh_key(Algorithm::rs256));
  const auto with = [&](const char* name, const std::string& bytes) {
    auto jwk = good;
    jwk[name] = base64url_encode(bytes);
    return SigningKey::of_jwk(jwk).has_value();
  };
  BOOST_TEST(with("e", "\x03"));
  BOOST_TEST(!with("e", "\x01"));
  BOOST_TEST(!with("e", "\x02"));
  BOOST_TEST(!with("e", std::string(1, '\0')));
  BOOST_TEST(!with("e", ""));
  BOOST_TEST(!with("e", std::string(9, '\xFF')));
  BOOST_TEST(with("n", '\x81' + std::string(255, '\x01')));
  BOOST_TEST(!with("n", '\x7F' + std::string(255, '\xFF')));
  BOOST_TEST(!with("n", std::string(128, '\xFF')));
  BOOST_TEST(!with("n", std::string(1025, '\xFF')));
  BOOST_TEST(!with("n", std::string(100000, '\xFF')));
  BOOST_TEST(!with("n", ""));
}

BOOST_AUTO_TEST_CASE(symmetric_jwks_have_limits) {
  const auto with = [](std::size_t size) {
    return SigningKey::of_jwk({{"kty", "oct"}, {"k", base64url_encode(counting_bytes(size))}}).has_value();
  };
  BOOST_TEST(with(32));
  BOOST_TEST(with(256));
  BOOST_TEST(!with(31));
  BOOST_TEST(!with(257));
  BOOST_TEST(!with(0));
  BOOST_TEST(!SigningKey::of_jwk({{"kty", "oct"}}).has_value());
}

BOOST_AUTO_TEST_SUITE_END()
