#include "provider/client.h"

#include "base/digest.h"
#include "base/encoding.h"
#include "provider/provider_scene.h"
#include "token/access_token.h"

using namespace cardea;
using namespace cardea::testing;

BOOST_AUTO_TEST_SUITE(provider_clients)

BOOST_AUTO_TEST_CASE(the_browser_is_sent_with_state_nonce_and_a_challenge) {
  Scene scene;
  const auto url = scene.client().authorization_url(
      {.redirect_uri = "https://example.com/cb", .state = "st", .nonce = "no", .code_verifier = "verifier"},
      scene.now);
  const auto text = std::get<std::string>(url);
  BOOST_TEST(text.starts_with("https://id.example.com/authorize?response_type=code&client_id=us&"));
  BOOST_TEST(text.find("&redirect_uri=https%3A%2F%2Fexample.com%2Fcb&state=st&") != std::string::npos);
  BOOST_TEST(text.find("&code_challenge=" + base64url_encode(view_of(sha256("verifier"))) +
                       "&code_challenge_method=S256&") != std::string::npos);
  BOOST_TEST(text.find("&scope=openid%20email%20profile&nonce=no") != std::string::npos);
  BOOST_TEST(text.find("verifier") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_code_brings_the_person_whom_the_token_proves) {
  Scene scene;
  scene.house.answer_codes_with(scene.house.claims());
  const auto person = person_in(scene.redeem());
  BOOST_TEST(person.issuer == "https://id.example.com");
  BOOST_TEST(person.subject == "1098");
  BOOST_TEST(person.provider == "house");
  BOOST_TEST(person.email.value().key == "kim@example.com");
  BOOST_TEST(person.name == "Kim");
}

BOOST_AUTO_TEST_CASE(the_secret_travels_as_the_provider_wants_it_and_never_in_an_address) {
  Scene scene;
  scene.settings.client_secret = Secret::copy_of("hu:sh&");
  scene.house.answer_codes_with(scene.house.claims());
  person_in(scene.redeem());
  const auto basic = scene.http.calls().at(1);
  BOOST_TEST(header_of(basic, "Authorization") == "Basic " + base64_encode("us:hu%3Ash%26"));
  BOOST_TEST(
      basic.body.reveal() ==
      "grant_type=authorization_code&code=c0de&redirect_uri=https%3A%2F%2Fexample.com%2Fauth%2Foauth%2F"
      "house%2Fcallback&code_verifier=verifier");

  Scene other;
  other.house.discovery["token_endpoint_auth_methods_supported"] = {"client_secret_post"};
  other.house.publish();
  other.house.answer_codes_with(other.house.claims());
  person_in(other.redeem());
  const auto post = other.http.calls().at(1);
  BOOST_TEST(header_of(post, "Authorization").empty());
  BOOST_TEST(post.body.reveal().ends_with("&client_id=us&client_secret=hush"));
  for (const auto& call : other.http.calls()) BOOST_TEST(call.url.find("hush") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_code_that_the_provider_does_not_take_is_refused) {
  Scene scene;
  scene.http.put(scene.house.token_url(), [](const HttpCall&) {
    return HttpAnswer{400, R"({"error":"invalid_grant","error_description":"kim@example.com"})"};
  });
  const auto outcome = scene.redeem();
  BOOST_TEST(is_fault(outcome, ProviderFault::refused));
  BOOST_TEST(std::get<ProviderRefused>(outcome).note == "the token endpoint answers 400: invalid_grant");
}

BOOST_AUTO_TEST_CASE(a_token_that_does_not_hold_is_refused_with_its_fault) {
  Scene scene;
  auto claims = scene.house.claims();
  claims["aud"] = "them";
  scene.house.answer_codes_with(claims);
  BOOST_TEST(is_token_fault(scene.redeem(), IdTokenFault::wrong_audience));
  claims = scene.house.claims();
  claims["nonce"] = "of another browser";
  scene.house.answer_codes_with(claims);
  BOOST_TEST(is_token_fault(scene.redeem(), IdTokenFault::wrong_nonce));
  scene.http.put(scene.house.token_url(), Json{{"access_token", "at"}});
  BOOST_TEST(is_token_fault(scene.redeem(), IdTokenFault::malformed));
}

// RFC 9207: the response of one provider at the callback of another.
BOOST_AUTO_TEST_CASE(the_response_must_come_from_this_issuer) {
  Scene scene;
  scene.house.answer_codes_with(scene.house.claims());
  BOOST_TEST(is_fault(scene.redeem("https://evil.example.com"), ProviderFault::foreign));
  BOOST_TEST(scene.http.calls_to(scene.house.token_url()) == 0);  // the code goes to nobody
  person_in(scene.redeem("https://id.example.com"));
  person_in(scene.redeem());

  Scene strict;
  strict.house.discovery["authorization_response_iss_parameter_supported"] = true;
  strict.house.publish();
  strict.house.answer_codes_with(strict.house.claims());
  BOOST_TEST(is_fault(strict.redeem(), ProviderFault::foreign));
  person_in(strict.redeem("https://id.example.com"));
}

BOOST_AUTO_TEST_CASE(an_address_counts_only_if_it_is_verified) {
  Scene scene;
  const auto email_of = [&](const Json& verified) {
    auto claims = scene.house.claims();
    claims["email_verified"] = verified;
    scene.house.answer_codes_with(claims);
    return person_in(scene.redeem()).email.has_value();
  };
  BOOST_TEST(email_of(true));
  BOOST_TEST(email_of("true"));  // Apple
  for (const Json& no : {Json(false), Json("false"), Json(1), Json("yes"), Json(nullptr)})
    BOOST_TEST(!email_of(no));
}

BOOST_AUTO_TEST_CASE(what_the_token_leaves_out_is_asked_for) {
  Scene scene;
  auto claims = scene.house.claims();
  claims.erase("email_verified");  // Kakao
  scene.house.answer_codes_with(claims);
  scene.http.put(scene.house.user_url(),
                 Json{{"sub", "1098"}, {"email", "kim@example.com"}, {"email_verified", true}});
  const auto person = person_in(scene.redeem());
  BOOST_TEST(person.email.has_value());
  BOOST_TEST(person.name == "Kim");
  BOOST_TEST(header_of(scene.http.calls().back(), "Authorization") == "Bearer at");

  scene.http.put(scene.house.user_url(),
                 Json{{"sub", "2"}, {"email", "a@b.example"}, {"email_verified", true}});
  BOOST_TEST(is_fault(scene.redeem(), ProviderFault::bad_token));
  scene.http.take_down(scene.house.user_url());
  BOOST_TEST(is_fault(scene.redeem(), ProviderFault::unreachable));
}

BOOST_AUTO_TEST_CASE(apps_bring_tokens_for_the_clients_that_are_configured) {
  Scene scene;
  auto claims = scene.house.claims();
  claims["aud"] = "our-app";
  claims["azp"] = "our-app";
  const auto token = scene.house.token(claims);
  BOOST_TEST(is_token_fault(scene.present(token), IdTokenFault::wrong_audience));
  scene.settings.audiences = {"our-app"};
  person_in(scene.present(token));
  scene.house.answer_codes_with(claims);  // but the browser's flow is the site's own
  BOOST_TEST(is_token_fault(scene.redeem(), IdTokenFault::wrong_audience));
}

BOOST_AUTO_TEST_CASE(a_new_key_of_the_provider_is_found_at_once) {
  Scene scene;
  person_in(scene.present(scene.house.token(scene.house.claims())));
  scene.house.new_key();
  scene.house.withdraw_old_keys();
  scene.now += refetch_floor;
  person_in(scene.present(scene.house.token(scene.house.claims())));
  BOOST_TEST(scene.http.calls_to(scene.house.keys_url()) == 2);
}

BOOST_AUTO_TEST_CASE(a_flood_of_unknown_keys_asks_the_provider_once_a_minute) {
  Scene scene;
  SystemEntropy entropy;
  for (int i = 0; i < 50; ++i) {
    const auto stranger = SigningKey::generate(Algorithm::es256, entropy);
    const auto token = write_jws("", json_text(scene.house.claims()), stranger);
    BOOST_TEST(is_token_fault(scene.present(token), IdTokenFault::unknown_key));
    scene.now += seconds{2};
  }
  BOOST_TEST(scene.http.calls_to(scene.house.keys_url()) == 2);
  person_in(scene.present(scene.house.token(scene.house.claims())));
}

BOOST_AUTO_TEST_SUITE_END()
