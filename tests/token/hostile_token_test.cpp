// What attackers are known to send in place of an access token, family by family. Each starts from a token
// that would be accepted, and changes one thing.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <chrono>

#include "base/digest.h"
#include "base/encoding.h"
#include "token/jws.h"
#include "token/key_room.h"
#include "token/refresh_token.h"

using namespace cardea;

namespace {

// P-256: the order of the group, in hex.
constexpr std::string_view order = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";

KeyRing ring_with_keys(const KeyRoom& room) {
  for (const auto algorithm : {Algorithm::es256, Algorithm::eddsa, Algorithm::hs256, Algorithm::rs256})
    room.add(algorithm, morning);
  room.add_refresh(morning);
  return room.ring(morning);
}

struct Scene {
  KeyRoom room;
  KeyRing ring = ring_with_keys(room);

  [[nodiscard]] const SigningKey& key(Algorithm algorithm = Algorithm::es256) const {
    for (const auto& dated : ring.signing_keys())
      if (dated.key.algorithm() == algorithm) return dated.key;
    throw std::logic_error("no such key");
  }
  [[nodiscard]] std::string verdict(const std::string& token) {
    return outcome(verify_access_token(token, our_policy(), ring, morning));
  }
  [[nodiscard]] std::string verdict_on_header(const Json& header) {
    return verdict_on_header_text(json_text(header));
  }
  [[nodiscard]] std::string verdict_on_header_text(const std::string& header) {
    return verdict(sign_text(header, json_text(good_body(morning)), key()));
  }
  [[nodiscard]] std::string verdict_with(const char* member, const Json& value) {
    auto header = good_header(key());
    header[member] = value;
    return verdict_on_header(header);
  }
  [[nodiscard]] std::string good_token() {
    return sign_text(json_text(good_header(key())), json_text(good_body(morning)), key());
  }
  [[nodiscard]] std::string with_signature(const std::string& signature) {
    const auto token = good_token();
    return token.substr(0, token.rfind('.') + 1) + base64url_encode(signature);
  }
};

std::string hex(std::string_view text) {
  return hex_decode(text).value();
}

// An HS256 token under a public key that everybody knows.
std::string token_under(const std::string& public_bytes, const std::string& kid) {
  const auto header = json_text({{"typ", "at+jwt"}, {"alg", "HS256"}, {"kid", kid}});
  const auto signed_part = base64url_encode(header) + '.' + base64url_encode(json_text(good_body(morning)));
  const auto digest = hmac_sha256(public_bytes, signed_part);
  return signed_part + '.' + base64url_encode(view_of(digest));
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  return text.replace(text.find(from), from.size(), to);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(hostile_tokens)

BOOST_FIXTURE_TEST_CASE(the_token_that_is_spoiled_below_is_good, Scene) {
  BOOST_TEST(verdict(good_token()) == "accepted");
}

// H22
BOOST_FIXTURE_TEST_CASE(h22_no_algorithm_and_strange_algorithms, Scene) {
  for (const auto& algorithm : {Json("none"), Json("None"), Json("nOnE"), Json("NONE"), Json(""),
                                Json(nullptr), Json(256), Json::array({"ES256"}), Json{{"ES256", 1}},
                                Json("es256"), Json(std::string("ES256\0", 6)), Json("ES256 ")})
    BOOST_TEST_CONTEXT(algorithm) BOOST_TEST(verdict_with("alg", algorithm) == "bad_signature");
  auto header = good_header(key());
  header.erase("alg");
  BOOST_TEST(verdict_on_header(header) == "bad_signature");
  header["alg"] = "none";
  const auto unsigned_part =
      base64url_encode(json_text(header)) + '.' + base64url_encode(json_text(good_body(morning)));
  BOOST_TEST(verdict(unsigned_part + '.') == "bad_signature");
  BOOST_TEST(verdict(unsigned_part) == "malformed");
}

// H23
BOOST_FIXTURE_TEST_CASE(h23_a_public_key_is_no_shared_secret, Scene) {
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
BOOST_FIXTURE_TEST_CASE(h24_an_algorithm_that_is_not_the_keys, Scene) {
  constexpr Algorithm all[] = {Algorithm::es256, Algorithm::eddsa, Algorithm::hs256, Algorithm::rs256};
  for (const auto signer : all)
    for (const auto named : all) {
      auto header = good_header(key(signer));
      header["alg"] = jose_name(named);
      const auto token = sign_text(json_text(header), json_text(good_body(morning)), key(signer));
      BOOST_TEST(verdict(token) == (signer == named ? "accepted" : "bad_signature"));
      header["alg"] = jose_name(signer);
      header["kid"] = key(named).kid();
      const auto of_other_key = sign_text(json_text(header), json_text(good_body(morning)), key(signer));
      BOOST_TEST(verdict(of_other_key) == (signer == named ? "accepted" : "bad_signature"));
    }
  for (const auto* algorithm : {"HS384", "HS512", "ES384", "RS512", "PS256", "Ed25519", "ES256K"})
    BOOST_TEST(verdict_with("alg", algorithm) == "bad_signature");
}

// H25
BOOST_FIXTURE_TEST_CASE(h25_strange_key_names, Scene) {
  const auto kid = key().kid();
  for (const auto& name : {Json("' OR 1=1--"), Json("../../dev/null"), Json("/etc/passwd"),
                           Json(std::string(1, '\0')), Json(kid + '\0'), Json(kid.substr(1)), Json(kid + "="),
                           Json(' ' + kid), Json(""), Json(nullptr), Json(1), Json::array({kid}),
                           Json{{"kid", kid}}, Json(std::string(43, 'A')), Json(std::string(2000, 'A'))})
    BOOST_TEST_CONTEXT(name) BOOST_TEST(verdict_with("kid", name) == "unknown_key");
  BOOST_TEST(verdict_with("kid", std::string(10240, 'A')) == "malformed");
  auto header = good_header(key());
  header.erase("kid");
  BOOST_TEST(verdict_on_header(header) == "unknown_key");
  BOOST_TEST(verdict_on_header_text(replaced(json_text(good_header(key())), "{", R"({"kid":"x",)")) ==
             "malformed");
}

// H26
BOOST_FIXTURE_TEST_CASE(h26_keys_and_extensions_in_the_header, Scene) {
  SystemEntropy entropy;
  const auto stranger = SigningKey::generate(Algorithm::es256, entropy);
  auto header = good_header(key());
  header["jwk"] = stranger.public_jwk().value();
  header["jku"] = "https://evil.example/jwks.json";
  header["x5u"] = "https://evil.example/chain.pem";
  header["x5c"] = Json::array({"AAAA"});
  BOOST_TEST(verdict(sign_text(json_text(header), json_text(good_body(morning)), stranger)) ==
             "bad_signature");
  BOOST_TEST(verdict_on_header(header) == "accepted");
  header["kid"] = stranger.kid();
  BOOST_TEST(verdict(sign_text(json_text(header), json_text(good_body(morning)), stranger)) == "unknown_key");
  BOOST_TEST(verdict_with("crit", Json::array({"b64"})) == "malformed");
  BOOST_TEST(verdict_with("crit", Json::array()) == "malformed");
  BOOST_TEST(verdict_with("crit", nullptr) == "malformed");
  BOOST_TEST(verdict_with("b64", false) == "malformed");
  BOOST_TEST(verdict_with("b64", true) == "malformed");
  BOOST_TEST(verdict_with("zip", "DEF") == "malformed");
}

// H27
BOOST_FIXTURE_TEST_CASE(h27_another_number_of_parts, Scene) {
  const auto token = good_token();
  const auto first = token.find('.');
  const auto last = token.rfind('.');
  const std::string texts[] = {
      "",
      ".",
      "..",
      "...",
      "....",
      "a.b.c",
      token.substr(0, first),
      token.substr(0, last),
      token.substr(first + 1),
      token + '.',
      '.' + token,
      token + ".AAAA",
      token + ".AAAA.AAAA",
      token + '.' + token,
      token + token,
      token + ' ' + token,
      token + ',' + token,
      ' ' + token,
      token + ' ',
      '\t' + token,
      token + "\r\n",
      std::string{token}.insert(first, "\r\n"),
      std::string{token}.insert(last + 5, "\n"),
      std::string{token}.insert(first, "."),
      "Bearer " + token,
      '"' + token + '"',
      token + '\0',
      '\0' + token,
      '.' + token.substr(first + 1),
      R"({"payload":"e30","signatures":[]})",
  };
  for (const auto& text : texts)
    BOOST_TEST_CONTEXT(text.substr(0, 60)) BOOST_TEST(verdict(text) == "malformed");
  BOOST_TEST(verdict(token.substr(0, first + 1) + token.substr(last)) == "malformed");
  BOOST_TEST(verdict(token.substr(0, last + 1)) == "bad_signature");
}

// H28
BOOST_FIXTURE_TEST_CASE(h28_base64_that_is_not_ours, Scene) {
  const auto token = good_token();
  const auto first = token.find('.');
  const auto last = token.rfind('.');
  for (const auto part_end : {first, last, token.size()}) {
    for (const auto* foreign : {"=", "==", "+", "/", "?", " ", "\n", "\t", "%3D", "\xC3\xA9", "~"}) {
      BOOST_TEST_CONTEXT(part_end << foreign)
      BOOST_TEST(verdict(std::string{token}.insert(part_end, foreign)) == "malformed");
      BOOST_TEST(verdict(std::string{token}.insert(part_end - 3, foreign)) == "malformed");
    }
  }
  // 64 bytes are 85 letters and two bits: the other four bits of the last letter must be zero.
  const std::string alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  const auto end = alphabet.find(token.back());
  BOOST_TEST_REQUIRE(end % 16 == 0U);
  for (std::size_t step = 1; step < 16; ++step)
    BOOST_TEST(verdict(token.substr(0, token.size() - 1) + alphabet[end + step]) == "malformed");
}

// H29
BOOST_FIXTURE_TEST_CASE(h29_json_that_means_two_things, Scene) {
  const auto header = json_text(good_header(key()));
  const auto body = json_text(good_body(morning));
  const std::string spoils[] = {
      R"({"alg":"ES256",)",
      R"({"typ":"at+jwt",)",
      R"({"exp":9999999999,)",
      R"({"sub":"0192f3c4-0000-7000-8000-000000000000",)",
      R"({"x":1,"x":1,)",
      R"({"x":"\ud800",)",
      R"({"x":"\udc00\ud800",)",
      "{\"x\":\"\xC0\xAF\",",
      "{\"x\":\"\xED\xA0\x80\",",
      "{\"x\":\"\xF4\x90\x80\x80\",",
      "{\"x\":\"\xFF\",",
      "{\"x\":\"\n\",",
      "{\"x\":\"\x01\",",
      R"({"x":NaN,)",
      R"({"x":Infinity,)",
      R"({"x":1e999,)",
      R"({"x":'y',)",
      R"({x:1,)",
      R"({"x":1,,)",
      R"({/**/)",
      "\xEF\xBB\xBF{",
      "[{",
      "{\"x\":" + std::string(500, '[') + std::string(500, ']') + ',',
      "{\"x\":" + std::string(17, '[') + std::string(17, ']') + ',',
  };
  for (const auto& spoil : spoils) {
    BOOST_TEST_CONTEXT(spoil.substr(0, 60)) {
      if (!spoil.starts_with(R"({"exp)") && !spoil.starts_with(R"({"sub)"))
        BOOST_TEST(verdict(sign_text(replaced(header, "{", spoil), body, key())) == "malformed");
      if (!spoil.starts_with(R"({"alg)") && !spoil.starts_with(R"({"typ)"))
        BOOST_TEST(verdict(sign_text(header, replaced(body, "{", spoil), key())) == "malformed");
    }
  }
  for (const auto& after : {std::string{"x"}, std::string{"{}"}, std::string{","}, std::string{"}"},
                            std::string(1, '\0'), std::string{"//"}}) {
    BOOST_TEST(verdict(sign_text(header + after, body, key())) == "malformed");
    BOOST_TEST(verdict(sign_text(header, body + after, key())) == "malformed");
  }
  for (const auto* whole : {"", "null", "1", "\"x\"", "[]", "{}", "{", " "}) {
    BOOST_TEST(verdict(sign_text(whole, body, key())) == "malformed");
    BOOST_TEST(verdict(sign_text(header, whole, key())) == "malformed");
  }
}

// H31
BOOST_FIXTURE_TEST_CASE(h31_signatures_at_the_edges, Scene) {
  const std::string zero(32, '\0');
  const std::string one = std::string(31, '\0') + '\1';
  const auto n = hex(order);
  auto n_plus_one = n;
  n_plus_one.back() = static_cast<char>(n_plus_one.back() + 1);
  auto n_minus_one = n;
  n_minus_one.back() = static_cast<char>(n_minus_one.back() - 1);
  const std::string all_ones(32, '\xFF');
  for (const auto& r : {zero, one, n, n_plus_one, n_minus_one, all_ones})
    for (const auto& s : {zero, one, n, n_plus_one, n_minus_one, all_ones})
      BOOST_TEST_CONTEXT(hex_encode(r + s)) BOOST_TEST(verdict(with_signature(r + s)) == "bad_signature");

  const auto token = good_token();
  const auto raw = base64url_decode(token.substr(token.rfind('.') + 1)).value();
  const auto with = [&](const std::string& signature) {
    return verdict(token.substr(0, token.rfind('.') + 1) + base64url_encode(signature));
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
BOOST_FIXTURE_TEST_CASE(h31_an_ed25519_signature_has_one_form, Scene) {
  const auto& signer = key(Algorithm::eddsa);
  const auto token = sign_text(json_text(good_header(signer)), json_text(good_body(morning)), signer);
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

// H32
BOOST_FIXTURE_TEST_CASE(h32_one_kind_of_token_for_another, Scene) {
  SystemEntropy entropy;
  const auto refresh = derive_refresh_token(SessionId::make(morning, entropy), 1, random_array<16>(entropy),
                                            ring.refresh_signing(morning));
  BOOST_TEST(verdict(std::string{refresh.reveal()}) == "malformed");
  BOOST_TEST(!open_refresh_token(good_token(), ring, morning).has_value());
  for (const auto* type : {"JWT", "reset+jwt", "id_token", "dpop+jwt", "dbsc+jwt", "logout+jwt"})
    BOOST_TEST(verdict_with("typ", type) == "malformed");
}

// H34
BOOST_FIXTURE_TEST_CASE(h34_size_is_looked_at_before_anything_else, Scene) {
  const auto padded_to = [&](std::size_t size) {
    auto body = good_body(morning);
    body["pad"] = "";
    const auto bare = sign_text(json_text(good_header(key())), json_text(body), key()).size();
    body["pad"] = std::string((size - bare) * 3 / 4, 'x');
    return sign_text(json_text(good_header(key())), json_text(body), key());
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
BOOST_FIXTURE_TEST_CASE(h35_a_key_that_was_removed_and_one_whose_time_has_not_come, Scene) {
  const auto later = morning + std::chrono::hours{24};
  const auto token = good_token();
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

// H36. The two are timed in turn, so that what else the machine does hits both.
BOOST_FIXTURE_TEST_CASE(h36_a_bad_signature_takes_as_long_as_a_good_one, Scene) {
  const auto good = good_token();
  auto bad = good;
  bad[bad.size() - 20] = bad[bad.size() - 20] == 'A' ? 'B' : 'A';
  const auto time_of = [&](const std::string& token) {
    const auto start = std::chrono::steady_clock::now();
    (void)verify_access_token(token, our_policy(), ring, morning);
    return std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - start).count();
  };
  std::vector<double> good_times;
  std::vector<double> bad_times;
  for (int round = 0; round < 400; ++round) {
    good_times.push_back(time_of(good));
    bad_times.push_back(time_of(bad));
  }
  const auto median = [](std::vector<double> times) {
    std::nth_element(times.begin(), times.begin() + 200, times.end());
    return times[200];
  };
  const double ratio = median(bad_times) / median(good_times);
  BOOST_TEST_MESSAGE("good " << median(good_times) << " us, bad " << median(bad_times) << " us");
  BOOST_TEST(ratio > 0.8);
  BOOST_TEST(ratio < 1.25);
}

BOOST_AUTO_TEST_SUITE_END()
