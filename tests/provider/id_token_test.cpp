#include "provider/id_token.h"

#include <boost/test/unit_test.hpp>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "base/digest.h"
#include "base/encoding.h"
#include "support/provider_house.h"
#include "token/access_token.h"

using namespace cardea;
using namespace cardea::testing;

namespace {

using Outcome = std::variant<Json, IdTokenFault>;

struct Scene {
  FakeHttp http;
  ProviderHouse house{http};
  IdTokenPolicy policy{.issuers = {"https://id.example.com"},
                       .audiences = {"us"},
                       .nonce = "n",
                       .nonce_form = NonceForm::plain,
                       .authorized_party = "us",
                       .clock_skew = seconds{60}};
  Instant now = morning;

  [[nodiscard]] std::vector<ProviderKey> keys() const {
    return parse_provider_keys(json_text(Json{{"keys", {house.key().public_jwk().value()}}})).value();
  }
  [[nodiscard]] Outcome verify(const std::string& token) const {
    return verify_id_token(token, keys(), policy, now);
  }
  // The house's good claims, changed.
  [[nodiscard]] Outcome verify(const std::function<void(Json&)>& change) const {
    auto claims = house.claims();
    change(claims);
    return verify(house.token(claims));
  }
};

bool is_fault(const Outcome& outcome, IdTokenFault fault) {
  const auto* found = std::get_if<IdTokenFault>(&outcome);
  return found != nullptr && *found == fault;
}

constexpr std::string_view client_secret = "0123456789abcdef0123456789abcdef";

std::string mac_token(const Json& header, const Json& claims, std::string_view secret) {
  auto text = raw_token(header, claims, "");
  text.pop_back();
  return text + '.' + base64url_encode(view_of(hmac_sha256(secret, text)));
}

bool holds(const Outcome& outcome) {
  return std::holds_alternative<Json>(outcome);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(id_tokens)

BOOST_AUTO_TEST_CASE(a_good_token_gives_its_claims) {
  const Scene scene;
  const auto outcome = scene.verify(scene.house.token(scene.house.claims()));
  BOOST_REQUIRE(holds(outcome));
  BOOST_TEST(string_member(std::get<Json>(outcome), "sub").value() == "1098");
}

BOOST_AUTO_TEST_CASE(every_algorithm_of_ours_is_taken) {
  for (const auto algorithm : {Algorithm::es256, Algorithm::eddsa, Algorithm::rs256}) {
    Scene scene;
    scene.house.new_key(algorithm);
    BOOST_TEST(holds(scene.verify(scene.house.token(scene.house.claims()))));
  }
}

BOOST_AUTO_TEST_CASE(a_token_without_a_signature_is_refused) {
  const Scene scene;
  for (const std::string algorithm : {"none", "None", "NONE", "nOnE", ""}) {
    const Json header{{"alg", algorithm}, {"kid", scene.house.key().kid()}};
    for (const std::string signature : {"", "x"})
      BOOST_TEST(!holds(scene.verify(raw_token(header, scene.house.claims(), signature))), algorithm);
  }
}

// The classic: the public key is no secret, but a verifier that obeys the header would use it as one.
BOOST_AUTO_TEST_CASE(a_public_key_is_no_hmac_secret) {
  const Scene scene;
  const auto jwk = scene.house.key().public_jwk().value();
  for (const auto& secret : {json_text(jwk), string_member(jwk, "x").value()}) {
    const Json header{{"alg", "HS256"}, {"kid", scene.house.key().kid()}};
    auto text = raw_token(header, scene.house.claims(), "");
    text.pop_back();
    const auto mac = hmac_sha256(secret, text);
    BOOST_TEST(is_fault(scene.verify(text + '.' + base64url_encode(view_of(mac))),
                        IdTokenFault::unsupported_algorithm));
    // Nor where HS256 is allowed: that means the client's secret.
    Scene allowing;
    allowing.policy.algorithms = {"HS256", "ES256"};
    allowing.policy.mac_key = Secret::copy_of(client_secret);
    BOOST_TEST(
        is_fault(allowing.verify(text + '.' + base64url_encode(view_of(mac))), IdTokenFault::bad_signature));
  }
}

BOOST_AUTO_TEST_CASE(hs256_counts_by_the_clients_secret_where_it_is_named) {
  Scene scene;
  const auto token = mac_token({{"alg", "HS256"}, {"typ", "JWT"}}, scene.house.claims(), client_secret);
  BOOST_TEST(is_fault(scene.verify(token), IdTokenFault::unsupported_algorithm));
  scene.policy.mac_key = Secret::copy_of(client_secret);
  BOOST_TEST(is_fault(scene.verify(token), IdTokenFault::unsupported_algorithm), "nobody named it");
  scene.policy.algorithms = {"RS256"};
  BOOST_TEST(is_fault(scene.verify(token), IdTokenFault::unsupported_algorithm));
  scene.policy.algorithms = {"HS256"};
  BOOST_TEST(holds(scene.verify(token)));
  BOOST_TEST(holds(verify_id_token(token, {}, scene.policy, scene.now)), "no published key is needed");
  const auto other = mac_token({{"alg", "HS256"}}, scene.house.claims(), std::string(32, 'o'));
  BOOST_TEST(is_fault(scene.verify(other), IdTokenFault::bad_signature));
  scene.policy.audiences.push_back("app");
  auto claims = scene.house.claims();
  claims["aud"] = "app";  // another client's tokens are not signed with our secret
  scene.policy.authorized_party.reset();
  BOOST_TEST(is_fault(scene.verify(mac_token({{"alg", "HS256"}}, claims, client_secret)),
                      IdTokenFault::wrong_audience));
  scene.policy.mac_key = Secret();
  BOOST_TEST(is_fault(scene.verify(token), IdTokenFault::unsupported_algorithm));
}

BOOST_AUTO_TEST_CASE(what_the_provider_does_not_sign_with_is_named_so_and_no_bad_signature) {
  Scene scene;
  const auto good = scene.house.token(scene.house.claims());
  scene.policy.algorithms = {"RS256", "PS256"};
  BOOST_TEST(is_fault(scene.verify(good), IdTokenFault::unsupported_algorithm));
  scene.policy.algorithms = {"RS256", "ES256"};
  BOOST_TEST(holds(scene.verify(good)));
  for (const std::string algorithm : {"ES256K", "HS384", "HS512", "RS1", "none", "es256", "", "ES256 "}) {
    scene.policy.algorithms = {};
    const Json header{{"alg", algorithm}, {"kid", scene.house.key().kid()}};
    const auto token = raw_token(header, scene.house.claims(), "x");
    BOOST_TEST(is_fault(scene.verify(token), IdTokenFault::unsupported_algorithm), algorithm);
    scene.policy.algorithms = {algorithm};  // whoever lists it
    BOOST_TEST(is_fault(scene.verify(token), IdTokenFault::unsupported_algorithm), algorithm);
  }
}

BOOST_AUTO_TEST_CASE(a_symmetric_key_in_the_key_set_is_none) {
  const Json jwk{
      {"kty", "oct"}, {"kid", "k"}, {"alg", "HS256"}, {"k", base64url_encode(std::string(32, '\x9d'))}};
  BOOST_TEST(parse_provider_keys(json_text(Json{{"keys", {jwk}}})).value().empty());
}

BOOST_AUTO_TEST_CASE(another_keys_signature_is_refused) {
  Scene scene;
  const auto token = scene.house.token(scene.house.claims());
  scene.house.new_key();
  BOOST_TEST(is_fault(scene.verify(token), IdTokenFault::unknown_key));
  auto jws = parse_jws(token).value();
  jws.header["kid"] = scene.house.key().kid();
  BOOST_TEST(is_fault(scene.verify(raw_token(jws.header, scene.house.claims(), jws.signature)),
                      IdTokenFault::bad_signature));
}

BOOST_AUTO_TEST_CASE(a_token_without_a_key_name_means_the_only_key) {
  Scene scene;
  const auto& key = scene.house.key();
  auto text = raw_token({{"alg", "ES256"}}, scene.house.claims(), "");
  text.pop_back();
  const auto token = text + '.' + base64url_encode(key.sign(text));
  BOOST_TEST(holds(scene.verify(token)));
  auto two = scene.keys();
  two.push_back(std::move(scene.keys().front()));
  BOOST_TEST(is_fault(verify_id_token(token, two, scene.policy, scene.now), IdTokenFault::unknown_key));
}

BOOST_AUTO_TEST_CASE(tokens_of_other_kinds_are_refused) {
  const Scene scene;
  for (const std::string type : {"at+jwt", "logout+jwt", "secevent+jwt", "JOSE+JSON"}) {
    const auto token = write_jws(type, json_text(scene.house.claims()), scene.house.key());
    BOOST_TEST(is_fault(scene.verify(token), IdTokenFault::malformed), type);
  }
  const auto untyped = write_jws("", json_text(scene.house.claims()), scene.house.key());
  BOOST_TEST(holds(scene.verify(untyped)));
}

BOOST_AUTO_TEST_CASE(another_issuer_is_refused_however_alike) {
  const Scene scene;
  for (const std::string issuer : {"https://evil.example.com", "https://id.example.com/", "id.example.com",
                                   "https://ID.example.com", "", "https://id.example.com\n"})
    BOOST_TEST(
        is_fault(scene.verify([&](Json& claims) { claims["iss"] = issuer; }), IdTokenFault::wrong_issuer),
        issuer);
  BOOST_TEST(is_fault(scene.verify([](Json& claims) { claims.erase("iss"); }), IdTokenFault::wrong_issuer));
  BOOST_TEST(
      is_fault(scene.verify([](Json& claims) { claims["iss"] = Json::array({"https://id.example.com"}); }),
               IdTokenFault::wrong_issuer));
}

BOOST_AUTO_TEST_CASE(another_audience_is_refused) {
  const Scene scene;
  const std::vector<Json> foreign{"them",
                                  "US",
                                  "",
                                  1,
                                  nullptr,
                                  Json::array(),
                                  Json::array({"them"}),
                                  Json::array({"us", "them"}),
                                  Json::array({"us", 1}),
                                  Json::array({"us", "us"}),  // more than one, and nobody says for whom
                                  Json(std::vector<std::string>(1'000, "us"))};
  for (const auto& audience : foreign)
    BOOST_TEST(
        is_fault(scene.verify([&](Json& claims) { claims["aud"] = audience; }), IdTokenFault::wrong_audience),
        json_text(audience).substr(0, 80));
  BOOST_TEST(is_fault(scene.verify([](Json& claims) { claims.erase("aud"); }), IdTokenFault::wrong_audience));
  BOOST_TEST(holds(scene.verify([](Json& claims) { claims["aud"] = Json::array({"us"}); })));
}

BOOST_AUTO_TEST_CASE(the_browsers_token_must_be_for_the_client_that_asked) {
  Scene scene;
  const auto with_party = [&](const Json& party) {
    return scene.verify([&](Json& claims) { claims["azp"] = party; });
  };
  BOOST_TEST(holds(with_party("us")));
  BOOST_TEST(is_fault(with_party("app"), IdTokenFault::wrong_audience));
  scene.policy.authorized_party.reset();  // an app: Google's Android library names the app there
  BOOST_TEST(holds(with_party("app")));
}

BOOST_AUTO_TEST_CASE(further_audiences_are_taken_where_they_are_configured) {
  Scene scene;
  scene.policy.audiences.push_back("app");
  scene.policy.authorized_party.reset();
  BOOST_TEST(holds(scene.verify([](Json& claims) { claims["aud"] = "app"; })));
  BOOST_TEST(is_fault(scene.verify([](Json& claims) {
    claims["aud"] = Json::array({"app", "us"});
  }),
                      IdTokenFault::wrong_audience));
  BOOST_TEST(holds(scene.verify([](Json& claims) {
    claims["aud"] = Json::array({"app", "us"});
    claims["azp"] = "app";
  })));
}

BOOST_AUTO_TEST_CASE(times_are_kept_to_the_second) {
  Scene scene;
  const auto token = scene.house.token(scene.house.claims());
  scene.now = morning + seconds{600 + 59};
  BOOST_TEST(holds(scene.verify(token)));
  scene.now = morning + seconds{600 + 60};
  BOOST_TEST(is_fault(scene.verify(token), IdTokenFault::expired));
  scene.now = morning - seconds{60};
  BOOST_TEST(holds(scene.verify(token)));
  scene.now = morning - seconds{61};
  BOOST_TEST(is_fault(scene.verify(token), IdTokenFault::from_the_future));
}

BOOST_AUTO_TEST_CASE(times_that_are_missing_or_no_numbers_are_malformed) {
  const Scene scene;
  for (const std::string name : {"iat", "exp"}) {
    BOOST_TEST(is_fault(scene.verify([&](Json& claims) { claims.erase(name); }), IdTokenFault::malformed),
               name);
    for (const Json& value : {Json("1795317300"), Json(nullptr), Json(1.5e300), Json(true)})
      BOOST_TEST(
          is_fault(scene.verify([&](Json& claims) { claims[name] = value; }), IdTokenFault::malformed));
  }
  BOOST_TEST(is_fault(scene.verify([](Json& claims) { claims["nbf"] = unix_seconds(morning) + 61; }),
                      IdTokenFault::from_the_future));
}

BOOST_AUTO_TEST_CASE(times_may_have_a_fraction) {
  const Scene scene;
  const auto now = static_cast<double>(unix_seconds(morning));
  BOOST_TEST(holds(scene.verify([&](Json& claims) {
    claims["iat"] = now - 0.75;
    claims["nbf"] = now - 0.75;
    claims["exp"] = now + 600.25;
  })));
  BOOST_TEST(
      is_fault(scene.verify([&](Json& claims) { claims["exp"] = now - 60.5; }), IdTokenFault::expired));
  BOOST_TEST(is_fault(scene.verify([&](Json& claims) { claims["nbf"] = now + 61.5; }),
                      IdTokenFault::from_the_future));
  BOOST_TEST(is_fault(scene.verify([&](Json& claims) { claims["exp"] = -0.5; }), IdTokenFault::malformed));
}

BOOST_AUTO_TEST_CASE(the_nonce_must_be_the_one_that_was_asked_for) {
  Scene scene;
  BOOST_TEST(is_fault(scene.verify([](Json& claims) { claims["nonce"] = "m"; }), IdTokenFault::wrong_nonce));
  BOOST_TEST(is_fault(scene.verify([](Json& claims) { claims.erase("nonce"); }), IdTokenFault::wrong_nonce));
  BOOST_TEST(is_fault(scene.verify([](Json& claims) { claims["nonce"] = Json::array({"n"}); }),
                      IdTokenFault::wrong_nonce));
  scene.policy.nonce.reset();  // a token that was made for somebody's nonce is not good for anybody
  BOOST_TEST(is_fault(scene.verify([](Json&) {}), IdTokenFault::wrong_nonce));
  BOOST_TEST(holds(scene.verify([](Json& claims) { claims.erase("nonce"); })));
}

BOOST_AUTO_TEST_CASE(a_nonce_that_the_app_cannot_know_is_passed_over_where_that_is_set) {
  Scene scene;
  scene.policy.nonce.reset();
  scene.policy.unknown_nonce = true;
  BOOST_TEST(holds(scene.verify([](Json&) {})));
  BOOST_TEST(holds(scene.verify([](Json& claims) { claims.erase("nonce"); })));
  scene.policy.nonce = "m";  // a nonce that the request names is compared all the same
  BOOST_TEST(is_fault(scene.verify([](Json&) {}), IdTokenFault::wrong_nonce));
}

BOOST_AUTO_TEST_CASE(apps_may_have_the_hash_of_the_nonce_in_the_token) {
  Scene scene;
  const auto hashed = [](Json& claims) { claims["nonce"] = hex_encode(view_of(sha256("n"))); };
  BOOST_TEST(is_fault(scene.verify(hashed), IdTokenFault::wrong_nonce));
  scene.policy.nonce_form = NonceForm::plain_or_hashed;
  BOOST_TEST(holds(scene.verify(hashed)));
  BOOST_TEST(holds(scene.verify([](Json&) {})));
}

BOOST_AUTO_TEST_CASE(a_token_without_a_usable_subject_is_malformed) {
  const Scene scene;
  for (const Json& subject : {Json(""), Json(1098), Json(nullptr), Json(std::string(256, 'x'))})
    BOOST_TEST(
        is_fault(scene.verify([&](Json& claims) { claims["sub"] = subject; }), IdTokenFault::malformed));
  BOOST_TEST(holds(scene.verify([](Json& claims) { claims["sub"] = std::string(255, 'x'); })));
}

BOOST_AUTO_TEST_CASE(garbage_is_malformed) {
  const Scene scene;
  const auto good = scene.house.token(scene.house.claims());
  for (const auto& text :
       {std::string{}, std::string("a.b.c"), good + '.', good + '=', '{' + good + '}',
        good.substr(0, good.rfind('.')), std::string(20'000, 'a'), good + std::string(17'000, 'A')})
    BOOST_TEST(is_fault(scene.verify(text), IdTokenFault::malformed));
}

BOOST_AUTO_TEST_CASE(keys_that_cannot_be_used_are_left_out_and_floods_refused) {
  const Scene scene;
  auto keys =
      Json::array({scene.house.key().public_jwk().value(), Json{{"kty", "RSA"}, {"n", "AQAB"}, {"e", "AQAB"}},
                   Json{{"kty", "OKP"}, {"crv", "X25519"}, {"x", "AA"}}, Json("text"), Json(1)});
  BOOST_TEST(parse_provider_keys(json_text(Json{{"keys", keys}})).value().size() == 1U);
  for (std::size_t i = keys.size(); i <= provider_keys_limit; ++i) keys.push_back(Json::object());
  BOOST_TEST(!parse_provider_keys(json_text(Json{{"keys", keys}})));
  for (const std::string text :
       {"", "[]", "{}", "{\"keys\":{}}", "{\"keys\":[]", "{\"keys\":[],\"keys\":[]}"})
    BOOST_TEST(!parse_provider_keys(text), text);
}

BOOST_AUTO_TEST_SUITE_END()
