// Names, attributes and reading of our cookies.
#include "web/cookies.h"

#include <boost/test/unit_test.hpp>

#include "support/browser.h"

using namespace cardea;
using namespace cardea::testing;

namespace {

std::vector<std::string> values(const std::string& header, const char* name = "a") {
  return cookie_values(parse_cookies(header), name).value();
}

using Values = std::vector<std::string>;

}  // namespace

BOOST_AUTO_TEST_SUITE(cookies)

BOOST_AUTO_TEST_CASE(the_strongest_prefix_that_fits_is_used) {
  struct Row {
    const char* url;
    const char* domain;
    const char* access_path;
    const char* access;
    const char* refresh;
  };
  constexpr Row rows[] = {
      {"https://example.com", "", "/", "__Host-cardea_access", "__Secure-cardea_refresh"},
      {"https://example.com", "example.com", "/", "__Secure-cardea_access", "__Secure-cardea_refresh"},
      {"https://example.com", "", "/shop", "__Secure-cardea_access", "__Secure-cardea_refresh"},
      {"http://localhost:8080", "", "/", "cardea_access", "cardea_refresh"},
      {"http://localhost:8080", "localhost", "/", "cardea_access", "cardea_refresh"},
  };
  for (const auto& row : rows) {
    auto settings = usual_settings("/nowhere");
    settings.site.url = row.url;
    settings.cookies.domain = row.domain;
    settings.cookies.access_path = row.access_path;
    BOOST_TEST(cookie_name(CookieKind::access, settings) == row.access);
    BOOST_TEST(cookie_name(CookieKind::refresh, settings) == row.refresh);
  }
  const auto settings = usual_settings("/nowhere");
  BOOST_TEST(cookie_name(CookieKind::device, settings) == "__Secure-cardea_device");
}

BOOST_AUTO_TEST_CASE(no_sibling_subdomain_can_plant_a_cookie_that_needs_no_path) {
  struct Row {
    const char* url;
    const char* domain;
    const char* refresh_path;
    const char* prefix;
    const char* path;
    const char* refresh_prefix;
  };
  constexpr Row rows[] = {
      {"https://example.com", "", "/auth", "__Host-", "/", "__Secure-"},
      {"https://example.com", "", "/", "__Host-", "/", "__Host-"},
      {"https://example.com", "example.com", "/auth", "__Secure-", "/auth", "__Secure-"},
      {"https://example.com", "example.com", "/", "__Secure-", "/", "__Secure-"},
      {"http://localhost", "", "/auth", "", "/auth", ""},
  };
  for (const auto& row : rows) {
    auto settings = usual_settings("/nowhere");
    settings.site.url = row.url;
    settings.cookies.domain = row.domain;
    settings.cookies.refresh_path = row.refresh_path;
    for (const auto& [kind, name] :
         {std::pair{CookieKind::turns, "cardea_turns"}, std::pair{CookieKind::method, "cardea_method"},
          std::pair{CookieKind::language, "cardea_language"}}) {
      const auto cookie = make_cookie(kind, "x", seconds{60}, settings);
      BOOST_TEST(cookie.name == std::string(row.prefix) + name);
      BOOST_TEST(cookie.path == row.path);
    }
    for (const auto kind : {CookieKind::refresh, CookieKind::device}) {
      BOOST_TEST(cookie_name(kind, settings).starts_with(row.refresh_prefix));
      BOOST_TEST(make_cookie(kind, "x", seconds{60}, settings).path == row.refresh_path);
    }
  }
}

BOOST_AUTO_TEST_CASE(the_mark_of_a_registration_belongs_to_the_host_alone) {
  for (const auto* domain : {"", "example.com"}) {
    auto settings = usual_settings("/nowhere");
    settings.cookies.domain = domain;
    const auto cookie = make_cookie(CookieKind::registration, "x", seconds{60}, settings);
    BOOST_TEST(cookie.name == "__Host-cardea_registration");
    BOOST_TEST(cookie.path == "/");
    BOOST_TEST(cookie.domain == "");
  }
}

