// Pages without JavaScript: forms that get redirects, and GET /continue.
#include <boost/test/unit_test.hpp>

#include "support/browser.h"
#include "web/answer.h"
#include "web/forms.h"

using namespace cardea;
using namespace cardea::testing;

namespace {

constexpr std::chrono::hours hour{1};
constexpr const char* credentials = "email=ada%40example.com&password=correct+horse+battery+staple";

struct WithAda : House {
  User ada = add_user("ada@example.com");
  Browser browser{*this};

  Response submit(const char* path, const std::string& form) {
    return browser.send(form_to(*this, path, form));
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(forms)

BOOST_AUTO_TEST_CASE(a_form_that_says_where_to_go_is_led_there_by_way_of_continue) {
  WithAda house;
  const auto response = house.submit("/auth/login", std::string(credentials) + "&return_to=%2Fshop%3Fx%3D1");
  BOOST_TEST(led_to(response) == "https://example.com/auth/continue?signed_in=1&return_to=/shop%3Fx%3D1");
  BOOST_TEST(response.cookies.size() == 3U);
  BOOST_TEST(response.body == "");
  BOOST_TEST(led_to(house.browser.get("/auth/continue?signed_in=1&return_to=/shop%3Fx%3D1")) ==
             "https://example.com/shop?x=1");
}

BOOST_AUTO_TEST_CASE(a_way_that_leads_elsewhere_leads_home) {
  WithAda house;
  for (const auto* evil : {"%2F%2Fevil.example", "https%3A%2F%2Fevil.example", "%2F%5Cevil.example",
                           "javascript%3Ax", "%2Fa%0D%0ASet-Cookie%3A+x%3Dy", ""})
    BOOST_TEST(led_to(house.submit("/auth/login", std::string(credentials) + "&return_to=" + evil)) ==
               "https://example.com/auth/continue?signed_in=1&return_to=/");
}

BOOST_AUTO_TEST_CASE(a_way_may_hold_letters_of_any_script_and_spaces) {
  WithAda house;
  for (const auto* way :
       {"/%EC%83%81%EC%A0%90/a+b%3F%5C", "%2F%EC%83%81%EC%A0%90%2Fa%20b%3F%5C",
        "/%25EC%2583%2581%25EC%25A0%2590/a%2520b%3F%255C", "/\xEC\x83\x81\xEC\xA0\x90/a%20b%3F%5C"}) {
    const auto led = led_to(house.submit("/auth/login", std::string(credentials) + "&return_to=" + way));
    BOOST_TEST(led ==
               "https://example.com/auth/continue?signed_in=1&return_to="
               "/%25EC%2583%2581%25EC%25A0%2590/a%2520b%3F%255C");
    const auto query = std::string("/auth/continue?return_to=") + way;
    Browser fresh(house);  // the same page again and again is a circle to the same browser
    BOOST_TEST(fresh.sign_in());
    BOOST_TEST(led_to(fresh.get(query)) == "https://example.com/%EC%83%81%EC%A0%90/a%20b?%5C");
  }
}

BOOST_AUTO_TEST_CASE(a_refused_form_is_led_back_with_the_error_s_word) {
  WithAda house;
  BOOST_TEST(led_to(house.submit("/auth/login", "email=ada%40example.com&password=wrong&return_to=/shop")) ==
             "https://example.com/login?return_to=/shop&problem=invalid_credentials#invalid_credentials");
  BOOST_TEST(led_to(house.submit("/auth/register", std::string(credentials) + "&return_to=/shop")) ==
             "https://example.com/login?return_to=/shop&problem=email_in_use&strategy=password#email_in_use");
  const auto response = house.submit("/auth/login", "email=&password=&return_to=/shop");
  BOOST_TEST(led_to(response) ==
             "https://example.com/login?return_to=/shop&problem=invalid_request&field=email#invalid_request");
  BOOST_TEST(response.cookies.empty());
}

BOOST_AUTO_TEST_CASE(a_page_without_a_script_needs_to_know_the_way_only_by_its_address) {
  WithAda house;
  house.settings.site.sign_in_page = "/cardea/{language}/sign-in.html";
  const auto submit = [&](const char* referer, const char* return_to) {
    return led_to(house.browser.send(form_to(
        house, "/auth/login", std::string(credentials) + "&return_to=" + return_to, {{"referer", referer}})));
  };
  const std::string onwards = "https://example.com/auth/continue?signed_in=1&return_to=";
  const auto* page = "https://example.com/cardea/ko/sign-in.html?return_to=/shop%3Fx%3D1";
  BOOST_TEST(submit(page, "") == onwards + "/shop%3Fx%3D1");
  BOOST_TEST(submit(page, "/elsewhere") == onwards + "/elsewhere");
  for (const auto* other :
       {"https://example.com/cardea/ko/sign-in.html", "https://evil.example/?return_to=/x",
        "https://example.com.evil.example/?return_to=/x", "https://example.com/?return_to=//evil.example",
        "https://example.com/?return_to=/a&return_to=/b", "/?return_to=/x", ""})
    BOOST_TEST_CONTEXT(other) BOOST_TEST(submit(other, "") == onwards + "/");
}

BOOST_AUTO_TEST_CASE(a_refused_form_is_led_back_to_the_page_of_ours_that_sent_it) {
  WithAda house;
  house.settings.site.sign_in_page = "/cardea/{language}/sign-in.html";
  const auto refused = [&](const char* referer) {
    return led_to(
        house.browser.send(form_to(house, "/auth/register", std::string(credentials) + "&return_to=/shop",
                                   {{"referer", referer}, {"accept-language", "ja"}})));
  };
  const std::string said = "?return_to=/shop&problem=email_in_use&strategy=password#email_in_use";
  BOOST_TEST(refused("https://example.com/cardea/ko/sign-up.html?return_to=/x") ==
             "https://example.com/cardea/ko/sign-up.html" + said);
  for (const auto* other :
       {"https://example.com/shop/join.php", "https://evil.example/cardea/ko/sign-up.html",
        "https://example.com/cardea/fr/sign-up.html", ""})
    BOOST_TEST_CONTEXT(other)
  BOOST_TEST(refused(other) == "https://example.com/cardea/ja/sign-in.html" + said);
}

BOOST_AUTO_TEST_CASE(too_many_attempts_are_told_with_the_time_left) {
  WithAda house;
  std::string page;
  for (int attempt = 0; attempt < 12 && page.find("too_many") == std::string::npos; ++attempt)
    page = led_to(house.submit("/auth/login", "email=ada%40example.com&password=wrong&return_to=/shop"));
  const auto place = page.find("&retry_after=");
  BOOST_TEST_REQUIRE(place != std::string::npos);
  BOOST_TEST(page.substr(0, place) == "https://example.com/login?return_to=/shop&problem=too_many_attempts");
  BOOST_TEST(page.substr(page.find('#')).starts_with("#wait_"));
}

// The log record of these refusals is wrong on purpose.
BOOST_AUTO_TEST_CASE(where_a_refused_form_leads_does_not_depend_on_the_log_record) {
  WithAda house;
  const auto request = form_to(house, "/auth/login", "return_to=/shop");
  const auto refused = [](const Refusal& refusal) {
    auto answer = refuse(refusal);
    answer.log = {
        .error = "lie", .reason = "same_as_before", .field = "lie", .user = "", .session = "", .note = ""};
    return answer;
  };
  const Refusal missing{
      .status = 400, .error = "invalid_request", .reason = "missing", .description = "x", .field = "email"};
  BOOST_TEST(led_to(redirect_after_sign_in(refused(missing), "/shop", request, house.settings)) ==
             "https://example.com/login?return_to=/shop&problem=invalid_request&field=email#invalid_request");
  const Refusal expired{.status = 401, .error = "invalid_token", .reason = "expired", .description = "x"};
  BOOST_TEST(led_to(redirect_to_account(refused(expired), "/shop", request, house.settings)) ==
             "https://example.com/auth/continue?return_to=/shop");
  const Refusal same{
      .status = 400, .error = "invalid_request", .reason = "same_as_before", .description = "x"};
  BOOST_TEST(led_to(redirect_to_account(refused(same), "/shop", request, house.settings)) ==
             "https://example.com/shop?problem=same_as_before");
}

BOOST_AUTO_TEST_CASE(json_is_never_led_anywhere) {
  WithAda house;
  const Json fields{{"email", "ada@example.com"}, {"password", valid_password}, {"return_to", "/shop"}};
  BOOST_TEST(house.browser.post("/auth/login", fields).status == 200);
}

BOOST_AUTO_TEST_CASE(a_form_signs_out_and_leads_onwards) {
  WithAda house;
  BOOST_TEST_REQUIRE(house.browser.sign_in());
  const auto response = house.submit("/auth/logout", "return_to=/bye");
  BOOST_TEST(led_to(response) == "https://example.com/bye");
  BOOST_TEST(house.browser.cookie(access_cookie) == "");
  BOOST_TEST(house.store.writes().revocations == 1);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(continue_route)

BOOST_AUTO_TEST_CASE(it_renews_and_leads_back_to_the_page) {
  WithAda house;
  BOOST_TEST_REQUIRE(house.browser.sign_in());
  house.now += hour;
  const auto before = house.browser.cookie(refresh_cookie);
  BOOST_TEST(led_to(house.browser.get("/auth/continue?return_to=/shop%3Fx%3D1")) ==
             "https://example.com/shop?x=1");
  BOOST_TEST(house.browser.cookie(refresh_cookie) != before);
  BOOST_TEST(house.browser.get("/auth/verify").status == 204);
}

BOOST_AUTO_TEST_CASE(who_cannot_renew_is_led_to_the_sign_in_page_with_the_reason) {
  WithAda house;
  BOOST_TEST(led_to(house.browser.get("/auth/continue?return_to=/shop")) ==
             "https://example.com/login?return_to=/shop");
  BOOST_TEST(led_to(house.browser.get("/auth/continue?signed_in=1&return_to=/shop")) ==
             "https://example.com/login?return_to=/shop&problem=cookies_refused#cookies_refused");
  BOOST_TEST_REQUIRE(house.browser.sign_in());
  auto thief = house.browser.copy();
  house.now += hour;
  (void)house.browser.get("/auth/continue");
  house.now += hour;
  BOOST_TEST(led_to(thief.get("/auth/continue?return_to=/shop")) ==
             "https://example.com/login?return_to=/shop&problem=reused#reused");
  BOOST_TEST(led_to(house.browser.get("/auth/continue?return_to=/shop")) ==
             "https://example.com/login?return_to=/shop&problem=signed_out#signed_out");
}

BOOST_AUTO_TEST_CASE(it_leads_to_paths_of_this_site_only) {
  WithAda house;
  BOOST_TEST_REQUIRE(house.browser.sign_in());
  for (const auto* evil : {"//evil.example", "%2F%2Fevil.example", "/%5Cevil.example", "https:evil.example",
                           "javascript:alert(1)", "https://example.com@evil.example", "/a%00b",
                           "/a%0d%0aSet-Cookie:x=y", "", "shop", "%ff"}) {
    const auto path = std::string("/auth/continue?return_to=") + evil;
    BOOST_TEST_CONTEXT(evil) BOOST_TEST(gist(house.browser.get(path)) == "400 invalid_request/malformed");
  }
  BOOST_TEST(led_to(house.browser.get("/auth/continue")) == "https://example.com/");
}

BOOST_AUTO_TEST_CASE(a_browser_that_goes_round_in_circles_is_stopped) {
  WithAda house;
  BOOST_TEST_REQUIRE(house.browser.sign_in());
  const auto turn = [&](const char* page) {
    house.now += seconds{1};
    return led_to(house.browser.get(std::string("/auth/continue?return_to=") + page));
  };
  BOOST_TEST(turn("/shop") == "https://example.com/shop");
  BOOST_TEST(turn("/shop") == "https://example.com/shop");
  BOOST_TEST(turn("/shop") ==
             "https://example.com/login?return_to=/shop&problem=going_in_circles#going_in_circles");
  house.now += std::chrono::minutes{1};
  BOOST_TEST(turn("/shop") == "https://example.com/shop");
}

BOOST_AUTO_TEST_CASE(many_pages_that_wake_up_together_are_no_circle) {
  WithAda house;
  BOOST_TEST_REQUIRE(house.browser.sign_in());
  for (int page = 0; page < 10; ++page) {
    const auto path = "/page" + std::to_string(page);
    BOOST_TEST(led_to(house.browser.get("/auth/continue?return_to=" + path)) == "https://example.com" + path);
  }
  BOOST_TEST(house.store.writes().rotations == 1);
}

BOOST_AUTO_TEST_SUITE_END()
