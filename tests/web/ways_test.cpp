// Connecting and disconnecting other ways to sign in without JavaScript: the forms of GET /activity.
#include "support/contains.h"
#include "web/social_trip.h"

using namespace cardea;
using namespace cardea::testing;

namespace {

struct Connecting : Social {
  User ada = add_user("ada@example.com");
  Browser browser{*this};

  Connecting() { BOOST_TEST_REQUIRE(browser.sign_in()); }
  Response press(const std::string& action, const std::string& language = "en") {
    return press(browser, action, language);
  }
  Response press(Browser& by, const std::string& action, const std::string& language = "en") {
    return by.send(form_to(*this, action,
                           "return_to=/auth/activity%3Flanguage%3D" + language + "&language=" + language));
  }
  // The parameters of the provider's address, as the page leads there.
  Trip follow(const Response& page) {
    const auto refresh = header_of(page, "Refresh");
    BOOST_TEST_REQUIRE(refresh.starts_with("0; url=https://"));
    const auto sent = parse_form(refresh.substr(refresh.find('?') + 1)).value();
    return {sent, string_member(sent, "state").value()};
  }
  std::string page(const std::string& query = "") { return browser.get("/auth/activity?" + query).body; }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(ways)

BOOST_AUTO_TEST_CASE(a_form_connects_a_provider_by_way_of_a_page_and_leads_back) {
  Connecting house;
  BOOST_TEST(contains(house.page(), "action=\"/auth/oauth/google/link\""));
  const auto page = house.press("/auth/oauth/google/link", "ko");
  BOOST_TEST(page.status == 200);
  BOOST_TEST(header_of(page, "Content-Type") == "text/html; charset=utf-8");
  BOOST_TEST(contains(header_of(page, "Content-Security-Policy"), "form-action 'self'"));
  BOOST_TEST(contains(page.body, "<html lang=\"ko\">"));
  BOOST_TEST(contains(page.body, "<a href=\"https://accounts.google.com/authorize?"));
  const auto trip = house.follow(page);
  prove(house.google, trip);
  const auto back = come_back(house.browser, "google", trip);
  BOOST_TEST(place(back) == "303 https://example.com/auth/activity?language=ko");
  BOOST_TEST(house.store.provider_identities_of(house.ada.id).size() == 1U);
  const auto after = house.page("language=ko");
  BOOST_TEST(contains(after, "연결됨"));
  BOOST_TEST(contains(after, "action=\"/auth/oauth/google/unlink\""));
  BOOST_TEST(!contains(after, "action=\"/auth/oauth/google/link\""));
  BOOST_TEST(contains(after, "action=\"/auth/oauth/kakao/link\""));
}

BOOST_AUTO_TEST_CASE(a_form_disconnects_one_and_says_when_it_is_the_last_way) {
  Connecting house;
  const auto trip = house.follow(house.press("/auth/oauth/google/link"));
  prove(house.google, trip);
  (void)come_back(house.browser, "google", trip);
  BOOST_TEST(place(house.press("/auth/oauth/google/unlink")) ==
             "303 https://example.com/auth/activity?language=en");
  BOOST_TEST(house.store.provider_identities_of(house.ada.id).empty());

  Browser stranger(house);
  const auto arrival = begin(stranger, "kakao", "/");
  prove(house.kakao, arrival, {{"email", "kim@example.com"}});
  (void)come_back(stranger, "kakao", arrival);
  const auto refused = house.press(stranger, "/auth/oauth/kakao/unlink");
  BOOST_TEST(place(refused) == "303 https://example.com/auth/activity?language=en&problem=last_way");
  BOOST_TEST(contains(house.page("language=en&problem=last_way"),
                      "role=\"alert\">This is your only way to sign in"));
  BOOST_TEST(contains(house.page("language=ja&problem=last_way"), "ほかにログイン方法がない"));
  BOOST_TEST(contains(house.page("problem=%3Cb%3E"), "Something went wrong"));
}

// Eleven minutes after the sign-in the session alone opens the account to nobody.
struct LongSignedIn : Connecting {
  LongSignedIn() { now += std::chrono::minutes{11}; }
  Response link(const Json& fields) { return browser.post("/auth/oauth/google/link", fields); }
  Response unlink(const Json& fields) { return browser.post("/auth/oauth/google/unlink", fields); }
};

BOOST_AUTO_TEST_CASE(an_older_sign_in_links_and_unlinks_with_the_password_only) {
  LongSignedIn house;
  for (const auto& refused : {house.link({{"return_to", "/"}}), house.unlink(Json::object())}) {
    BOOST_TEST(gist(refused) == "401 insufficient_user_authentication");
    const auto challenge = header_of(refused, "WWW-Authenticate");
    BOOST_TEST(contains(challenge, "error=\"insufficient_user_authentication\""));
    BOOST_TEST(contains(challenge, "max_age=\"600\""));
  }
  BOOST_TEST(house.browser.post("/auth/refresh", Json::object()).status == 200);  // renews no sign-in
  BOOST_TEST(gist(house.link({{"return_to", "/"}})) == "401 insufficient_user_authentication");
  BOOST_TEST(gist(house.link({{"return_to", "/"}, {"password", "wrong"}})) == "403 invalid_credentials");
  BOOST_TEST(house.link({{"return_to", "/"}, {"password", valid_password}}).status == 200);
  BOOST_TEST(gist(house.unlink({{"password", valid_password}})) ==
             "404 not_found");  // nothing was linked yet
}

BOOST_AUTO_TEST_CASE(guesses_of_the_password_there_are_slowed_down_and_counted_in_no_other_place) {
  LongSignedIn house;
  for (int i = 0; i < 5; ++i)
    BOOST_TEST(gist(house.unlink({{"password", "wrong"}})) == "403 invalid_credentials");
  BOOST_TEST(gist(house.unlink({{"password", valid_password}})) == "429 too_many_attempts");
  BOOST_TEST(house.events_of(EventKind::sign_in_failed) == 5);
  Browser elsewhere(house);
  BOOST_TEST(elsewhere.sign_in());
}

BOOST_AUTO_TEST_CASE(an_id_token_links_nothing_to_an_older_sign_in) {
  LongSignedIn house;
  auto claims = house.google.claims();
  claims.erase("nonce");
  const auto token = house.google.token(claims);
  BOOST_TEST(gist(house.link({{"id_token", token}})) == "401 insufficient_user_authentication");
  BOOST_TEST(house.store.provider_identities_of(house.ada.id).empty());
}

BOOST_AUTO_TEST_CASE(the_page_asks_for_the_password_where_the_sign_in_is_older) {
  LongSignedIn house;
  BOOST_TEST(contains(house.page(), "name=\"password\""));
  const auto back = house.press("/auth/oauth/google/link", "en");
  BOOST_TEST(place(back) ==
             "303 https://example.com/reauthenticate.html?return_to=/auth/activity%3Flanguage%3Den");
  for (const auto* language : {"en", "ko", "ja"}) {
    const auto page =
        house.page(std::string("problem=insufficient_user_authentication&language=") + language);
    BOOST_TEST(contains(page, "role=\"alert\""));
    BOOST_TEST(!contains(page, "Something went wrong"));
  }
  const auto page = house.browser.send(
      form_to(house, "/auth/oauth/google/link",
              "return_to=/auth/activity&language=en&password=correct+horse+battery+staple"));
  BOOST_TEST(page.status == 200);
  const auto trip = house.follow(page);
  prove(house.google, trip, {{"exp", unix_seconds(house.now) + 300}});
  (void)come_back(house.browser, "google", trip);
  BOOST_TEST(house.store.provider_identities_of(house.ada.id).size() == 1U);
}

BOOST_AUTO_TEST_CASE(the_page_of_a_fresh_sign_in_asks_for_nothing) {
  Connecting house;
  BOOST_TEST(!contains(house.page(), "name=\"password\""));
}

BOOST_AUTO_TEST_CASE(a_user_without_a_password_is_led_to_the_page_that_asks_for_another_proof) {
  Connecting house;
  Browser kim(house);
  const auto arrival = begin(kim, "kakao", "/");
  prove(house.kakao, arrival, {{"email", "kim@example.com"}});
  (void)come_back(kim, "kakao", arrival);
  house.now += std::chrono::minutes{11};
  const auto page = kim.get("/auth/activity").body;
  BOOST_TEST(!contains(page, "name=\"password\""));
  BOOST_TEST(contains(page, "/auth/oauth/kakao/unlink"));
  BOOST_TEST(gist(kim.post("/auth/oauth/kakao/unlink", {{"password", "guess"}})) ==
             "403 invalid_credentials");
}

// The trip to the provider began before the owner's reset.
BOOST_AUTO_TEST_CASE(a_trip_that_a_reset_overtakes_links_nothing) {
  Connecting house;
  const auto trip = house.follow(house.press("/auth/oauth/google/link"));
  prove(house.google, trip);
  BOOST_TEST(house.store
                 .reset_password({.user = house.ada.id,
                                  .epoch = house.ada.epoch,
                                  .from = house.ada.password_hash,
                                  .to = "$new$",
                                  .at = house.now})
                 .has_value());
  (void)come_back(house.browser, "google", trip);
  BOOST_TEST(house.store.provider_identities_of(house.ada.id).empty());
}

BOOST_AUTO_TEST_CASE(a_provider_that_is_not_there_is_said_on_the_page) {
  Connecting house;
  BOOST_TEST(place(house.press("/auth/oauth/nobody/link")) ==
             "303 https://example.com/auth/activity?language=en&problem=not_found");
  house.settings.providers.back().issuer = "https://silent.example";
  const auto refused = house.press("/auth/oauth/kakao/link");
  BOOST_TEST(place(refused) ==
             "303 https://example.com/auth/activity?language=en&problem=temporarily_unavailable");
}

BOOST_AUTO_TEST_CASE(who_has_to_renew_is_led_there_and_back_to_the_page) {
  Connecting house;
  house.browser.drop_cookie(access_cookie);
  const auto turned = house.press("/auth/oauth/google/link");
  BOOST_TEST(place(turned) ==
             "303 https://example.com/auth/continue?return_to=/auth/activity%3Flanguage%3Den");
}

BOOST_AUTO_TEST_CASE(an_identity_of_a_provider_that_is_configured_no_more_can_be_let_go) {
  Connecting house;
  const auto trip = house.follow(house.press("/auth/oauth/kakao/link"));
  prove(house.kakao, trip);
  (void)come_back(house.browser, "kakao", trip);
  house.settings.providers.pop_back();
  BOOST_TEST(contains(house.page(), "action=\"/auth/oauth/kakao/unlink\""));
  BOOST_TEST(!contains(house.page(), "/auth/oauth/kakao/link"));
}

BOOST_AUTO_TEST_CASE(a_site_without_providers_shows_no_ways) {
  Connecting house;
  house.settings.providers.clear();
  BOOST_TEST(!contains(house.page(), "id=\"methods\""));
}

BOOST_AUTO_TEST_SUITE_END()
