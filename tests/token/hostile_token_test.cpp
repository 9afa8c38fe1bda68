// What attackers are known to send in place of an access token, family by family. Each starts from a token
// that would be accepted, and changes one thing.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <chrono>

#include "base/digest.h"
#include "base/encoding.h"
#include "token/access_token.h"
#include "token/hostile_scene.h"
#include "token/refresh_token.h"

using namespace cardea;

namespace {

// An HS256 token under a public key that everybody knows.
std::string token_under(const std::string& public_bytes, const std::string& kid) {
  const auto header = json_text({{"typ", "at+jwt"}, {"alg", "HS256"}, {"kid", kid}});
  const auto signed_part = base64url_encode(header) + '.' + base64url_encode(json_text(valid_body(morning)));
  const auto digest = hmac_sha256(public_bytes, signed_part);
  return signed_part + '.' + base64url_encode(view_of(digest));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(hostile_tokens)

BOOST_FIXTURE_TEST_CASE(the_token_that_is_spoiled_below_is_good, HostileScene) {
  BOOST_TEST(verdict(valid_token()) == "accepted");
}

// H22
BOOST_FIXTURE_TEST_CASE(h22_no_algorithm_and_strange_algorithms, HostileScene) {
  for (const auto& algorithm : {Json("none"), Json("None"), Json("nOnE"), Json("NONE"), Json(""),
                                Json(nullptr), Json(256), Json::array({"ES256"}), Json{{"ES256", 1}},
                                Json("es256"), Json(std::string("ES256\0", 6)), Json("ES256 ")})
    BOOST_TEST_CONTEXT(algorithm) BOOST_TEST(verdict_with("alg", algorithm) == "bad_signature");
  auto header = valid_header(key());
  header.erase("alg");
  BOOST_TEST(verdict_on_header(header) == "bad_signature");
  header["alg"] = "none";
  const auto unsigned_part =
      base64url_encode(json_text(header)) + '.' + base64url_encode(json_text(valid_body(morning)));
  BOOST_TEST(verdict(unsigned_part + '.') == "bad_signature");
  BOOST_TEST(verdict(unsigned_part) == "malformed");
}

// H23
BOOST_FIXTURE_TEST_CASE(h23_a_public_key_is_no_shared_secret, HostileScene) {
  for (const auto algorithm : {Algorithm::es256, Algorithm::eddsa, Algorithm::rs256}) {
    const auto jwk = key(algorithm).public_jwk().value();
    const auto& kid = key(algorithm).kid();
    BOOST_TEST(verdict(token_under(json_text(jwk), kid)) == "bad_signature");
    for (const auto* member : {"x", "y", "n", "e"}) {
      if (!jwk.contains(member)) continue;
      const auto text = jwk[member].get<std::string>();
      BOOST_TEST(verdict(token_under(text, kid)) == "bad_signature");
      BOOST_TEST(verdict(token_under(base64url_decode(text).value(), kid)) == "bad_signature");
    }
    BOOST_TEST(verdict(token_under("", kid)) == "bad_signature");
    BOOST_TEST(verdict(token_under(kid, kid)) == "bad_signature");
  }
}

// H24
BOOST_FIXTURE_TEST_CASE(h24_an_algorithm_that_is_not_the_keys, HostileScene) {
  constexpr Algorithm all[] = {Algorithm::es256, Algorithm::eddsa, Algorithm::hs256, Algorithm::rs256};
  for (const auto signer : all)
    for (const auto named : all) {
      auto header = valid_header(key(signer));
      header["alg"] = jose_name(named);
      const auto token = sign_text(json_text(header), json_text(valid_body(morning)), key(signer));
      BOOST_TEST(verdict(token) == (signer == named ? "accepted" : "bad_signature"));
      header["alg"] = jose_name(signer);
      header["kid"] = key(named).kid();
      const auto of_other_key = sign_text(json_text(header), json_text(valid_body(morning)), key(signer));
      BOOST_TEST(verdict(of_other_key) == (signer == named ? "accepted" : "bad_signature"));
    }
  for (const auto* algorithm : {"HS384", "HS512", "ES384", "RS512", "PS256", "Ed25519", "ES256K"})
    BOOST_TEST(verdict_with("alg", algorithm) == "bad_signature");
}

// H25
BOOST_FIXTURE_TEST_CASE(h25_strange_key_names, HostileScene) {
  const auto kid = key().kid();
  for (const auto& name : {Json("' OR 1=1--"), Json("../../dev/null"), Json("/etc/passwd"),
                           Json(std::string(1, '\0')), Json(kid + '\0'), Json(kid.substr(1)), Json(kid + "="),
                           Json(' ' + kid), Json(""), Json(nullptr), Json(1), Json::array({kid}),
                           Json{{"kid", kid}}, Json(std::string(43, 'A')), Json(std::string(2000, 'A'))})
    BOOST_TEST_CONTEXT(name) BOOST_TEST(verdict_with("kid", name) == "unknown_key");
  BOOST_TEST(verdict_with("kid", std::string(10240, 'A')) == "malformed");
  auto header = valid_header(key());
  header.erase("kid");
  BOOST_TEST(verdict_on_header(header) == "unknown_key");
  BOOST_TEST(verdict_on_header_text(R"({"kid":"x",)" + json_text(valid_header(key())).substr(1)) ==
             "malformed");
}

// H26
BOOST_FIXTURE_TEST_CASE(h26_keys_and_extensions_in_the_header, HostileScene) {
  SystemEntropy entropy;
  const auto stranger = SigningKey::generate(Algorithm::es256, entropy);
  auto header = valid_header(key());
  header["jwk"] = stranger.public_jwk().value();
  header["jku"] = "https://evil.example/jwks.json";
  header["x5u"] = "https://evil.example/chain.pem";
  header["x5c"] = Json::array({"AAAA"});
  BOOST_TEST(verdict(sign_text(json_text(header), json_text(valid_body(morning)), stranger)) ==
             "bad_signature");
  BOOST_TEST(verdict_on_header(header) == "accepted");
  header["kid"] = stranger.kid();
  BOOST_TEST(verdict(sign_text(json_text(header), json_text(valid_body(morning)), stranger)) ==
             "unknown_key");
  BOOST_TEST(verdict_with("crit", Json::array({"b64"})) == "malformed");
  BOOST_TEST(verdict_with("crit", Json::array()) == "malformed");
  BOOST_TEST(verdict_with("crit", nullptr) == "malformed");
  BOOST_TEST(verdict_with("b64", false) == "malformed");
  BOOST_TEST(verdict_with("b64", true) == "malformed");
  BOOST_TEST(verdict_with("zip", "DEF") == "malformed");
}

// H32
BOOST_FIXTURE_TEST_CASE(h32_one_kind_of_token_for_another, HostileScene) {
  SystemEntropy entropy;
  const auto refresh = derive_refresh_token(SessionId::make(morning, entropy), 1, random_array<16>(entropy),
                                            ring.refresh_signing(morning));
  BOOST_TEST(verdict(std::string{refresh.reveal()}) == "malformed");
  BOOST_TEST(!open_refresh_token(valid_token(), ring, morning).has_value());
  for (const auto* type : {"JWT", "reset+jwt", "id_token", "dpop+jwt", "dbsc+jwt", "logout+jwt"})
    BOOST_TEST(verdict_with("typ", type) == "malformed");
}

// H34
BOOST_FIXTURE_TEST_CASE(h34_size_is_looked_at_before_anything_else, HostileScene) {
  const auto padded_to = [&](std::size_t size) {
    auto body = valid_body(morning);
    body["pad"] = "";
    const auto bare = sign_text(json_text(valid_header(key())), json_text(body), key()).size();
    body["pad"] = std::string((size - bare) * 3 / 4, 'x');
    return sign_text(json_text(valid_header(key())), json_text(body), key());
  };
  const auto fits = padded_to(4090);
  BOOST_TEST(fits.size() <= access_token_size_limit);
  BOOST_TEST(verdict(fits) == "accepted");
  BOOST_TEST(verdict(padded_to(4100)) == "malformed");
  const auto start = std::chrono::steady_clock::now();
  for (const auto size : {65536U, 1048576U, 67108864U}) {
    BOOST_TEST(verdict(std::string(size, 'A')) == "malformed");
    BOOST_TEST(verdict(std::string(size, '.')) == "malformed");
  }
  BOOST_TEST((std::chrono::steady_clock::now() - start < std::chrono::seconds{2}));
}

// H35
BOOST_FIXTURE_TEST_CASE(h35_a_key_that_was_removed_and_one_whose_time_has_not_come, HostileScene) {
  const auto later = morning + std::chrono::hours{24};
  const auto token = valid_token();
  room.add(Algorithm::es256, later);
  auto other_host = room.ring(later);
  const auto of_next_key = issue_access_token(some_claims(morning), our_policy(), other_host, later);
  BOOST_TEST(verdict(of_next_key) ==
             "accepted");  // the clocks of two hosts differ; a key is no secret from its own gate
  const auto removed = remove_spent_keys(room.path(), Algorithm::es256, seconds{0}, later + seconds{2});
  BOOST_TEST(removed.size() == 4U);
  BOOST_TEST(outcome(verify_companion_token(token, our_policy(), ring, later + seconds{2})) == "unknown_key");
  BOOST_TEST(outcome(verify_companion_token(of_next_key, our_policy(), ring, later + seconds{2})) ==
             "accepted");
}

// H36. The two are timed in turn, so that what else the machine does hits both, and each token comes once, so
// that none is remembered.
BOOST_FIXTURE_TEST_CASE(h36_a_bad_signature_takes_as_long_as_a_good_one, HostileScene) {
  constexpr std::size_t rounds = 300;
  const auto time_of = [&](const std::string& token) {
    const auto start = std::chrono::steady_clock::now();
    (void)verify_access_token(token, our_policy(), ring, morning);
    return std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - start).count();
  };
  std::vector<double> valid_times;
  std::vector<double> bad_times;
  for (std::size_t round = 0; round < rounds; ++round) {
    valid_times.push_back(time_of(valid_token()));
    auto bad = valid_token();
    bad[bad.size() - 20] = bad[bad.size() - 20] == 'A' ? 'B' : 'A';
    bad_times.push_back(time_of(bad));
  }
  const auto median = [](std::vector<double> times) {
    std::nth_element(times.begin(), times.begin() + rounds / 2, times.end());
    return times[rounds / 2];
  };
  const double ratio = median(bad_times) / median(valid_times);
  BOOST_TEST_MESSAGE("good " << median(valid_times) << " us, bad " << median(bad_times) << " us");
  BOOST_TEST(ratio > 0.8);
  BOOST_TEST(ratio < 1.25);
}

BOOST_AUTO_TEST_SUITE_END()
