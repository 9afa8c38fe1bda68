// GET /activity: devices and events (ways_test.cpp: ways to sign in) as a page for browsers without
// JavaScript, and the form that signs a device out.
#include <boost/test/unit_test.hpp>

#include "support/browser.h"
#include "web/html.h"

using namespace cardea;
using namespace cardea::testing;

namespace {

struct SignedIn : House {
  User ada = add_user("ada@example.com");
  Browser browser{*this};

  SignedIn() { BOOST_TEST_REQUIRE(browser.sign_in()); }

  // Another device of Ada's that calls itself something.
  void sign_in_as(Browser& other, const std::string& name, const std::string& id = "other") {
    const Json credentials{
        {"email", "ada@example.com"}, {"password", valid_password}, {"device_id", id}, {"device_name", name}};
    BOOST_TEST_REQUIRE(other.post("/auth/login", credentials).status == 200);
  }
};

bool holds(const Response& response, std::string_view part) {
  return response.body.find(part) != std::string::npos;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(activity)

BOOST_AUTO_TEST_CASE(devices_and_events_are_told_in_the_language_that_is_asked_for) {
  SignedIn house;
  Browser tablet(house);
  house.sign_in_as(tablet, "Tablet");
  for (const auto& [language, device, event] : {std::tuple{"en", "This device", "Signed in"},
                                                {"ko", "이 기기", "로그인했습니다."},
                                                {"ja", "この端末", "ログイン"}}) {
    const auto page = house.browser.get("/auth/activity?language=" + std::string(language));
    BOOST_TEST(page.status == 200);
    BOOST_TEST(header_of(page, "Content-Type") == "text/html; charset=utf-8");
    BOOST_TEST(holds(page, "<html lang=\"" + std::string(language) + "\">"));
    for (const auto* part : {device, event, "Tablet", "192.0.2.7"}) BOOST_TEST(holds(page, part), part);
    BOOST_TEST(holds(page, "action=\"/auth/devices/other/revoke\""));
    BOOST_TEST(
        !holds(page, "/devices/" + house.browser.cookie(device_cookie)));  // the current one has no form
  }
}

BOOST_AUTO_TEST_CASE(nothing_that_a_device_calls_itself_becomes_markup) {
  SignedIn house;
  Browser thief(house);
  house.sign_in_as(thief, "<script>alert(1)</script>\" onfocus=\"x' & co");
  const auto page = house.browser.get("/auth/activity");
  BOOST_TEST(!holds(page, "<script"));
  BOOST_TEST(!holds(page, "\" onfocus"));
  BOOST_TEST(holds(page, "&lt;script&gt;alert(1)&lt;/script&gt;&quot; onfocus=&quot;x' &amp; co"));
  BOOST_TEST(html_text("<a href=\"x\">&amp;</a>") == "&lt;a href=&quot;x&quot;&gt;&amp;amp;&lt;/a&gt;");
}

BOOST_AUTO_TEST_CASE(the_policy_of_the_page_lets_no_script_run_and_no_other_site_frame_it) {
  SignedIn house;
  const auto page = house.browser.get("/auth/activity");
  BOOST_TEST(header_of(page, "Content-Security-Policy") ==
             "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
             "frame-ancestors 'none'");
  BOOST_TEST(header_of(page, "Cache-Control") == "no-store");
  BOOST_TEST(header_of(page, "X-Frame-Options") == "DENY");
  BOOST_TEST(header_of(house.browser.get("/auth/devices"), "Content-Security-Policy") ==
             "default-src 'none'; frame-ancestors 'none'");
}

BOOST_AUTO_TEST_CASE(the_form_signs_the_device_out_and_leads_back) {
  SignedIn house;
  Browser tablet(house);
  house.sign_in_as(tablet, "Tablet");
  const auto form = form_to(house, "/auth/devices/other/revoke", "return_to=/auth/activity%3Flanguage=ko");
  const auto response = house.browser.send(form);
  BOOST_TEST(response.status == 303);
  BOOST_TEST(header_of(response, "Location") == "https://example.com/auth/activity?language=ko");
  BOOST_TEST(gist(tablet.get("/auth/me")) == "401 invalid_token/revoked");
  const auto page = house.browser.get("/auth/activity");
  BOOST_TEST(!holds(page, "/devices/other/revoke"));
  BOOST_TEST(holds(page, " · Tablet · "));  // what it did stays told, with its name
}

BOOST_AUTO_TEST_CASE(who_is_not_signed_in_is_led_to_renewing_and_programs_are_told) {
  House house;
  const auto page =
      ask(house, request_to(house, "GET", "/auth/activity?language=ja", {{"sec-fetch-mode", "navigate"}}));
  BOOST_TEST(page.status == 303);
  BOOST_TEST(header_of(page, "Location") ==
             "https://example.com/auth/continue?return_to=/auth/activity%3Flanguage%3Dja");
  BOOST_TEST(gist(ask(house, request_to(house, "GET", "/auth/activity"))) == "401 invalid_token/missing");
}

BOOST_AUTO_TEST_SUITE_END()
