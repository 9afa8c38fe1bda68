// Social sign-in as a browser sees it: /oauth/{p}/start, the provider, /oauth/{p}/callback.
#include <boost/test/unit_test.hpp>

#include "base/digest.h"
#include "base/encoding.h"
#include "support/browser.h"
#include "support/provider_house.h"
#include "web/fields.h"

using namespace cardea;
using namespace cardea::testing;

namespace {

// A site with two providers and the people who come from them.
struct Social : House {
  ProviderHouse google{http, "https://accounts.google.com"};
  ProviderHouse kakao{http, "https://kauth.kakao.com"};

  Social() {
    add("google", google, ProviderType::google);
    add("kakao", kakao, ProviderType::kakao);
  }
  void add(const std::string& name, const ProviderHouse& provider, ProviderType type) {
    auto described = provider.settings();
    described.name = name;
    described.label = name == "google" ? "Google" : "Kakao";
    described.type = type;
    settings.providers.push_back(described);
  }
};

struct Trip {
  Json sent;  // the parameters of the provider's address
  std::string state;
};

Trip begin(Browser& browser, const std::string& provider, const std::string& return_to = "/members/?x=1") {
  const auto response = browser.get("/auth/oauth/" + provider + "/start?return_to=" +
                                    (return_to == "/members/?x=1" ? "%2Fmembers%2F%3Fx%3D1" : return_to));
  BOOST_REQUIRE(response.status == 303);
  const auto location = header_of(response, "Location");
  const auto sent = parse_form(location.substr(location.find('?') + 1)).value();
  return {sent, string_member(sent, "state").value()};
}

// The provider proves whom it likes, for the nonce of the trip.
void prove(ProviderHouse& provider, const Trip& trip, const Json& changes = Json::object()) {
  auto claims = provider.claims();
  claims["nonce"] = string_member(trip.sent, "nonce").value();
  claims.update(changes);
  provider.answer_codes_with(claims);
}

Response come_back(Browser& browser, const std::string& provider, const Trip& trip,
                   const std::string& more = "&code=c0de") {
  return browser.get("/auth/oauth/" + provider + "/callback?state=" + trip.state + more,
                     {{"sec-fetch-site", "cross-site"}});
}

std::string place(const Response& response) {
  return std::to_string(response.status) + " " + header_of(response, "Location");
}

const std::string welcome = "303 https://example.com/auth/continue?signed_in=1&return_to=/members/%3Fx%3D1";
const std::string refused = "303 https://example.com/login?return_to=/members/%3Fx%3D1&problem=";
const std::string expired = "303 https://example.com/login?return_to=/&problem=expired#expired";

// Back on the sign-in page with that word, for programs and for the stylesheet.
std::string refused_with(const std::string& word, const std::string& more = "") {
  return refused + word + more + "#" + word;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(social)

BOOST_AUTO_TEST_CASE(a_person_signs_in_at_the_provider_and_comes_back) {
  Social house;
  Browser browser(house);
  const auto trip = begin(browser, "google");
  BOOST_TEST(string_member(trip.sent, "redirect_uri").value() ==
             "https://example.com/auth/oauth/google/callback");
  BOOST_TEST(string_member(trip.sent, "code_challenge_method").value() == "S256");
  prove(house.google, trip);
  BOOST_TEST(place(come_back(browser, "google", trip)) == welcome);
  const auto me = json_of(browser.get("/auth/me"));
  BOOST_TEST(me["email"] == "Kim@example.com");
  BOOST_TEST(me["last_method"] == "google");
  BOOST_TEST(browser.get("/auth/continue?signed_in=1&return_to=/members/").status == 303);
  BOOST_TEST(!browser.cookie(refresh_cookie).empty());
}

BOOST_AUTO_TEST_CASE(the_code_is_exchanged_with_the_verifier_of_this_trip) {
  Social house;
  Browser browser(house);
  const auto trip = begin(browser, "google");
  prove(house.google, trip);
  (void)come_back(browser, "google", trip);
  const auto form = parse_form(house.http.calls().at(1).body.reveal()).value();
  const auto verifier = string_member(form, "code_verifier").value();
  BOOST_TEST(verifier.size() == 43U);
  BOOST_TEST(base64url_encode(view_of(sha256(verifier))) ==
             string_member(trip.sent, "code_challenge").value());
  BOOST_TEST(string_member(form, "code").value() == "c0de");
}

BOOST_AUTO_TEST_CASE(the_cookie_of_a_trip_is_short_lived_and_lax_and_cannot_be_planted) {
  Social house;
  const auto response = ask(house, request_to(house, "GET", "/auth/oauth/google/start"));
  BOOST_REQUIRE(response.cookies.size() == 1U);
  const auto& cookie = response.cookies.front();
  BOOST_TEST(cookie.name.starts_with("__Host-cardea_oauth_"));
  BOOST_TEST(cookie.path == "/");
  BOOST_TEST(cookie.domain.empty());
  BOOST_TEST(cookie.secure);
  BOOST_TEST(cookie.same_site == "Lax");
  BOOST_TEST((cookie.max_age == seconds{600}));
  house.settings.providers.front().type = ProviderType::apple;
  const auto apple = ask(house, request_to(house, "GET", "/auth/oauth/google/start"));
  BOOST_TEST(apple.cookies.front().same_site == "None");
  BOOST_TEST(header_of(apple, "Location").find("response_mode=form_post") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_state_of_another_browser_or_none_is_refused) {
  Social house;
  Browser victim(house);
  Browser thief(house);
  const auto trip = begin(thief, "google");
  prove(house.google, trip);
  BOOST_TEST(place(come_back(victim, "google", trip)) == expired);
  for (const std::string query : {"", "?code=c0de", "?state=&code=c0de", "?state=x&code=c0de",
                                  "?state=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA&code=c0de", "?state=%"})
    BOOST_TEST(place(victim.get("/auth/oauth/google/callback" + query)) == expired, query);
  BOOST_TEST(house.http.calls_to(house.google.token_url()) == 0);
  BOOST_TEST(victim.cookie(access_cookie).empty());
}

BOOST_AUTO_TEST_CASE(a_state_is_good_once_even_for_a_copy_of_the_browser) {
  Social house;
  Browser browser(house);
  const auto trip = begin(browser, "google");
  prove(house.google, trip);
  auto copy = browser.copy();
  BOOST_TEST(place(come_back(browser, "google", trip)) == welcome);
  BOOST_TEST(place(come_back(browser, "google", trip)) == expired);  // its cookie is gone
  BOOST_TEST(place(come_back(copy, "google", trip)) == refused_with("provider_refused"));
  BOOST_TEST(house.http.calls_to(house.google.token_url()) == 1);
}

BOOST_AUTO_TEST_CASE(a_trip_takes_ten_minutes_at_most) {
  for (const auto& [late, expected] : {std::pair{seconds{599}, welcome}, std::pair{seconds{600}, expired}}) {
    Social house;
    Browser browser(house);
    const auto trip = begin(browser, "google");
    prove(house.google, trip,
          {{"iat", unix_seconds(house.now + late)}, {"exp", unix_seconds(house.now + late) + 60}});
    house.now += late;
    BOOST_TEST(place(come_back(browser, "google", trip)) == expected);
  }
}

BOOST_AUTO_TEST_CASE(a_cookie_that_was_changed_is_no_trip) {
  Social house;
  Browser browser(house);
  const auto trip = begin(browser, "google");
  prove(house.google, trip);
  const auto name = "__Host-cardea_oauth_" + trip.state.substr(0, 8);
  const auto value = browser.cookie(name);
  BOOST_REQUIRE(!value.empty());
  auto other = value;
  other[5] = other[5] == 'A' ? 'B' : 'A';
  for (const auto& changed : {other, value.substr(0, value.size() - 1), "2" + value.substr(1), value + "x",
                              std::string("1.e30.AAAA"), std::string(5000, 'a'), std::string("..")}) {
    browser.set_cookie(name, changed, "/");
    BOOST_TEST(place(come_back(browser, "google", trip)) == expired);
  }
}

// Mix-up: the response of one provider at the callback of another.
BOOST_AUTO_TEST_CASE(a_response_at_another_providers_callback_is_refused) {
  Social house;
  Browser browser(house);
  const auto trip = begin(browser, "google");
  prove(house.google, trip);
  prove(house.kakao, trip);
  BOOST_TEST(place(come_back(browser, "kakao", trip)) == expired);
  BOOST_TEST(house.http.calls_to(house.kakao.token_url()) == 0);
  BOOST_TEST(place(come_back(browser, "google", trip, "&code=c0de&iss=https%3A%2F%2Fkauth.kakao.com")) ==
             refused_with("provider_refused"));
  BOOST_TEST(house.http.calls_to(house.google.token_url()) == 0);
}

BOOST_AUTO_TEST_CASE(what_the_provider_refuses_is_told_on_the_sign_in_page) {
  for (const std::string more :
       {"&error=access_denied", "&error=server_error&error_description=x%0d%0ay", "", "&code="}) {
    Social house;
    Browser browser(house);
    const auto trip = begin(browser, "google");
    const auto response = come_back(browser, "google", trip, more);
    BOOST_TEST(place(response) == refused_with("provider_refused"), more);
    BOOST_TEST(browser.cookie("__Host-cardea_oauth_" + trip.state.substr(0, 8)).empty());
  }
}

BOOST_AUTO_TEST_CASE(a_token_of_another_trip_is_refused) {
  Social house;
  Browser browser(house);
  Browser other(house);
  const auto trip = begin(browser, "google");
  prove(house.google, begin(other, "google"));
  BOOST_TEST(place(come_back(browser, "google", trip)) == refused_with("provider_refused"));
}

BOOST_AUTO_TEST_CASE(a_provider_that_is_down_is_told_so) {
  Social house;
  Browser browser(house);
  const auto trip = begin(browser, "google");
  house.http.take_down(house.google.token_url());
  BOOST_TEST(place(come_back(browser, "google", trip)) ==
             refused_with("temporarily_unavailable", "&retry_after=10"));
  house.http.take_down(house.kakao.discovery_url());
  BOOST_TEST(
      place(browser.get("/auth/oauth/kakao/start?return_to=/a")) ==
      "303 https://example.com/login?return_to=/a&problem=temporarily_unavailable#temporarily_unavailable");
}

BOOST_AUTO_TEST_CASE(the_address_of_another_account_leads_back_with_the_way_it_signs_in) {
  Social house;
  house.add_user("kim@example.com");
  Browser browser(house);
  const auto trip = begin(browser, "google");
  prove(house.google, trip);
  BOOST_TEST(place(come_back(browser, "google", trip)) == refused_with("email_in_use", "&strategy=password"));
  BOOST_TEST(browser.cookie(access_cookie).empty());
}

BOOST_AUTO_TEST_CASE(two_tabs_travel_at_once_and_too_many_lose_the_oldest) {
  Social house;
  Browser browser(house);
  const auto first = begin(browser, "google");
  const auto second = begin(browser, "kakao");
  prove(house.kakao, second, {{"sub", "k"}, {"email", "k@example.com"}});
  BOOST_TEST(place(come_back(browser, "kakao", second)) == welcome);
  prove(house.google, first);
  BOOST_TEST(place(come_back(browser, "google", first)) == welcome);
  for (int i = 0; i < 10; ++i) (void)begin(browser, "google");
  int held = 0;
  const auto header = browser.cookie_header("/");
  for (auto at = header.find("cardea_oauth_"); at != header.npos; at = header.find("cardea_oauth_", at + 1))
    ++held;
  BOOST_TEST(held == 4);
}

BOOST_AUTO_TEST_CASE(apple_comes_back_by_a_post_from_its_own_site_and_tells_the_name_once) {
  Social house;
  house.settings.providers.front().type = ProviderType::apple;
  Browser browser(house);
  const auto trip = begin(browser, "google");
  prove(house.google, trip,
        {{"name", nullptr}, {"email", "x1@privaterelay.appleid.com"}, {"email_verified", "true"}});
  auto request =
      form_to(house, "/auth/oauth/google/callback",
              "state=" + trip.state +
                  "&code=c0de&user=%7B%22name%22%3A%7B%22firstName%22%3A%22Chul%22%2C%22lastName%22%3A"
                  "%22Kim%22%7D%2C%22email%22%3A%22victim%40example.com%22%7D",
              {{"origin", "https://appleid.apple.com"},
               {"sec-fetch-site", "cross-site"},
               {"cookie", browser.cookie_header("/auth/oauth/google/callback")}});
  const auto response = ask(house, request);
  BOOST_TEST(place(response) == welcome);
  const auto user = house.store.user_by_email("x1@privaterelay.appleid.com").value();
  BOOST_TEST(user.name == "Chul Kim");
  BOOST_TEST(!house.store.user_by_email("victim@example.com"));
}

BOOST_AUTO_TEST_CASE(strict_cookies_get_a_page_that_goes_on_by_itself) {
  Social house;
  house.settings.cookies.same_site = SameSite::strict;
  Browser browser(house);
  const auto trip = begin(browser, "google");
  prove(house.google, trip);
  const auto response = come_back(browser, "google", trip);
  BOOST_TEST(response.status == 200);
  BOOST_TEST(header_of(response, "Refresh") ==
             "0; url=https://example.com/auth/continue?signed_in=1&return_to=/members/%3Fx%3D1");
  BOOST_TEST(!browser.cookie(access_cookie).empty());
}

BOOST_AUTO_TEST_CASE(only_paths_of_this_site_are_gone_back_to) {
  Social house;
  Browser browser(house);
  for (const std::string path :
       {"https%3A%2F%2Fevil.example", "%2F%2Fevil.example", "%2F%5Cevil.example", "x"})
    BOOST_TEST(browser.get("/auth/oauth/google/start?return_to=" + path).status == 400, path);
  for (const std::string path : {"/auth/oauth/nobody/start", "/auth/oauth/nobody/callback"})
    BOOST_TEST(browser.get(path).status == 404);
}

BOOST_AUTO_TEST_CASE(the_sign_in_page_learns_what_there_is_and_what_was_used_last) {
  Social house;
  Browser browser(house);
  BOOST_TEST((json_of(browser.get("/auth/providers")) == Json{{"providers",
                                                               {{{"name", "google"},
                                                                 {"label", "Google"},
                                                                 {"start", "/auth/oauth/google/start"},
                                                                 {"last_used", false}},
                                                                {{"name", "kakao"},
                                                                 {"label", "Kakao"},
                                                                 {"start", "/auth/oauth/kakao/start"},
                                                                 {"last_used", false}}}},
                                                              {"last_method", nullptr}}));
  const auto trip = begin(browser, "kakao");
  prove(house.kakao, trip);
  (void)come_back(browser, "kakao", trip);
  (void)browser.post("/auth/logout", Json::object());
  const auto after = json_of(browser.get("/auth/providers"));
  BOOST_TEST(after["last_method"] == "kakao");
  BOOST_TEST(after["providers"][1]["last_used"] == true);
  house.add_user("ada@example.com");
  BOOST_TEST(browser.sign_in());
  BOOST_TEST(json_of(browser.get("/auth/providers"))["last_method"] == "password");
  browser.set_cookie("__Secure-cardea_method", "nobody", "/auth");
  BOOST_TEST(json_of(browser.get("/auth/providers"))["last_method"] == nullptr);
}

BOOST_AUTO_TEST_SUITE_END()
