// Social sign-in as a browser sees it: /oauth/{p}/start, the provider, /oauth/{p}/callback.
#include "web/social_trip.h"

using namespace cardea;
using namespace cardea::testing;

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
  browser.set_cookie("__Host-cardea_method", "nobody", "/");
  BOOST_TEST(json_of(browser.get("/auth/providers"))["last_method"] == nullptr);
}

BOOST_AUTO_TEST_SUITE_END()
