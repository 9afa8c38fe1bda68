// Where a browser may be sent, and how that is written.
#include "web/origin.h"

#include <boost/test/unit_test.hpp>

#include "support/browser.h"

using namespace cardea;
using namespace cardea::testing;

BOOST_AUTO_TEST_SUITE(own_paths)

BOOST_AUTO_TEST_CASE(a_path_of_this_site_begins_with_one_slash) {
  for (const auto* good : {"/", "/page", "/page?x=1&y=//z", "/a//b", "/a/../b", "/%09/evil", "/%2f%2fevil",
                           "/page#top", "/a:b@c", "/~ada/", "/a!~"})
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
                          "/\t/evil.example",
                          "/a\r\nSet-Cookie: x=y",
                          "/a\x7f",
                          " /page",
                          "/a\\b",
                          "/x\\..\\evil?y",
                          "/ /evil.example",
                          "/  \\evil.example",
                          "/x\xE2\x80\xA8",
                          "/x\xE2\x80\xA9",
                          "/x\xC2\x85",
                          "/\n/evil.example",
                          "\t//evil.example",
                          "/\\/evil.example",
                          "@evil.example",
                          "\xEF\xBC\x8F\xEF\xBC\x8F"
                          "evil.example",
                          "?x",
                          "#x",
                          "data:text/html,x"})
    BOOST_TEST_CONTEXT(bad) BOOST_TEST(!own_path(bad).has_value());
  BOOST_TEST(!own_path(std::string_view("/a\0b", 4)).has_value());
  BOOST_TEST(own_path("/" + std::string(own_path_limit - 1, 'x')).has_value());
  BOOST_TEST(!own_path("/" + std::string(own_path_limit, 'x')).has_value());
}

BOOST_AUTO_TEST_CASE(what_a_url_may_not_hold_is_encoded) {
  const std::pair<std::string, std::string> rows[] = {
      {"/a b", "/a%20b"},
      {"/caf\xC3\xA9?q=\xED\x95\x9C \xEA\xB8\x80#\xEA\xB0\x80",
       "/caf%C3%A9?q=%ED%95%9C%20%EA%B8%80#%EA%B0%80"},
      {"/%ED%95%9C%20x", "/%ED%95%9C%20x"},
      {"/\xC7\xD1", "/%C7%D1"},  // EUC-KR
      {"/\xC2\xA0", "/%C2%A0"},
      {"/\xC2\xA9", "/%C2%A9"},  // the letters of U+00A0 on are no control characters
      {"/x\xC2", "/x%C2"},
      {"/a?path=C:\\x#\\", "/a?path=C:%5Cx#%5C"},
      {"/100%", "/100%25"},
      {"/100% \xED\x95\x9C%2", "/100%25%20%ED%95%9C%252"},
      {"/ a/ /b", "/%20a/%20/b"},
      {"/\xE0\xB4\xA8\xE0\xB5\x8D\xE2\x80\x8D", "/%E0%B4%A8%E0%B5%8D%E2%80%8D"},  // with a joiner
      {"/\xE3\x80\x80", "/%E3%80%80"},
      {"/\xEF\xBC\x8F"
       "evil.example",
       "/%EF%BC%8Fevil.example"},
  };
  for (const auto& [text, path] : rows) {
    BOOST_TEST_CONTEXT(text) BOOST_TEST(own_path(text).value_or("refused") == path);
    BOOST_TEST(own_path(path).value_or("refused") == path);
  }
  BOOST_TEST(own_path("/" + std::string((own_path_limit - 1) / 3, '\xE9')).has_value());
  BOOST_TEST(!own_path("/" + std::string(own_path_limit / 2, '\xE9')).has_value());
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
