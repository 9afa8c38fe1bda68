// Which pages may make which calls: every combination of what browsers say about where a call comes from.
#include "web/origin.h"

#include <boost/test/unit_test.hpp>

#include "support/browser.h"

using namespace cardea;
using namespace cardea::testing;

namespace {

constexpr const char* own = "https://example.com";
constexpr const char* listed = "https://app.example.org";
constexpr const char* other = "https://evil.example";
constexpr const char* null_origin = "null";
constexpr const char* absent = "";

SiteSettings site() {
  SiteSettings settings;
  settings.url = own;
  settings.mount = "/auth";
  settings.allowed_origins = {listed};
  return settings;
}

Request call_from(std::string_view fetch_site, std::string_view origin, std::string_view referer = "") {
  Request request;
  request.method = "POST";
  if (!fetch_site.empty()) add_header(request, "sec-fetch-site", fetch_site);
  if (!origin.empty()) add_header(request, "origin", origin);
  if (!referer.empty()) add_header(request, "referer", referer);
  return request;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(origin)

BOOST_AUTO_TEST_CASE(the_full_matrix_of_fetch_site_and_origin) {
  struct Row {
    const char* fetch_site;
    const char* origin;
    bool welcome;
  };
  constexpr Row rows[] = {
      {"same-origin", own, true},
      {"same-origin", listed, true},
      {"same-origin", other, false},
      {"same-origin", absent, true},
      // A form on a page with Referrer-Policy: no-referrer sends Origin: null even to its own site.
      {"same-origin", null_origin, true},

      {"same-site", own, true},  // what an origin says cannot be forged by a page
      {"same-site", listed, true},
      {"same-site", other, false},
      {"same-site", absent, false},
      {"same-site", null_origin, false},

      {"cross-site", own, true},
      {"cross-site", listed, true},
      {"cross-site", other, false},
      {"cross-site", absent, false},
      {"cross-site", null_origin, false},

      {"none", own, true},
      {"none", listed, true},
      {"none", other, false},
      {"none", absent, true},
      {"none", null_origin, false},

      {"garbage", own, true},
      {"garbage", listed, true},
      {"garbage", other, false},
      {"garbage", absent, false},
      {"garbage", null_origin, false},
      {"Same-Origin", absent, false},

      {absent, own, true},
      {absent, listed, true},
      {absent, other, false},
      {absent, absent, true},
      {absent, null_origin, false},
  };
  for (const auto& row : rows) {
    BOOST_TEST_CONTEXT("fetch-site '" << row.fetch_site << "' origin '" << row.origin << "'")
    BOOST_TEST(is_same_site_call(call_from(row.fetch_site, row.origin), site()) == row.welcome);
  }
}

BOOST_AUTO_TEST_CASE(an_origin_is_ours_to_the_letter) {
  for (const auto* origin :
       {"https://example.com.evil.example", "https://evilexample.com", "http://example.com",
        "https://example.com:8443", "https://sub.example.com", "https://example.com@evil.example",
        "https://example.com/", "https://EXAMPLE.com", "example.com", "https://", "file://",
        "https://app.example.org.evil.example", "https://app.example.orgx",
        "https://example.com, https://evil.example"}) {
    BOOST_TEST_CONTEXT(origin) {
      BOOST_TEST(!is_same_site_call(call_from(absent, origin), site()));
      BOOST_TEST(!is_same_site_call(call_from("cross-site", origin), site()));
    }
  }
}

BOOST_AUTO_TEST_CASE(old_browsers_are_judged_by_the_referer) {
  const auto welcome = [](const char* referer) {
    return is_same_site_call(call_from(absent, absent, referer), site());
  };
  for (const auto* good : {"https://example.com", "https://example.com/", "https://example.com/page?x#y",
                           "https://example.com?x", "https://app.example.org/page"})
    BOOST_TEST(welcome(good));
  for (const auto* bad : {"https://evil.example/https://example.com/", "https://example.com.evil.example/",
                          "https://example.com@evil.example/", "http://example.com/",
                          "https://example.com:444/", "about:blank", "https://sub.example.com/"})
    BOOST_TEST_CONTEXT(bad) BOOST_TEST(!welcome(bad));
}

BOOST_AUTO_TEST_CASE(what_a_modern_browser_says_counts_more_than_the_referer) {
  BOOST_TEST(!is_same_site_call(call_from("cross-site", absent, "https://example.com/"), site()));
  BOOST_TEST(!is_same_site_call(call_from(absent, other, "https://example.com/"), site()));
  BOOST_TEST(is_same_site_call(call_from("same-origin", absent, "https://evil.example/"), site()));
}

BOOST_AUTO_TEST_CASE(only_a_listed_origin_may_read_our_answers) {
  const auto allowed = [](const char* origin) {
    Response response;
    allow_origin(response, call_from(absent, origin), site());
    BOOST_TEST(header_of(response, "Vary") == "Origin");
    return header_of(response, "Access-Control-Allow-Origin");
  };
  BOOST_TEST(allowed(listed) == listed);
  for (const auto* origin : {own, other, null_origin, absent, "*", "https://app.example.org.evil.example",
                             "http://app.example.org", "https://APP.example.org"})
    BOOST_TEST_CONTEXT(origin) BOOST_TEST(allowed(origin) == "");
}

BOOST_AUTO_TEST_CASE(credentials_are_never_offered_to_everybody) {
  Response response;
  allow_origin(response, call_from(absent, listed), site());
  BOOST_TEST(header_of(response, "Access-Control-Allow-Credentials") == "true");
  BOOST_TEST(header_of(response, "Access-Control-Allow-Origin") != "*");
  BOOST_TEST(header_of(response, "Access-Control-Expose-Headers") == "Retry-After, WWW-Authenticate");
}

BOOST_AUTO_TEST_CASE(without_other_origins_nothing_varies) {
  auto alone = site();
  alone.allowed_origins.clear();
  Response response;
  allow_origin(response, call_from(absent, listed), alone);
  BOOST_TEST(response.headers.empty());
}

BOOST_AUTO_TEST_CASE(a_preflight_of_a_listed_origin_learns_what_it_may_send) {
  auto request = call_from(absent, listed);
  request.method = "OPTIONS";
  add_header(request, "access-control-request-method", "POST");
  add_header(request, "access-control-request-headers", "x-evil");
  const auto response = answer_options("POST, OPTIONS", request, site());
  BOOST_TEST(response.status == 204);
  BOOST_TEST(header_of(response, "Allow") == "POST, OPTIONS");
  BOOST_TEST(header_of(response, "Access-Control-Allow-Methods") == "POST, OPTIONS");
  BOOST_TEST(header_of(response, "Access-Control-Allow-Headers") ==
             "Authorization, Content-Type, Idempotency-Key");
  BOOST_TEST(header_of(response, "Access-Control-Max-Age") == "600");
}

BOOST_AUTO_TEST_CASE(a_preflight_of_a_listed_origin_gets_back_what_it_asked_for_if_these_are_names) {
  const auto told = [](std::string_view method, std::string_view headers, const char* name) {
    auto request = call_from(absent, listed);
    request.method = "OPTIONS";
    add_header(request, "access-control-request-method", method);
    if (!headers.empty()) add_header(request, "access-control-request-headers", headers);
    return header_of(answer_preflight(request, site()), name);
  };
  constexpr const char* methods = "Access-Control-Allow-Methods";
  constexpr const char* headers = "Access-Control-Allow-Headers";
  constexpr const char* usual = "Authorization, Content-Type, Idempotency-Key";
  BOOST_TEST(told("PATCH", "", methods) == "PATCH");
  BOOST_TEST(told("PA TCH\"", "", methods) == "GET, HEAD, POST");
  BOOST_TEST(told("PATCH", "", headers) == usual);
  BOOST_TEST(told("PATCH", "X-One, x_two.!*+", headers) == "X-One, x_two.!*+");
  BOOST_TEST(told("PATCH", "x-one: y", headers) == usual);
  BOOST_TEST(told("PATCH", std::string(1024, 'x'), headers) == std::string(1024, 'x'));
  BOOST_TEST(told("PATCH", std::string(1025, 'x'), headers) == usual);
}

BOOST_AUTO_TEST_CASE(a_preflight_of_anybody_else_learns_nothing) {
  for (const auto* origin : {own, other, null_origin, absent}) {
    auto request = call_from(absent, origin);
    add_header(request, "access-control-request-method", "POST");
    const auto response = answer_options("POST, OPTIONS", request, site());
    BOOST_TEST(header_of(response, "Allow") == "POST, OPTIONS");
    BOOST_TEST(header_of(response, "Access-Control-Allow-Methods") == "");
  }
  BOOST_TEST(header_of(answer_options("POST", call_from(absent, listed), site()),
                       "Access-Control-Allow-Methods") == "");
}

BOOST_AUTO_TEST_SUITE_END()
