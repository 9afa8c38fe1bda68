// A trip to a provider: its cookie, its state, its verifier.
#include "web/social_trip.h"

#include "base/digest.h"
#include "base/encoding.h"

using namespace cardea;
using namespace cardea::testing;

BOOST_AUTO_TEST_SUITE(social_trips)

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
  BOOST_TEST(place(come_back(copy, "google", trip)) == refused_with("provider_refused"));
  BOOST_TEST(house.http.calls_to(house.google.token_url()) == 1);
}

BOOST_AUTO_TEST_CASE(a_callback_that_is_loaded_again_leads_on_while_it_is_signed_in) {
  Social house;
  Browser browser(house);
  const auto trip = begin(browser, "google");
  prove(house.google, trip);
  BOOST_TEST(place(come_back(browser, "google", trip)) == welcome);
  const auto before = browser.cookie(access_cookie);
  for (int again = 0; again < 2; ++again)
    BOOST_TEST(place(come_back(browser, "google", trip)) == "303 https://example.com/members/?x=1");
  BOOST_TEST(browser.cookie(access_cookie) == before);
  BOOST_TEST(house.http.calls_to(house.google.token_url()) == 1);
  BOOST_TEST(browser.post("/auth/logout", Json::object()).status == 204);
  BOOST_TEST(place(come_back(browser, "google", trip)) == refused_with("provider_refused"));
  BOOST_TEST(place(come_back(browser, "google", trip)) == expired);
}

BOOST_AUTO_TEST_CASE(a_trip_that_failed_is_over_also_for_who_is_signed_in) {
  Social house;
  house.add_user("ada@example.com");
  Browser browser(house);
  BOOST_REQUIRE(browser.sign_in());
  const auto trip = begin(browser, "google");
  BOOST_TEST(place(come_back(browser, "google", trip, "&error=access_denied")) ==
             refused_with("provider_refused"));
  BOOST_TEST(place(come_back(browser, "google", trip)) == expired);
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

BOOST_AUTO_TEST_SUITE_END()
