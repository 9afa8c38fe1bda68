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
  BOOST_TEST(contains(house.page("language=en&problem=last_way"), "role=\"alert\">The only way to sign in"));
  BOOST_TEST(contains(house.page("language=ja&problem=last_way"), "唯一のログイン方法"));
  BOOST_TEST(contains(house.page("problem=%3Cb%3E"), "Something went wrong"));
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
