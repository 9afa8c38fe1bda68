// Social sign-in for apps, and linking for users who are signed in.
#include <boost/test/unit_test.hpp>

#include "base/digest.h"
#include "base/encoding.h"
#include "support/browser.h"
#include "support/provider_house.h"
#include "web/in.h"

using namespace cardea;
using namespace cardea::testing;

namespace {

struct Social : House {
  ProviderHouse apple{http, "https://appleid.apple.com"};
  ProviderHouse google{http, "https://accounts.google.com"};
  User ada = add_user("ada@example.com");

  Social() {
    settings.transport.mode = TransportMode::both;
    add("apple", apple, ProviderType::apple);
    add("google", google, ProviderType::google);
  }
  void add(const std::string& name, const ProviderHouse& provider, ProviderType type) {
    auto described = provider.settings();
    described.name = described.label = name;
    described.type = type;
    settings.providers.push_back(described);
  }
  Response present(const Json& fields, const std::string& provider = "apple") {
    return ask(*this, json_to(*this, "/auth/oauth/" + provider + "/token", fields));
  }
};

std::string token_of(const ProviderHouse& provider, const Json& changes = Json::object()) {
  auto claims = provider.claims();
  claims.update(changes);
  return provider.token(claims);
}

std::string hashed(std::string_view nonce) {
  return hex_encode(view_of(sha256(nonce)));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(social_apps)

BOOST_AUTO_TEST_CASE(an_app_signs_in_with_the_providers_token) {
  Social house;
  const auto response =
      house.present({{"id_token", token_of(house.apple, {{"nonce", hashed("raw")}, {"name", nullptr}})},
                     {"nonce", "raw"},
                     {"name", " 김철수 "},
                     {"device_id", "phone-1"},
                     {"device_name", "Kim's phone"}});
  BOOST_REQUIRE(response.status == 200);
  const auto body = json_of(response);
  BOOST_TEST(body["user"]["name"] == "김철수");
  BOOST_TEST(body["device"]["id"] == "phone-1");
  BOOST_TEST(!string_member(body, "refresh_token").value().empty());
  // The second time Apple tells no name any more, and none is lost.
  const auto again = json_of(
      house.present({{"id_token", token_of(house.apple, {{"name", nullptr}, {"nonce", hashed("raw")}})},
                     {"nonce", "raw"},
                     {"name", "x"}}));
  BOOST_TEST(again["user"]["id"] == body["user"]["id"]);
  BOOST_TEST(again["user"]["name"] == "김철수");
}

BOOST_AUTO_TEST_CASE(a_token_that_does_not_hold_is_refused_with_its_reason) {
  Social house;
  house.settings.limits.address_failures.failures = 1000;
  const auto says = [&](const Json& changes, const Json& nonce = "n") {
    return gist(house.present({{"id_token", token_of(house.apple, changes)}, {"nonce", nonce}}));
  };
  BOOST_TEST(says(Json::object()) == "200");
  BOOST_TEST(says({{"aud", "them"}}) == "401 invalid_grant/wrong_audience");
  BOOST_TEST(says({{"iss", "https://accounts.google.com"}}) == "401 invalid_grant/wrong_issuer");
  BOOST_TEST(says({{"exp", unix_seconds(house.now) - 60}}) == "401 invalid_grant/expired");
  BOOST_TEST(says({{"iat", unix_seconds(house.now) + 61}}) == "401 invalid_grant/clock_skew");
  BOOST_TEST(says(Json::object(), "m") == "401 invalid_grant/wrong_nonce");
  BOOST_TEST(says(Json::object(), nullptr) == "401 invalid_grant/wrong_nonce");
  BOOST_TEST(gist(house.present({{"id_token", token_of(house.google)}, {"nonce", "n"}})) ==
             "401 invalid_grant/unknown_key");
  BOOST_TEST(gist(house.present({{"id_token", "a.b.c"}})) == "401 invalid_grant/malformed");
  auto spoilt = token_of(house.apple);
  spoilt[spoilt.size() - 10] = spoilt[spoilt.size() - 10] == 'A' ? 'B' : 'A';
  BOOST_TEST(gist(house.present({{"id_token", spoilt}, {"nonce", "n"}})) ==
             "401 invalid_grant/bad_signature");
}

// GoogleSignIn on iOS puts a nonce in by itself, which the app is not told.
BOOST_AUTO_TEST_CASE(a_nonce_that_nobody_can_compare_makes_a_token_good_for_once) {
  Social house;
  house.settings.providers.back().unknown_nonce = true;
  const auto token = token_of(house.google, {{"nonce", "the library's own"}});
  BOOST_TEST(gist(house.present({{"id_token", token}, {"nonce", "mine"}}, "google")) ==
             "401 invalid_grant/wrong_nonce");
  BOOST_TEST(house.present({{"id_token", token}}, "google").status == 200);
  BOOST_TEST(gist(house.present({{"id_token", token}}, "google")) == "401 invalid_grant/reused");
  house.now += seconds{599};
  BOOST_TEST(gist(house.present({{"id_token", token}}, "google")) == "401 invalid_grant/reused");
  Browser browser(house);
  BOOST_TEST(browser.sign_in());
  BOOST_TEST(gist(browser.post("/auth/oauth/google/link", {{"id_token", token}})) ==
             "401 invalid_grant/reused");
  const auto next = token_of(house.google, {{"iat", unix_seconds(house.now)},
                                            {"exp", unix_seconds(house.now) + 600},
                                            {"nonce", "the library's next"}});
  BOOST_TEST(house.present({{"id_token", next}}, "google").status == 200);
  BOOST_TEST(gist(house.present({{"id_token", token_of(house.apple)}})) == "401 invalid_grant/wrong_nonce");
}

BOOST_AUTO_TEST_CASE(a_token_by_the_clients_secret_is_taken_where_the_provider_or_the_setting_says_so) {
  const auto signed_by_secret = [](const Social& house, const std::string& algorithm = "HS256") {
    auto text = raw_token({{"alg", algorithm}, {"typ", "JWT"}}, house.google.claims(), "");
    text.pop_back();
    const auto mac = hmac_sha256("0123456789abcdef0123456789abcdef", text);
    return Json{{"id_token", text + '.' + base64url_encode(view_of(mac))}, {"nonce", "n"}};
  };
  Social house;
  auto& google = house.settings.providers.back();
  google.client_secret = Secret::copy_of("0123456789abcdef0123456789abcdef");
  const auto refused = house.present(signed_by_secret(house), "google");
  BOOST_TEST(gist(refused) == "401 invalid_grant/unsupported_algorithm");
  BOOST_TEST(refused.log.note.find("HS256") != std::string::npos, refused.log.note);
  google.id_token_algorithms = {"HS256", "ES256"};
  BOOST_TEST(house.present(signed_by_secret(house), "google").status == 200);
  BOOST_TEST(house.present({{"id_token", token_of(house.google)}, {"nonce", "n"}}, "google").status == 200);
  google.client_secret = Secret::copy_of("too short for it");
  BOOST_TEST(gist(house.present(signed_by_secret(house), "google")) ==
             "401 invalid_grant/unsupported_algorithm");
  BOOST_TEST(gist(house.present(signed_by_secret(house, "none\n"), "google")) ==
             "401 invalid_grant/unsupported_algorithm");

  Social listed;
  listed.settings.providers.back().client_secret = Secret::copy_of("0123456789abcdef0123456789abcdef");
  listed.google.discovery["id_token_signing_alg_values_supported"] = Json::array({"HS256"});
  listed.google.publish();
  BOOST_TEST(listed.present(signed_by_secret(listed), "google").status == 200);
  BOOST_TEST(gist(listed.present({{"id_token", token_of(listed.google)}, {"nonce", "n"}}, "google")) ==
             "401 invalid_grant/unsupported_algorithm");
}

BOOST_AUTO_TEST_CASE(what_is_no_request_is_refused) {
  Social house;
  BOOST_TEST(gist(house.present(Json::object())) == "400 invalid_request/missing");
  BOOST_TEST(gist(house.present({{"id_token", 1}})) == "400 invalid_request/invalid");
  BOOST_TEST(gist(house.present({{"id_token", "a.b.c"}, {"nonce", ""}})) == "400 invalid_request/invalid");
  BOOST_TEST(gist(house.present({{"id_token", "a.b.c"}, {"device_id", "a b"}})) ==
             "400 invalid_request/invalid");
  BOOST_TEST(gist(house.present({{"id_token", "a.b.c"}}, "nobody")) == "404 not_found");
}

BOOST_AUTO_TEST_CASE(guessing_is_slowed_down_like_guessing_passwords) {
  Social house;
  house.settings.limits.address_failures = {.failures = 3, .window = std::chrono::minutes{15}};
  for (int i = 0; i < 3; ++i) BOOST_TEST(house.present({{"id_token", "a.b.c"}}).status == 401);
  BOOST_TEST(gist(house.present({{"id_token", token_of(house.apple)}, {"nonce", "n"}})) ==
             "429 too_many_attempts");
}

BOOST_AUTO_TEST_CASE(a_provider_that_is_down_is_no_failure_of_the_app) {
  Social house;
  house.http.take_down(house.apple.discovery_url());
  const auto response = house.present({{"id_token", token_of(house.apple)}, {"nonce", "n"}});
  BOOST_TEST(gist(response) == "503 temporarily_unavailable");
  BOOST_TEST(header_of(response, "Retry-After") == "10");
}

BOOST_AUTO_TEST_CASE(an_address_in_use_names_the_way) {
  Social house;
  const auto response =
      house.present({{"id_token", token_of(house.apple, {{"email", "ada@example.com"}})}, {"nonce", "n"}});
  BOOST_TEST(gist(response) == "409 email_in_use");
  BOOST_TEST(json_of(response)["strategy"] == "password");
}

BOOST_AUTO_TEST_CASE(linking_takes_a_signed_in_user) {
  Social house;
  Browser browser(house);
  const Json fields{{"id_token", token_of(house.apple)}, {"nonce", "n"}};
  BOOST_TEST(gist(browser.post("/auth/oauth/apple/link", fields)) == "401 invalid_token/missing");
  BOOST_TEST(gist(browser.post("/auth/oauth/apple/unlink", Json::object())) == "401 invalid_token/missing");
  BOOST_TEST(gist(browser.get("/auth/identities")) == "401 invalid_token/missing");
  BOOST_TEST(browser.sign_in());
  BOOST_TEST(gist(browser.post("/auth/oauth/nobody/link", fields)) == "404 not_found");
  BOOST_TEST(browser.post("/auth/oauth/apple/link", fields).status == 204);
  const auto held = json_of(browser.get("/auth/identities"));
  BOOST_TEST(
      (held == Json{{"identities",
                     {{{"provider", "apple"},
                       {"label", "apple"},
                       {"linked_at", unix_seconds(house.now)},
                       {"reauthenticates", true}}}},
                    {"password", true}}));
  BOOST_TEST(json_of(house.present(fields))["user"]["id"] == house.ada.id.text());
}

BOOST_AUTO_TEST_CASE(an_identity_of_another_account_is_not_linked) {
  Social house;
  (void)house.present({{"id_token", token_of(house.apple)}, {"nonce", "n"}});
  Browser browser(house);
  BOOST_TEST(browser.sign_in());
  BOOST_TEST(gist(browser.post("/auth/oauth/apple/link", {{"id_token", token_of(house.apple)},
                                                          {"nonce", "n"}})) == "409 identity_in_use");
}

BOOST_AUTO_TEST_CASE(the_last_way_to_sign_in_cannot_be_unlinked) {
  Social house;
  Browser browser(house);
  (void)browser.post("/auth/oauth/apple/token", {{"id_token", token_of(house.apple)}, {"nonce", "n"}});
  BOOST_TEST(gist(browser.post("/auth/oauth/google/unlink", Json::object())) == "404 not_found");
  BOOST_TEST(gist(browser.post("/auth/oauth/apple/unlink", Json::object())) == "409 last_way");
  BOOST_TEST(browser.post("/auth/oauth/google/link", {{"id_token", token_of(house.google)}, {"nonce", "n"}})
                 .status == 204);
  BOOST_TEST(browser.post("/auth/oauth/apple/unlink", Json::object()).status == 204);
  house.settings.providers
      .pop_back();  // the site gives Google up: the identity can still be let go by its name
  BOOST_TEST(gist(browser.post("/auth/oauth/google/unlink", Json::object())) == "409 last_way");
}

BOOST_AUTO_TEST_CASE(a_browser_links_by_going_to_the_provider) {
  Social house;
  Browser browser(house);
  BOOST_TEST(browser.sign_in());
  const auto begun = browser.post("/auth/oauth/google/link", {{"return_to", "/account"}});
  BOOST_REQUIRE(begun.status == 200);
  const auto location = string_member(json_of(begun), "location").value();
  const auto sent = parse_form(location.substr(location.find('?') + 1)).value();
  auto claims = house.google.claims();
  claims["nonce"] = string_member(sent, "nonce").value();
  house.google.answer_codes_with(claims);
  const auto access = browser.cookie(access_cookie);
  const auto back =
      browser.get("/auth/oauth/google/callback?code=c&state=" + string_member(sent, "state").value());
  BOOST_TEST(back.status == 303);
  BOOST_TEST(header_of(back, "Location") == "https://example.com/account");
  BOOST_TEST(browser.cookie(access_cookie) == access);  // still the same session
  BOOST_TEST(house.store.provider_identities_of(house.ada.id).size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_link_that_was_begun_ends_with_its_session) {
  Social house;
  Browser browser(house);
  BOOST_TEST(browser.sign_in());
  const auto begun = json_of(browser.post("/auth/oauth/google/link", {{"return_to", "/account?a=1"}}));
  const auto location = string_member(begun, "location").value();
  const auto sent = parse_form(location.substr(location.find('?') + 1)).value();
  auto claims = house.google.claims();
  claims["nonce"] = string_member(sent, "nonce").value();
  house.google.answer_codes_with(claims);
  (void)browser.post("/auth/logout", Json::object());
  const auto back =
      browser.get("/auth/oauth/google/callback?code=c&state=" + string_member(sent, "state").value());
  BOOST_TEST(header_of(back, "Location") == "https://example.com/account?a=1&problem=invalid_token");
  BOOST_TEST(house.store.provider_identities_of(house.ada.id).empty());
}

BOOST_AUTO_TEST_CASE(another_site_can_neither_link_nor_unlink) {
  Social house;
  for (const std::string path :
       {"/auth/oauth/google/link", "/auth/oauth/google/unlink", "/auth/oauth/google/token"})
    BOOST_TEST(gist(ask(house, json_to(house, path, Json::object(), {{"origin", "https://evil.example"}}))) ==
               "403 csrf_refused");
}

BOOST_AUTO_TEST_SUITE_END()
