// Signatures at the edges of what is one (family H31): each ends a token that is good but for it.
#include <boost/test/unit_test.hpp>

#include "base/encoding.h"
#include "token/hostile_scene.h"

using namespace cardea;

namespace {

// P-256: the order of the group, in hex.
constexpr std::string_view order = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";

std::string hex(std::string_view text) {
  return hex_decode(text).value();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(hostile_signatures)

// H31
BOOST_FIXTURE_TEST_CASE(h31_signatures_at_the_edges, HostileScene) {
  const std::string zero(32, '\0');
  const std::string one = std::string(31, '\0') + '\1';
  const auto n = hex(order);
  auto n_plus_one = n;
  n_plus_one.back() = static_cast<char>(n_plus_one.back() + 1);
  auto n_minus_one = n;
  n_minus_one.back() = static_cast<char>(n_minus_one.back() - 1);
  const std::string all_ones(32, '\xFF');
  const auto token = valid_token();
  const auto start = token.substr(0, token.rfind('.') + 1);
  for (const auto& r : {zero, one, n, n_plus_one, n_minus_one, all_ones})
    for (const auto& s : {zero, one, n, n_plus_one, n_minus_one, all_ones})
      BOOST_TEST(verdict(start + base64url_encode(r + s)) == "bad_signature", hex_encode(r + s));

  const auto raw = base64url_decode(token.substr(start.size())).value();
  const auto with = [&](const std::string& signature) {
    return verdict(start + base64url_encode(signature));
  };
  BOOST_TEST(with(raw) == "accepted");
  const auto half = raw.substr(0, 32);
  const auto other = raw.substr(32);
  const std::string der =
      std::string{"\x30\x46\x02\x21\x00", 5} + half + std::string{"\x02\x21\x00", 3} + other;
  for (const auto& signature :
       {std::string{}, raw.substr(0, 63), raw.substr(1), raw + '\0', '\0' + raw, raw + raw,
        raw + std::string(6, '\0'), other + half, der, std::string(64, '\0'), std::string(1000, '\1'),
        '\0' + half + '\0' + other, half + '\0' + other})
    BOOST_TEST_CONTEXT(hex_encode(signature)) BOOST_TEST(with(signature) == "bad_signature");
}

// S + L names the same point as S; only the smaller is a signature (RFC 8032 section 5.1.7).
BOOST_FIXTURE_TEST_CASE(h31_an_ed25519_signature_has_one_form, HostileScene) {
  const auto& signer = key(Algorithm::eddsa);
  const auto token = sign_text(json_text(valid_header(signer)), json_text(valid_body(morning)), signer);
  const auto dot = token.rfind('.') + 1;
  auto signature = base64url_decode(token.substr(dot)).value();
  const auto group_order = hex("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");
  unsigned carry = 0;
  for (std::size_t i = 0; i < 32; ++i) {
    carry += static_cast<unsigned char>(signature[32 + i]) + static_cast<unsigned char>(group_order[i]);
    signature[32 + i] = static_cast<char>(carry & 0xFF);
    carry >>= 8;
  }
  BOOST_TEST(verdict(token) == "accepted");
  BOOST_TEST(verdict(token.substr(0, dot) + base64url_encode(signature)) == "bad_signature");
  BOOST_TEST(verdict(token.substr(0, dot) + base64url_encode(std::string(64, '\0'))) == "bad_signature");
}

BOOST_AUTO_TEST_SUITE_END()