BOOST_AUTO_TEST_CASE(a_cookie_is_read_under_its_former_name_while_there_is_none_under_todays) {
  const House house;
  const auto read = [&](CookieKind kind, std::string_view header) {
    auto request = request_to(house, "GET", "/auth/x");
    request.cookies = parse_cookies(header);
    return read_cookie(kind, request, house.settings).value();
  };
  BOOST_TEST(read(CookieKind::language, "__Secure-cardea_language=ko") == Values{"ko"},
             boost::test_tools::per_element());
  BOOST_TEST(
      read(CookieKind::language, "__Secure-cardea_language=ko; __Host-cardea_language=ja") == Values{"ja"},
      boost::test_tools::per_element());
  BOOST_TEST(read(CookieKind::turns, "__Secure-cardea_turns=2-x").empty());
  BOOST_TEST(read(CookieKind::registration, "__Secure-cardea_registration=x").empty());
  BOOST_TEST(former_cookie_name(CookieKind::access, house.settings) == "");
  BOOST_TEST(former_cookie_name(CookieKind::refresh, house.settings) == "");
}

BOOST_AUTO_TEST_CASE(a_cookie_of_a_former_name_is_deleted_only_where_todays_is_set) {
  const House house;
  auto request = request_to(house, "POST", "/auth/x");
  request.cookies = parse_cookies("__Secure-cardea_language=ko");
  Response nothing;
  clean_up_copies(nothing, request, house.settings);
  BOOST_TEST(nothing.cookies.empty());
  Response response;
  response.cookies.push_back(make_cookie(CookieKind::language, "ja", seconds{60}, house.settings));
  clean_up_copies(response, request, house.settings);
  BOOST_TEST_REQUIRE(response.cookies.size() == 2U);
  BOOST_TEST(response.cookies[0].name == "__Secure-cardea_language");
  BOOST_TEST(response.cookies[0].value == "");
  BOOST_TEST(response.cookies[0].path == "/auth");
  BOOST_TEST(response.cookies[0].max_age.count() == 0);
  BOOST_TEST(response.cookies[1].name == "__Host-cardea_language");
}

BOOST_AUTO_TEST_CASE(a_second_copy_is_deleted_once_at_each_place_where_it_may_lie) {
  struct Row {
    const char* url;
    const char* path;
    const char* cookies;
    Values places;
  };
  const char* two = "__Secure-cardea_refresh=a; __Secure-cardea_refresh=b";
  const Row rows[] = {
      {"https://example.com", "/", two, {"/", "example.com/"}},
      {"https://example.com", "/", "__Secure-cardea_refresh=a", {}},
      {"https://192.0.2.1", "/auth", two, {"/"}},
      {"https://localhost", "/auth", two, {"/"}},
      {"https://a.b.example.com", "/", two, {"/", "a.b.example.com/", "b.example.com/"}},
      {"https://example.com",
       "/auth/refresh/a/b",
       two,
       {"/", "example.com/", "example.com/auth", "/auth/refresh", "example.com/auth/refresh",
        "/auth/refresh/a", "example.com/auth/refresh/a"}},
  };
  for (const auto& row : rows) BOOST_TEST_CONTEXT(row.url << row.path) {
      House house;
      house.settings.site.url = row.url;
      auto request = request_to(house, "POST", row.path);
      request.cookies = parse_cookies(row.cookies);
      Response response;
      response.cookies.push_back(make_cookie(CookieKind::access, "x", seconds{60}, house.settings));
      clean_up_copies(response, request, house.settings);
      Values places;
      for (const auto& cookie : response.cookies)
        if (cookie.name == "__Secure-cardea_refresh") places.push_back(cookie.domain + cookie.path);
      BOOST_TEST(places == row.places, boost::test_tools::per_element());
    }
}

