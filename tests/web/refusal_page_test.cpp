// What a browser sees that is refused, or that calls the site by another name than [site] url.
#include "web/refusal_page.h"

#include <boost/test/unit_test.hpp>

#include "support/browser.h"
#include "support/contains.h"
#include "web/handle.h"
#include "web/in.h"
#include "web/origin.h"
#include "web/routes/common.h"
#include "web/routes/gate.h"

using namespace cardea;
using namespace cardea::testing;

namespace {

constexpr std::pair<std::string_view, std::string_view> navigation{"sec-fetch-mode", "navigate"};
constexpr std::pair<std::string_view, std::string_view> other_host{"host", "www.example.com"};

bool holds(const Response& response, std::string_view part) {
  return response.body.find(part) != std::string::npos;
}

bool is_page(const Response& response) {
  return header_of(response, "Content-Type") == "text/html; charset=utf-8" &&
         response.body.starts_with("<!doctype html>") && !holds(response, "<script");
}

Response visit(House& house, std::string_view path, Headers headers) {
  auto request = request_to(house, "GET", path, headers);
  add_header(request, navigation.first, navigation.second);
  return ask(house, request);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(refusal_pages)

BOOST_AUTO_TEST_CASE(a_page_under_another_name_of_the_site_leads_to_its_url) {
  House house;
  for (const auto* host :
       {"www.example.com", "WWW.Example.com:443", "example.org", "example.com:8443", "8.8.8.8"}) {
    const auto led = visit(house, "/auth/activity?language=ko", {{"host", host}});
    BOOST_TEST_CONTEXT(host) {
      BOOST_TEST(led.status == 301);
      BOOST_TEST(header_of(led, "Location") == "https://example.com/auth/activity?language=ko");
    }
  }
  auto plain = request_to(house, "GET", "/auth/", {{"host", "example.com"}, navigation});
  plain.secure = false;
  BOOST_TEST(header_of(ask(house, plain), "Location") == "https://example.com/auth/");
}

BOOST_AUTO_TEST_CASE(the_own_name_and_names_of_the_inside_lead_nowhere) {
  House house;
  for (const auto* host : {"example.com", "EXAMPLE.com:443", "", "127.0.0.1:8080", "[::1]:8080", "10.0.0.7",
                           "app:9000", "localhost", "cardea.internal"})
    BOOST_TEST(visit(house, "/auth/activity", {{"host", host}}).status != 301, host);
  house.settings.site.allowed_origins = {"https://www.example.com"};
  BOOST_TEST(visit(house, "/auth/activity", {other_host}).status != 301);
}

BOOST_AUTO_TEST_CASE(what_a_proxy_says_about_the_name_counts_before_the_name_it_uses) {
  House house;
  BOOST_TEST(
      visit(house, "/auth/activity", {{"host", "a.cdn.example.net"}, {"x-forwarded-host", "example.com"}})
          .status != 301);
  BOOST_TEST(
      visit(house, "/auth/activity", {{"host", "example.com"}, {"x-forwarded-host", "www.example.com, b"}})
          .status == 301);
}

BOOST_AUTO_TEST_CASE(a_browser_is_led_there_once_so_that_no_proxy_sends_it_in_circles) {
  House house;
  Browser browser(house);
  BOOST_TEST(browser.send(request_to(house, "GET", "/auth/activity", {other_host, navigation})).status ==
             301);
  BOOST_TEST(browser.send(request_to(house, "GET", "/auth/activity", {other_host, navigation})).status !=
             301);
  house.now += seconds{11};
  BOOST_TEST(browser.send(request_to(house, "GET", "/auth/activity", {other_host, navigation})).status ==
             301);
}

BOOST_AUTO_TEST_CASE(only_a_browser_that_asks_for_a_page_is_led) {
  House house;
  BOOST_TEST(ask(house, request_to(house, "GET", "/auth/activity", {other_host})).status != 301);
  BOOST_TEST(visit(house, "/auth/health", {other_host}).status == 200);
  auto asked_by_server = request_to(house, "GET", "/auth/activity", {other_host, navigation});
  asked_by_server.original_uri = "/members/";
  BOOST_TEST(ask(house, asked_by_server).status != 301);
}

BOOST_AUTO_TEST_CASE(a_form_that_was_posted_under_another_name_gets_a_page_with_the_way_to_the_right_one) {
  House house;
  const auto answer =
      ask(house, form_to(house, "/auth/login", "email=a%40example.com&password=x",
                         {other_host,
                          navigation,
                          {"sec-fetch-site", "same-origin"},
                          {"origin", "https://www.example.com"},
                          {"referer", "https://www.example.com/cardea/en/sign-in.html?x=1"}}));
  BOOST_TEST(answer.status == 403);
  BOOST_TEST(is_page(answer));
  BOOST_TEST(answer.refusal->error == "csrf_refused");
  BOOST_TEST(holds(answer, "another address of this site"));
  BOOST_TEST(holds(answer, "href=\"https://example.com/cardea/en/sign-in.html?x=1\""));
}

BOOST_AUTO_TEST_CASE(a_form_of_another_site_gets_a_page_too) {
  House house;
  const auto answer =
      ask(house, form_to(house, "/auth/login", "email=a%40example.com&password=x",
                         {{"host", "example.com"}, navigation, {"origin", "https://evil.example"}}));
  BOOST_TEST(answer.status == 403);
  BOOST_TEST(is_page(answer));
  BOOST_TEST(holds(answer, "came from another site"));
  BOOST_TEST(!holds(answer, "evil"));
  const auto to_script = ask(
      house,
      form_to(house, "/auth/login", "x=1", {{"sec-fetch-mode", "cors"}, {"origin", "https://evil.example"}}));
  BOOST_TEST(gist(to_script) == "403 csrf_refused");
}

BOOST_AUTO_TEST_CASE(nothing_below_the_mount_is_a_page_for_a_browser_and_json_for_a_program) {
  House house;
  const auto page = visit(house, "/auth/nowhere", {});
  BOOST_TEST(page.status == 404);
  BOOST_TEST(is_page(page));
  BOOST_TEST(holds(page, "Page not found"));
  BOOST_TEST(header_of(page, "Content-Security-Policy").find("script-src") == std::string::npos);
  BOOST_TEST(gist(ask(house, request_to(house, "GET", "/auth/nowhere"))) == "404 not_found");
}

BOOST_AUTO_TEST_CASE(a_user_without_the_scope_is_told_as_whom_they_are_signed_in) {
  House house;
  house.settings.site.sign_in_page = "/cardea/{language}/sign-in.html";
  house.add_user("ada@example.com");
  Browser browser(house);
  BOOST_TEST_REQUIRE(browser.sign_in());
  auto request = request_to(house, "GET", "/auth/denied?scope=staff", {navigation});
  request.original_uri = "/staff/page?x=1";
  BOOST_TEST((lane_of(request, house.settings.site) == Lane::memory));
  const auto page = browser.send(request);
  BOOST_TEST(page.status == 403);
  BOOST_TEST(is_page(page));
  BOOST_TEST(holds(page, "signed in as ada@example.com. This page needs the permission &quot;staff&quot;"));
  BOOST_TEST(holds(page, "sign-in.html?return_to=/staff/page%3Fx%3D1"));
  complete_request(request, house.settings);
  request.cookies = {{"x", "1"}};
  BOOST_TEST((lane_of(request, house.settings.site) == Lane::database));
}

BOOST_AUTO_TEST_CASE(without_the_database_the_page_says_the_rest) {
  House house;
  house.add_user("ada@example.com");
  Browser browser(house);
  BOOST_TEST_REQUIRE(browser.sign_in());
  house.store.set_unavailable(true);
  auto request = request_to(house, "GET", "/auth/denied?scope=staff", {navigation});
  request.original_uri = "/staff/";
  const auto page = browser.send(request);
  BOOST_TEST(page.status == 403);
  BOOST_TEST(holds(page, "needs the permission &quot;staff&quot;"));
}

BOOST_AUTO_TEST_CASE(a_gate_before_the_sign_in_page_says_that_nobody_can_sign_in) {
  House house;
  house.settings.site.sign_in_page = "/cardea/{language}/sign-in.html";
  auto request = request_to(house, "GET", "/cardea/en/sign-in.html", {navigation});
  request.role = Role::authorizer;
  const auto page = answer_gate(request, house.settings.gate, house.deps());
  BOOST_TEST(page.status == 401);
  BOOST_TEST(is_page(page));
  BOOST_TEST(holds(page, "nobody can sign in"));
}

BOOST_AUTO_TEST_CASE(too_many_attempts_are_a_page_in_the_language_of_the_browser) {
  House house;
  const std::pair<const char*, const char*> rows[] = {
      {"en", "Too many attempts"}, {"ko", "시도 횟수를 초과"}, {"ja", "試行回数の上限"}};
  for (const auto& [language, words] : rows) {
    const auto request = form_to(house, "/auth/login", "x=1", {navigation, {"accept-language", language}});
    const auto page = page_of_refusal(refuse_attempts(seconds{60}), request, house.settings);
    BOOST_TEST(page.status == 429);
    BOOST_TEST(header_of(page, "Retry-After") == "60");
    BOOST_TEST(is_page(page));
    BOOST_TEST(holds(page, words));
    BOOST_TEST(holds(page, std::string("<html lang=\"") + language));
  }
}

BOOST_AUTO_TEST_CASE(what_a_server_asks_by_verify_stays_json) {
  House house;
  BOOST_TEST(gist(visit(house, "/auth/verify", {})) == "401 invalid_token/missing");
}

BOOST_AUTO_TEST_SUITE_END()
