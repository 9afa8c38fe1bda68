// The pages that users see: where they are, in which language, and GET /pages/{name}.
#include "web/forms.h"

#include <boost/test/unit_test.hpp>

#include "support/browser.h"

using namespace cardea;
using namespace cardea::testing;

namespace {

struct ManyTongues : House {
  Browser browser{*this};
  ManyTongues() { settings.site.sign_in_page = "/cardea/{language}/sign-in.html"; }

  std::string led_to(std::string_view path, Headers headers = {}) {
    const auto response = browser.get(path, headers);
    BOOST_TEST(response.status == 303);
    return header_of(response, "Location");
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(pages)

BOOST_AUTO_TEST_CASE(the_other_pages_stand_beside_the_sign_in_page) {
  SiteSettings site;
  site.sign_in_page = "/cardea/{language}/sign-in.html";
  BOOST_TEST(page_path("sign-in", Language::ko, site) == "/cardea/ko/sign-in.html");
  BOOST_TEST(page_path("account", Language::ja, site) == "/cardea/ja/account.html");
  site.sign_in_page = "/login";
  BOOST_TEST(page_path("sign-in", Language::ko, site) == "/login");
  BOOST_TEST(page_path("account", Language::ko, site) == "/account.html");
}

BOOST_AUTO_TEST_CASE(what_a_page_has_to_say_stands_in_its_address_twice) {
  BOOST_TEST(page_saying("/login", "/page?x=1", "") == "/login?return_to=/page%3Fx%3D1");
  BOOST_TEST(page_saying("/login", "/", "expired") == "/login?return_to=/&problem=expired#expired");
  BOOST_TEST(page_saying("/login", "/", "invalid_token") == "/login?return_to=/&problem=invalid_token#other");
  const auto wait = [](int left) { return page_saying("/login", "/", "too_many_attempts", seconds{left}); };
  const std::string start = "/login?return_to=/&problem=too_many_attempts&retry_after=";
  BOOST_TEST(wait(60) == start + "60#wait_1");
  BOOST_TEST(wait(61) == start + "61#wait_5");
  BOOST_TEST(wait(900) == start + "900#wait_15");
  BOOST_TEST(wait(901) == start + "901#wait_60");
  BOOST_TEST(wait(3601) == start + "3601#too_many_attempts");
}

BOOST_AUTO_TEST_CASE(a_link_to_a_page_leads_to_the_language_of_the_visitor) {
  ManyTongues house;
  BOOST_TEST(house.led_to("/auth/pages/account") == "https://example.com/cardea/en/account.html");
  BOOST_TEST(house.led_to("/auth/pages/account", {{"accept-language", "fr, ja;q=0.5"}}) ==
             "https://example.com/cardea/ja/account.html");
  BOOST_TEST(house.led_to("/auth/pages/sign-in?return_to=/shop%3Fx%3D1") ==
             "https://example.com/cardea/en/sign-in.html?return_to=/shop%3Fx%3D1");
  BOOST_TEST(house.led_to("/auth/pages/sign-in?return_to=//evil.example") ==
             "https://example.com/cardea/en/sign-in.html");
  BOOST_TEST(house.led_to("/auth/pages/sign-in?problem=revoked") ==
             "https://example.com/cardea/en/sign-in.html?return_to=/&problem=revoked#signed_out");
  for (const auto* none :
       {"/auth/pages/style", "/auth/pages/", "/auth/pages/../x", "/auth/pages/sign-in.html"})
    BOOST_TEST_CONTEXT(none) BOOST_TEST(house.browser.get(none).status == 404);
}

BOOST_AUTO_TEST_CASE(the_mount_itself_leads_to_the_account_or_to_the_sign_in_page_and_back) {
  ManyTongues house;
  const std::string account = "/cardea/ja/account.html";
  const Headers reads_japanese = {{"accept-language", "ja"}};
  BOOST_TEST(house.led_to("/auth/", reads_japanese) ==
             "https://example.com/auth/continue?return_to=" + account);
  BOOST_TEST(house.led_to("/auth/continue?return_to=" + account, reads_japanese) ==
             "https://example.com/cardea/ja/sign-in.html?return_to=" + account);
}

BOOST_AUTO_TEST_CASE(a_language_that_was_chosen_stays) {
  ManyTongues house;
  const auto response = house.browser.get("/auth/pages/sign-in?language=ko", {{"accept-language", "ja"}});
  BOOST_TEST(header_of(response, "Location") == "https://example.com/cardea/ko/sign-in.html");
  const auto cookie = cookie_of(response, "__Host-cardea_language");
  BOOST_TEST(cookie.value == "ko");
  BOOST_TEST(cookie.path == "/");
  BOOST_TEST(house.led_to("/auth/pages/account", {{"accept-language", "ja"}}) ==
             "https://example.com/cardea/ko/account.html");
  BOOST_TEST(house.led_to("/auth/continue?return_to=/shop", {{"accept-language", "ja"}}) ==
             "https://example.com/cardea/ko/sign-in.html?return_to=/shop");
  BOOST_TEST(
      cookie_of(house.browser.get("/auth/pages/sign-in?language=tlh"), "__Host-cardea_language").name == "");
}

BOOST_AUTO_TEST_CASE(a_language_under_the_former_name_counts_until_the_next_choice) {
  ManyTongues house;
  house.browser.set_cookie("__Secure-cardea_language", "ja", "/auth");
  BOOST_TEST(house.led_to("/auth/pages/account") == "https://example.com/cardea/ja/account.html");
  const auto response = house.browser.get("/auth/pages/sign-in?language=ko");
  const auto former = cookie_of(response, "__Secure-cardea_language");
  BOOST_TEST(former.name != "");
  BOOST_TEST(former.max_age.count() == 0);
  BOOST_TEST(former.path == "/auth");
  BOOST_TEST(house.browser.cookie("__Secure-cardea_language") == "");
  BOOST_TEST(house.led_to("/auth/pages/account") == "https://example.com/cardea/ko/account.html");
}

BOOST_AUTO_TEST_CASE(the_next_page_hears_what_the_page_before_was_told) {
  ManyTongues house;
  const std::string before = "https://example.com/cardea/ja/sign-in.html?return_to=/shop&problem=expired";
  BOOST_TEST(house.led_to("/auth/pages/sign-up", {{"referer", before}}) ==
             "https://example.com/cardea/ja/sign-up.html?return_to=/shop");
  BOOST_TEST(house.led_to("/auth/pages/sign-in?language=ko", {{"referer", before}}) ==
             "https://example.com/cardea/ko/sign-in.html?return_to=/shop&problem=expired#expired");
  BOOST_TEST(house.led_to("/auth/pages/sign-up", {{"referer", "https://evil.example/?return_to=/shop"}}) ==
             "https://example.com/cardea/ko/sign-up.html");
}

BOOST_AUTO_TEST_CASE(a_page_before_is_one_of_this_site_or_none) {
  ManyTongues house;
  const auto before = [&](std::string_view referer) {
    return page_before(request_to(house, "GET", "/auth/pages/sign-in", {{"referer", referer}}),
                       house.settings.site);
  };
  BOOST_TEST(before("https://example.com/shop?return_to=/a").path == "/shop");
  BOOST_TEST(before("https://example.com/shop?return_to=/a").return_to == "/a");
  BOOST_TEST(!before("https://example.com/shop").own_page);
  BOOST_TEST(before("https://example.com/cardea/ko/reset.html#token").own_page.value_or("") ==
             "/cardea/ko/reset.html");
  BOOST_TEST(before("https://example.com/cardea/ko/sign-in.html?problem=%3Cscript%3E").problem == "");
  for (const auto* none :
       {"", "https://example.com", "https://example.com.evil.example/", "https://evil.example/",
        "http://example.com/", "https://example.com//evil.example/", "https://example.com/\\evil"})
    BOOST_TEST_CONTEXT(none) BOOST_TEST(before(none).path == "");
}

BOOST_AUTO_TEST_CASE(where_one_page_speaks_for_all_the_language_is_the_browser_s) {
  ManyTongues house;
  house.settings.site.sign_in_page = "/login";
  const auto request = request_to(house, "GET", "/auth/continue",
                                  {{"referer", "https://example.com/login"}, {"accept-language", "ko"}});
  BOOST_TEST((language_of(request, house.settings) == Language::ko));
  BOOST_TEST(sign_in_page("/", "", request, house.settings) == "/login?return_to=/");
}

BOOST_AUTO_TEST_SUITE_END()