BOOST_AUTO_TEST_CASE(each_cookie_goes_where_it_is_needed_and_no_further) {
  auto settings = usual_settings("/nowhere");
  const auto access = make_cookie(CookieKind::access, "x", seconds{60}, settings);
  BOOST_TEST(access.path == "/");
  BOOST_TEST(access.domain == "");
  BOOST_TEST(access.secure);
  BOOST_TEST(access.same_site == "Lax");
  BOOST_TEST(access.value == "x");
  BOOST_TEST(make_cookie(CookieKind::refresh, "x", seconds{60}, settings).path == "/auth");
  BOOST_TEST(make_cookie(CookieKind::device, "x", seconds{60}, settings).path == "/auth");

  settings.cookies.domain = "example.com";
  settings.cookies.same_site = SameSite::strict;
  settings.cookies.refresh_path = "/";
  const auto refresh = make_cookie(CookieKind::refresh, "x", seconds{60}, settings);
  BOOST_TEST(refresh.domain == "example.com");
  BOOST_TEST(refresh.same_site == "Strict");
  BOOST_TEST(refresh.path == "/");
  settings.cookies.same_site = SameSite::none;
  BOOST_TEST(make_cookie(CookieKind::refresh, "x", seconds{60}, settings).same_site == "None");
  settings.site.url = "http://localhost";
  BOOST_TEST(!make_cookie(CookieKind::access, "x", seconds{60}, settings).secure);
}

BOOST_AUTO_TEST_CASE(no_cookie_lives_longer_than_browsers_allow_or_shorter_than_not_at_all) {
  const auto settings = usual_settings("/nowhere");
  const auto age = [&](seconds wanted) {
    return make_cookie(CookieKind::access, "x", wanted, settings).max_age.count();
  };
  BOOST_TEST(age(std::chrono::hours{24 * 400}) == 34'560'000);
  BOOST_TEST(age(std::chrono::hours{24 * 4000}) == 34'560'000);
  BOOST_TEST(age(seconds{1}) == 1);
  BOOST_TEST(age(seconds{0}) == 0);
  BOOST_TEST(age(seconds{-5}) == 0);
}

BOOST_AUTO_TEST_CASE(every_copy_of_a_cookie_is_read_in_order) {
  const auto per_element = boost::test_tools::per_element();
  BOOST_TEST(values("a=1") == Values{"1"}, per_element);
  BOOST_TEST(values("b=2; a=1; c=3") == Values{"1"}, per_element);
  BOOST_TEST(values("a=1; a=2; b=3; a=4") == (Values{"1", "2", "4"}), per_element);
  BOOST_TEST(values("a=1;a=2") == (Values{"1", "2"}), per_element);
  BOOST_TEST(values("  a = 1 \t; a=2") == (Values{"1", "2"}), per_element);
  BOOST_TEST(values("a=\"1\"") == Values{"1"}, per_element);
  BOOST_TEST(values("a=x=y==") == Values{"x=y=="}, per_element);
  BOOST_TEST(values("a=\"") == Values{"\""}, per_element);
}

BOOST_AUTO_TEST_CASE(what_only_looks_like_it_is_not_it) {
  for (const auto* header :
       {"", ";", "; ;", "a", "a=", "a=\"\"", "=1", "aa=1", "A=1", "b=a=1", "ba=1", "a b=1", "b=1, a=2"})
    BOOST_TEST_CONTEXT(header) BOOST_TEST(values(header).empty());
}

BOOST_AUTO_TEST_CASE(a_few_copies_are_an_accident_many_are_an_attack) {
  std::string header;
  for (std::size_t i = 0; i < cookie_copies_limit; ++i) header += "a=" + std::to_string(i) + "; ";
  BOOST_TEST(values(header).size() == cookie_copies_limit);
  BOOST_TEST(values(header + "b=1; a=; B=2").size() == cookie_copies_limit);
  BOOST_TEST(!cookie_values(parse_cookies(header + "a=x"), "a").has_value());
  for (int i = 0; i < 50; ++i) header += "a=x; ";
  BOOST_TEST(!cookie_values(parse_cookies(header), "a").has_value());
  BOOST_TEST(cookie_values(parse_cookies(header), "b").value().empty());
}

BOOST_AUTO_TEST_SUITE_END()
