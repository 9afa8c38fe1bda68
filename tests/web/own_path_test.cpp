// Where a browser may be sent, and how that is written.
#include "web/own_path.h"

#include <boost/test/unit_test.hpp>

#include "support/browser.h"

using namespace cardea;
using namespace cardea::testing;

BOOST_AUTO_TEST_SUITE(own_paths)

BOOST_AUTO_TEST_CASE(a_path_of_this_site_begins_with_one_slash) {
  for (const auto* good : {"/", "/page", "/page?x=1&y=//z", "/a//b", "/a/../b", "/%09/evil", "/%2f%2fevil",
                           "/page#top", "/a:b@c", "/~ada/"})
    BOOST_TEST(own_path(good).value_or("refused") == good);
  for (const auto* bad : {"",
                          "page",
                          "//evil.example",
                          "///evil.example",
                          "/\\evil.example",
                          "\\\\evil.example",
                          "https://evil.example",
                          "https:evil",
                          "javascript:alert(1)",
                          "https://example.com@evil.example",
                          "/a b",
                          "/\t/evil.example",
                          "/a\r\nSet-Cookie: x=y",
                          "/caf\xC3\xA9",
                          "/a\x7f",
                          " /page",
                          "/a\\b",
                          "?x",
                          "#x",
                          "data:text/html,x"})
    BOOST_TEST_CONTEXT(bad) BOOST_TEST(!own_path(bad).has_value());
  BOOST_TEST(!own_path(std::string_view("/a\0b", 4)).has_value());
  BOOST_TEST(own_path("/" + std::string(own_path_limit - 1, 'x')).has_value());
  BOOST_TEST(!own_path("/" + std::string(own_path_limit, 'x')).has_value());
}

BOOST_AUTO_TEST_CASE(a_value_of_a_query_cannot_become_another_parameter) {
  BOOST_TEST(query_value("/page?a=1&b=2#c") == "/page%3Fa%3D1%26b%3D2%23c");
  BOOST_TEST(query_value("a b+c%") == "a%20b%2Bc%25");
  BOOST_TEST(query_value("\r\n\xC3\xA9") == "%0D%0A%C3%A9");
  BOOST_TEST(query_value("AZaz09-._~/") == "AZaz09-._~/");
}

BOOST_AUTO_TEST_CASE(a_browser_that_loads_a_page_is_told_from_everything_else) {
  House house;
  const auto navigates = [&](const char* method, Headers headers) {
    return is_page_navigation(request_to(house, method, "/page", headers));
  };
  const std::pair<std::string_view, std::string_view> html{"accept", "text/html,application/xhtml+xml"};
  BOOST_TEST(navigates("GET", {{"sec-fetch-mode", "navigate"}, {"sec-fetch-dest", "document"}}));
  BOOST_TEST(navigates("HEAD", {{"sec-fetch-mode", "navigate"}}));
  BOOST_TEST(navigates("GET", {html}));
  BOOST_TEST(!navigates("GET", {{"sec-fetch-mode", "cors"}, html}));
  BOOST_TEST(!navigates("GET", {{"sec-fetch-mode", "no-cors"}, html}));
  BOOST_TEST(!navigates("GET", {{"sec-fetch-mode", "navigate"}, {"sec-fetch-dest", "iframe"}, html}));
  BOOST_TEST(!navigates("GET", {{"accept", "*/*"}}));
  BOOST_TEST(!navigates("GET", {}));
  BOOST_TEST(!navigates("POST", {{"sec-fetch-mode", "navigate"}, html}));
}

BOOST_AUTO_TEST_CASE(a_redirect_leads_to_the_configured_site_whatever_the_host_header_said) {
  const auto settings = usual_settings("/nowhere");
  const auto response = see_other("/page?x=1", settings.site);
  BOOST_TEST(response.status == 303);
  BOOST_TEST(header_of(response, "Location") == "https://example.com/page?x=1");
}

BOOST_AUTO_TEST_SUITE_END()
