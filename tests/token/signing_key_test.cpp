#include "keys/signing_key.h"

#include <boost/test/unit_test.hpp>

#include "base/encoding.h"
#include "keys/material.h"
#include "support/key_room.h"
#include "token/access_token.h"

using namespace cardea;

namespace {

constexpr Algorithm all_algorithms[] = {Algorithm::es256, Algorithm::eddsa, Algorithm::hs256,
                                        Algorithm::rs256};

SigningKey fresh_key(Algorithm algorithm) {
  SystemEntropy entropy;
  return SigningKey::generate(algorithm, entropy);
}

std::optional<SigningKey> hmac_key(const std::string& bytes) {
  return SigningKey::of_pem(write_pem("CARDEA HMAC KEY", Secret::copy_of(bytes)));
}

std::string counting_bytes(std::size_t size) {
  std::string bytes;
  for (std::size_t i = 0; i < size; ++i) bytes.push_back(static_cast<char>(i * 7));
  return bytes;
}

std::optional<SigningKey> key_of_text(std::string text) {
  return SigningKey::of_pem(Secret{std::move(text)});
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
  return text;
}

Json public_jwk_of(const SigningKey& key) {
  return key.public_jwk().value();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(signing_key)

BOOST_AUTO_TEST_CASE(a_key_signs_and_survives_its_pem) {
  for (const auto algorithm : all_algorithms) {
    const auto key = fresh_key(algorithm);
    const auto again = SigningKey::of_pem(key.private_pem());
    BOOST_TEST_REQUIRE(again.has_value());
    BOOST_TEST(again->kid() == key.kid());
    BOOST_TEST(key.kid().size() == 43U);
    BOOST_TEST((again->algorithm() == algorithm));
    const auto signature = again->sign("message");
    BOOST_TEST(key.verify("message", signature));
    BOOST_TEST(!key.verify("massage", signature));
    BOOST_TEST(!fresh_key(algorithm).verify("message", signature));
  }
}

BOOST_AUTO_TEST_CASE(signatures_have_the_size_that_jws_wants_and_no_other_is_right) {
  const std::size_t sizes[] = {64, 64, 32, 256};
  for (std::size_t i = 0; i < std::size(all_algorithms); ++i) {
    const auto key = fresh_key(all_algorithms[i]);
    for (int round = 0; round < 20; ++round) {
      const auto signature = key.sign(std::to_string(round));
      BOOST_TEST(signature.size() == sizes[i]);
      BOOST_TEST(key.verify(std::to_string(round), signature));
      BOOST_TEST(!key.verify(std::to_string(round), signature + '\0'));
      BOOST_TEST(!key.verify(std::to_string(round), '\0' + signature));
      BOOST_TEST(!key.verify(std::to_string(round), signature.substr(1)));
      BOOST_TEST(!key.verify(std::to_string(round), ""));
    }
  }
}

BOOST_AUTO_TEST_CASE(a_public_key_verifies_and_does_not_sign) {
  for (const auto algorithm : {Algorithm::es256, Algorithm::eddsa, Algorithm::rs256}) {
    const auto key = fresh_key(algorithm);
    const auto jwk = public_jwk_of(key);
    BOOST_TEST(jwk.at("kid") == key.kid());
    BOOST_TEST(jwk.at("use") == "sig");
    BOOST_TEST(jwk.at("alg") == jose_name(algorithm));
    BOOST_TEST(!jwk.contains("d"));
    const auto judge = SigningKey::of_jwk(jwk);
    BOOST_TEST_REQUIRE(judge.has_value());
    BOOST_TEST(judge->kid() == key.kid());
    BOOST_TEST(judge->verify("message", key.sign("message")));
    BOOST_CHECK_THROW((void)judge->sign("message"), std::runtime_error);
    BOOST_CHECK_THROW((void)judge->private_pem(), std::runtime_error);
  }
  BOOST_TEST(!fresh_key(Algorithm::hs256).public_jwk().has_value());
}

BOOST_AUTO_TEST_CASE(names_of_algorithms_are_exact) {
  for (const auto algorithm : all_algorithms)
    BOOST_TEST((algorithm_of_jose_name(jose_name(algorithm)) == algorithm));
  for (const auto* name :
       {"", "none", "None", "es256", "ES256 ", "HS384", "PS256", "ES384", "ES512", "RS512"})
    BOOST_TEST(!algorithm_of_jose_name(name).has_value());
}

// H21: HMAC keys that somebody could guess.
BOOST_AUTO_TEST_CASE(weak_hmac_keys_are_refused) {
  const std::string weak[] = {
      "",
      "secret",
      std::string(32, '\0'),
      std::string(64, 'x'),
      counting_bytes(31),
      counting_bytes(257),
      counting_bytes(8) + counting_bytes(8) + counting_bytes(8) + counting_bytes(8),
      base64_encode("TaskStock Shoppers Moi'c Cardea 2026"),
      base64_encode(counting_bytes(48)),
      hex_encode(counting_bytes(32)),
      "correct horse battery staple, they said, and wrote it down",
      "\xEB\xB9\x84\xEB\xB0\x80\xEB\xB2\x88\xED\x98\xB8 \xEB\xB9\x84\xEB\xB0\x80 ABCDEFGHIJKLMNOP",
  };
  for (const auto& bytes : weak)
    BOOST_TEST_CONTEXT(hex_encode(bytes)) BOOST_TEST(!hmac_key(bytes).has_value());
  BOOST_TEST(hmac_key(counting_bytes(32)).has_value());
  BOOST_TEST(hmac_key(counting_bytes(256)).has_value());
}

BOOST_AUTO_TEST_CASE(an_entropy_source_that_gives_nothing_makes_no_hmac_key) {
  struct Broken final : Entropy {
    void fill(std::span<std::uint8_t> out) override { std::fill(out.begin(), out.end(), std::uint8_t{0x42}); }
  } broken;
  BOOST_CHECK_THROW((void)SigningKey::generate(Algorithm::hs256, broken), std::runtime_error);
}

BOOST_AUTO_TEST_CASE(a_pem_is_read_to_the_letter) {
  const std::string pem{fresh_key(Algorithm::es256).private_pem().reveal()};
  const std::string body = pem.substr(28, pem.size() - 28 - 26);
  BOOST_TEST(key_of_text(pem).has_value());
  BOOST_TEST(key_of_text(replaced(pem, "\n", "\r\n")).has_value());
  BOOST_TEST(key_of_text(pem.substr(0, pem.size() - 1)).has_value());
  const std::string spoiled[] = {
      "",
      "\n",
      '\n' + pem,
      pem + '\n',
      pem + pem,
      "# my key\n" + pem,
      pem.substr(0, pem.size() / 2),
      replaced(pem, "PRIVATE", "PUBLIC"),
      replaced(pem, "BEGIN PRIVATE", "BEGIN EC PRIVATE"),
      replaced(pem, " PRIVATE KEY", " EC PRIVATE KEY"),
      replaced(pem, " PRIVATE KEY", " ENCRYPTED PRIVATE KEY"),
      replaced(pem, body, body.substr(4)),
      replaced(pem, body, ""),
      replaced(pem, body, "AAAA" + body),
      replaced(pem, body, "????\n"),
      std::string(40, '-'),
      "-----BEGIN PRIVATE KEY-----",
      "-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----",
  };
  for (const auto& text : spoiled) BOOST_TEST_CONTEXT(text.size()) BOOST_TEST(!key_of_text(text).has_value());
}

// PKCS #8 leaves room: without the public half, it is the same key.
BOOST_AUTO_TEST_CASE(unusual_forms_of_pkcs8_are_read_too) {
  const auto usual = fresh_key(Algorithm::es256);
  const auto der = std::string{parse_pem(usual.private_pem().reveal())->bytes.reveal()};
  const auto scalar = der.substr(36, 32);
  BOOST_TEST_REQUIRE(der.size() == 138U);
  const auto read = [](const std::string& bytes) {
    return SigningKey::of_pem(write_pem("PRIVATE KEY", Secret::copy_of(bytes)));
  };
  const auto algorithm = hex_decode("301306072a8648ce3d020106082a8648ce3d030107").value();
  const auto bare =
      hex_decode("3041020100").value() + algorithm + hex_decode("042730250201010420").value() + scalar;
  const auto key = read(bare);
  BOOST_TEST_REQUIRE(key.has_value());
  BOOST_TEST(key->kid() == usual.kid());
  BOOST_TEST(usual.verify("message", key->sign("message")));
  BOOST_TEST(!read(der + '\0').has_value());
  BOOST_TEST(!read(der.substr(0, 137)).has_value());
  auto off_the_curve = der;
  off_the_curve.back() = static_cast<char>(off_the_curve.back() ^ 1);
  BOOST_TEST(!read(off_the_curve).has_value());
}

// RFC 8410 section 7. Ed25519 has no parameter, and its seed has 32 bytes.
BOOST_AUTO_TEST_CASE(an_ed25519_key_has_one_form) {
  const auto written = fresh_key(Algorithm::eddsa).private_pem();
  const auto der = std::string{parse_pem(written.reveal())->bytes.reveal()};
  BOOST_TEST_REQUIRE(hex_encode(der.substr(0, 16)) == "302e020100300506032b657004220420");
  BOOST_TEST(der.size() == 48U);
  const auto seed = der.substr(16);
  const auto is_read = [](std::string_view head, const std::string& rest) {
    return SigningKey::of_pem(write_pem("PRIVATE KEY", Secret(hex_decode(head).value() + rest))).has_value();
  };
  BOOST_TEST(is_read("302e020100300506032b657004220420", seed));
  BOOST_TEST(!is_read("3030020100300706032b6570050004220420", seed));
  BOOST_TEST(!is_read("302d020100300506032b65700421041f", seed.substr(1)));
  BOOST_TEST(!is_read("302f020100300506032b657004230421", seed + 'x'));
  BOOST_TEST(!is_read("302f020100300506032b657004230420", seed + 'x'));
  BOOST_TEST(!is_read("302e020100300506032b657004220420", seed + 'x'));
}

// Made with `openssl genpkey`; worthless, and that is what is tested.
BOOST_AUTO_TEST_CASE(keys_of_other_kinds_are_refused) {
  const char* const p384 =
      "-----BEGIN PRIVATE KEY-----\n"
      "MIG2AgEAMBAGByqGSM49AgEGBSuBBAAiBIGeMIGbAgEBBDCSgZVggEZUj0gg/lVg\n"
      "0YuAz5QcdAKx3/nbgKIIRAihiGdhycDFqUmPR+1kIhTCA1uhZANiAARJF1up17KZ\n"
      "i8pSGvmmMN2schXeryRk/6rAjkaZsHuqiMxUGMZNeSWqhMslRJT9ZX9PB19+Am+I\n"
      "b4fJo2Qh8fhvfYLbKVHCHum8/MhL6SJaum9eFQqXA2W79i7GXlfO7PE=\n"
      "-----END PRIVATE KEY-----\n";
  const char* const rsa1024 =
      "-----BEGIN PRIVATE KEY-----\n"
      "MIICeAIBADANBgkqhkiG9w0BAQEFAASCAmIwggJeAgEAAoGBAO+OywsNDGbP2P7f\n"
      "pKFnzA5lFQc4iR5QNqDPSE+asoQPgkuUBwGFAiQCq0d4Rb7OcpoXn4MSo0Q7sLm5\n"
      "xPYqBGrLogumCOq1OeKqdrM20LYgW6MBflTMhfUE75BFrh5CB8pmr/7rh/mz1g+h\n"
      "3JQRs1x7KvIk89c/wIYZS6CC3rpbAgMBAAECgYEA3n6sXM44t4DSVR7YZETohHIj\n"
      "zroWuH3dzwvWaIEQzpEs/g81Vpb3vwRvmoi9lpNeY3oPYAi+dRBPeqBsrAmoYNA5\n"
      "zr0hRuGjy8F4Wc8ncm7+j20+Oaq+87/tDRsDlumRo1kQtdL8mz0S2/iFou8nGPFF\n"
      "3Aom8qL8LgxqZNzhm6kCQQD8aYzEdIuynv21JhAb/arP7k1LmLgg/EoIagdyz4ZL\n"
      "xyezRzfXAV1Qr6emwoxTdjgaw4Qj2ry41eLp2CXiH6utAkEA8vZ4O21RA4cIe68k\n"
      "uELwo7FPhT8I/DOWMIFs4WKFHYLIs3fJ2Dnjen7pb8Igyg17atOjYjeljXyZFKRK\n"
      "MXw/JwJBAIULXZdvlvLfuvrwxSz72D0hbryaEvPQB3XH7YUmvbLTlql4sIYzwev1\n"
      "qnjLswuLFKeGxu/fK/qBQsnflJhL+UECQATeHUCLiyD39pqLwr+ST8HnzoEL50Eu\n"
      "Q2cLYMQPNj2GHkFCOCAF4OHWYxTjHccOiBd20AIqvT1dbq+0LuxY4ecCQQDuasTv\n"
      "qLdRBBgbSJRN0axqmA0FElai4FZuCV7qdNmYwXNFPH/LmDfUQXlIRkK+YUazScV9\n"
      "YmjuG86zdkSq4d/d\n"
      "-----END PRIVATE KEY-----\n";
  const char* const ed448 =
      "-----BEGIN PRIVATE KEY-----\n"
      "MEcCAQAwBQYDK2VxBDsEORsOh87JEhfDeMbXtQLpoJ/NNLxcNN15b01XcBvsvlSV\n"
      "+PTM0/jz6bdclqMOQYiSqD7gI2xe8sZfFA==\n"
      "-----END PRIVATE KEY-----\n";
  for (const auto* text : {p384, rsa1024, ed448}) {
    BOOST_TEST_REQUIRE(parse_pem(text).has_value());
    BOOST_TEST(!key_of_text(text).has_value());
  }
}

BOOST_AUTO_TEST_SUITE_END()
