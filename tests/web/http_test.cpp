// Requests and responses as values, and the bytes that a web server gets.
#include "web/http.h"

#include <boost/test/unit_test.hpp>
#include <stdexcept>

using namespace cardea;

namespace {

Cookie some_cookie() {
  return {.name = "cardea_refresh",
          .value = "abc",
          .path = "/auth",
          .domain = "",
          .max_age = seconds{60},
          .secure = true,
          .same_site = "Lax"};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(http)

BOOST_AUTO_TEST_CASE(the_status_is_the_first_line_and_each_cookie_has_a_line_of_its_own) {
  Response response;
  response.status = 201;
  response.set("Content-Type", "application/json");
  response.cookies = {some_cookie(), some_cookie()};
  response.cookies[1].name = "cardea_access";
  response.body = "{}\n";
  BOOST_TEST(cgi_bytes(response) ==
             "Status: 201 Created\r\n"
             "Content-Type: application/json\r\n"
             "Set-Cookie: cardea_refresh=abc; Path=/auth; Max-Age=60; Secure; HttpOnly; SameSite=Lax\r\n"
             "Set-Cookie: cardea_access=abc; Path=/auth; Max-Age=60; Secure; HttpOnly; SameSite=Lax\r\n"
             "\r\n{}\n");
}

BOOST_AUTO_TEST_CASE(an_empty_answer_still_ends_its_headers) {
  Response response;
  response.status = 204;
  BOOST_TEST(cgi_bytes(response) == "Status: 204 No Content\r\n\r\n");
}

BOOST_AUTO_TEST_CASE(a_cookie_says_its_domain_and_whether_it_is_secure) {
  Response response;
  response.cookies = {some_cookie()};
  response.cookies[0].domain = "example.com";
  response.cookies[0].secure = false;
  response.cookies[0].same_site = "Strict";
  BOOST_TEST(cgi_bytes(response).find("Set-Cookie: cardea_refresh=abc; Path=/auth; Domain=example.com; "
                                      "Max-Age=60; HttpOnly; SameSite=Strict\r\n") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_cookie_to_delete_says_so_twice) {
  Response response;
  response.cookies = {some_cookie()};
  response.cookies[0].value = "";
  response.cookies[0].max_age = seconds{0};
  BOOST_TEST(cgi_bytes(response).find("cardea_refresh=; Path=/auth; Max-Age=0; Expires=Thu, 01 Jan 1970 "
                                      "00:00:00 GMT; Secure; HttpOnly") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_control_character_in_a_header_never_leaves_the_program) {
  for (const char control : {'\r', '\n', '\0', '\x1b', '\x7f', '\t'}) {
    Response in_value;
    in_value.set("X-Test", std::string("a") + control + "b");
    BOOST_CHECK_THROW((void)cgi_bytes(in_value), std::logic_error);

    Response in_cookie;
    in_cookie.cookies = {some_cookie()};
    in_cookie.cookies[0].value = std::string("a") + control;
    BOOST_CHECK_THROW((void)cgi_bytes(in_cookie), std::logic_error);

    Response in_path;
    in_path.cookies = {some_cookie()};
    in_path.cookies[0].path = std::string("/") + control;
    BOOST_CHECK_THROW((void)cgi_bytes(in_path), std::logic_error);
  }
  Response in_name;
  in_name.set("X-Test\r\nSet-Cookie", "a=b");
  BOOST_CHECK_THROW((void)cgi_bytes(in_name), std::logic_error);
}

BOOST_AUTO_TEST_CASE(a_body_may_hold_anything) {
  Response response;
  response.body = std::string("\r\n\0\x7f", 4);
  BOOST_TEST(cgi_bytes(response).ends_with("\r\n\r\n" + response.body));
}

BOOST_AUTO_TEST_CASE(setting_a_header_again_replaces_it) {
  Response response;
  response.set("Cache-Control", "no-store");
  response.set("Vary", "Origin");
  response.set("Cache-Control", "public");
  BOOST_TEST(response.headers.size() == 2U);
  BOOST_TEST(response.header("Cache-Control") == "public");
  BOOST_TEST(response.header("cache-control") == "");
}

BOOST_AUTO_TEST_CASE(a_header_is_found_by_its_exact_name) {
  Request request;
  request.headers = {{"origin", "https://example.com"}, {"cookie", "a=b"}};
  BOOST_TEST(request.header("cookie") == "a=b");
  BOOST_TEST(request.header("cooki") == "");
  BOOST_TEST(request.header("") == "");
}

BOOST_AUTO_TEST_CASE(each_status_we_send_has_its_phrase) {
  const std::pair<int, const char*> rows[] = {{200, "OK"},
                                              {201, "Created"},
                                              {204, "No Content"},
                                              {303, "See Other"},
                                              {400, "Bad Request"},
                                              {401, "Unauthorized"},
                                              {403, "Forbidden"},
                                              {404, "Not Found"},
                                              {405, "Method Not Allowed"},
                                              {409, "Conflict"},
                                              {413, "Content Too Large"},
                                              {415, "Unsupported Media Type"},
                                              {429, "Too Many Requests"},
                                              {500, "Internal Server Error"},
                                              {503, "Service Unavailable"}};
  for (const auto& [status, phrase] : rows) BOOST_TEST(reason_phrase(status) == phrase);
}

BOOST_AUTO_TEST_SUITE_END()
