// What each provider does in a way of its own.
#include "provider/provider_scene.h"

#include "token/access_token.h"

using namespace cardea;
using namespace cardea::testing;

BOOST_AUTO_TEST_SUITE(provider_kinds)

BOOST_AUTO_TEST_CASE(apples_secret_is_made_of_its_key) {
  Scene scene;
  SystemEntropy entropy;
  const auto key = SigningKey::generate(Algorithm::es256, entropy);
  scene.settings.client_secret = {};
  scene.settings.type = ProviderType::apple;
  scene.settings.team_id = "TEAM";
  scene.settings.key_id = "KEYID";
  scene.settings.private_key = key.private_pem();
  scene.house.discovery["token_endpoint_auth_methods_supported"] = {"client_secret_post"};
  scene.house.publish();
  scene.house.answer_codes_with(scene.house.claims());
  person_in(scene.redeem());
  const std::string body(scene.http.calls().at(1).body.reveal());
  const auto jws = parse_jws(body.substr(body.find("client_secret=") + 14)).value();
  BOOST_TEST(jws_is_signed_by(jws, key));
  BOOST_TEST(string_member(jws.header, "kid").value() == "KEYID");
  const auto claims = parse_json(jws.payload).value();
  BOOST_TEST((claims == Json{{"iss", "TEAM"},
                             {"sub", "us"},
                             {"aud", "https://id.example.com"},
                             {"iat", unix_seconds(morning)},
                             {"exp", unix_seconds(morning) + 300}}));
}

BOOST_AUTO_TEST_CASE(google_writes_its_name_in_two_ways) {
  FakeHttp http;
  ProviderHouse google(http, "https://accounts.google.com");
  auto settings = google.settings();
  settings.type = ProviderType::google;
  const TemporaryDirectory directory("google");
  auto claims = google.claims();
  claims["iss"] = "accounts.google.com";
  const AppToken token{.id_token = google.token(claims), .nonce = "n"};
  const auto person =
      person_in(ProviderClient(settings, http, directory.path(), seconds{60}).person_of(token, morning));
  BOOST_TEST(person.issuer == "https://accounts.google.com");
  settings.type = ProviderType::oidc;
  BOOST_TEST(
      is_token_fault(ProviderClient(settings, http, directory.path(), seconds{60}).person_of(token, morning),
                     IdTokenFault::wrong_issuer));
}

BOOST_AUTO_TEST_CASE(github_tells_the_verified_primary_address) {
  FakeHttp http;
  ProviderSettings github;
  github.name = "github";
  github.type = ProviderType::github;
  github.issuer = "https://github.com";
  github.client_id = "us";
  github.client_secret = Secret::copy_of("hush");
  github.token_endpoint = "https://github.com/token";
  github.user_endpoint = "https://api.github.com/user";
  const TemporaryDirectory directory("github");
  http.put(github.token_endpoint, Json{{"access_token", "gho"}});
  http.put(github.user_endpoint,
           Json{{"id", 583231}, {"login", "octocat"}, {"name", nullptr}, {"email", "x@x.example"}});
  http.put(github.user_endpoint + "/emails",
           Json::array({Json{{"email", "new@example.com"}, {"primary", false}, {"verified", true}},
                        Json{{"email", "octo@example.com"}, {"primary", true}, {"verified", true}}}));
  const auto redeem = [&] {
    return ProviderClient(github, http, directory.path(), seconds{60})
        .redeem({.code = "c",
                 .issuer = {},
                 .redirect_uri = "r",
                 .nonce = "n",
                 .code_verifier = Secret::copy_of("v")},
                morning);
  };
  const auto person = person_in(redeem());
  BOOST_TEST(person.subject == "583231");
  BOOST_TEST(person.email.value().key == "octo@example.com");
  BOOST_TEST(person.name == "octocat");
  http.put(github.user_endpoint + "/emails",
           Json::array({Json{{"email", "octo@example.com"}, {"primary", true}, {"verified", false}}}));
  BOOST_TEST(!person_in(redeem()).email.has_value());
  http.put(github.token_endpoint, Json{{"error", "bad_verification_code"}});
  BOOST_TEST(is_fault(redeem(), ProviderFault::refused));
  BOOST_TEST(is_fault(ProviderClient(github, http, directory.path(), seconds{60})
                          .person_of({.id_token = "a.b.c", .nonce = {}}, morning),
                      ProviderFault::takes_no_tokens));
}

BOOST_AUTO_TEST_CASE(naver_tells_who_it_is_and_its_address_is_not_believed) {
  const Json answer{
      {"resultcode", "00"},
      {"response", {{"id", "abc123"}, {"nickname", "네이버"}, {"email", "victim@example.com"}}}};
  ProviderSettings naver;
  naver.name = "naver";
  naver.issuer = "https://nid.naver.com";
  const auto person = person_of_naver(answer, naver).value();
  BOOST_TEST(person.subject == "abc123");
  BOOST_TEST(person.name == "네이버");
  BOOST_TEST(!person.email.has_value());
  BOOST_TEST(!person_of_naver(Json{{"resultcode", "024"}}, naver));
  BOOST_TEST(!person_of_naver(Json{{"resultcode", "00"}, {"response", {{"id", 1}}}}, naver));
}

BOOST_AUTO_TEST_CASE(apples_name_comes_beside_the_code) {
  BOOST_TEST(name_of_apple_user(R"({"name":{"firstName":"철수","lastName":"김"},"email":"x@y.example"})") ==
             "철수 김");
  BOOST_TEST(name_of_apple_user(R"({"name":{"firstName":"Kim"}})") == "Kim");
  for (const std::string text : {"", "{}", "[]", "{\"name\":1}", "{\"name\":{\"firstName\":1}}", "not json"})
    BOOST_TEST(name_of_apple_user(text).empty(), text);
  BOOST_TEST(name_of_apple_user("{\"name\":{\"firstName\":\"a\\u202eb\"}}") == "ab");
  BOOST_TEST(name_of_apple_user("{\"name\":{\"firstName\":\"\\u3164\"}}").empty());
  BOOST_TEST(name_of_apple_user("{\"name\":{\"firstName\":\"" + std::string(5000, 'x') + "\"}}").size() ==
             100U);
}

BOOST_AUTO_TEST_CASE(a_name_is_cut_and_cleaned_and_where_nothing_is_left_the_next_one_counts) {
  const auto name_in = [](const Json& claims) { return person_of_claims(claims, ProviderSettings{}).name; };
  const std::string family = "\U0001F468\u200D\U0001F469\u200D\U0001F467\u200D\U0001F466";
  std::string families;
  for (int i = 0; i < 50; ++i) families += family;
  BOOST_TEST(!name_in({{"name", families}}).empty());
  BOOST_TEST(name_in({{"name", std::string(150, 'x')}}) == std::string(100, 'x'));
  BOOST_TEST(name_in({{"name", "Kim\u200F"}}) == "Kim");
  BOOST_TEST(name_in({{"name", "\u3164"}, {"nickname", "Kim"}}) == "Kim");
  BOOST_TEST(name_in({{"name", " "}, {"given_name", "Ada"}, {"family_name", "Lovelace"}}) == "Ada Lovelace");
}

BOOST_AUTO_TEST_SUITE_END()
