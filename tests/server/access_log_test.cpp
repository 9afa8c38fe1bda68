// The log: whatever strangers send, a line is a line.
#include "server/log.h"

#include <boost/test/unit_test.hpp>

#include "support/browser.h"

using namespace cardea;
using namespace cardea::testing;

namespace {

Request some_request() {
  Request request;
  request.now = noon;
  request.method = "POST";
  request.path = "/auth/login";
  request.client = *parse_address("192.0.2.7");
  return request;
}

Response some_response() {
  Response response;
  response.status = 401;
  response.log = {
      .error = "invalid_token", .reason = "expired", .field = "", .user = "u", .session = "s", .note = "n"};
  return response;
}

// One line, nothing but visible ASCII before its end, and JSON.
Json parsed(const std::string& line) {
  BOOST_TEST_REQUIRE(line.ends_with("\n"));
  const auto text = line.substr(0, line.size() - 1);
  for (const unsigned char letter : text) BOOST_TEST((letter >= 0x20 && letter < 0x7F));
  const auto json = parse_json(text);
  BOOST_TEST_REQUIRE(json.has_value());
  return *json;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(access_log)

BOOST_AUTO_TEST_CASE(a_line_tells_what_happened_in_a_fixed_order) {
  BOOST_TEST(
      log_line(some_request(), some_response()) ==
      R"({"at":"2026-11-22T03:15:00Z","method":"POST","path":"/auth/login","status":401,"ip":"192.0.2.7",)"
      R"("error":"invalid_token","reason":"expired","user":"u","session":"s","note":"n"})"
      "\n");
}

BOOST_AUTO_TEST_CASE(what_there_is_not_is_left_out) {
  Response response;
  response.status = 204;
  BOOST_TEST(
      log_line(some_request(), response) ==
      R"({"at":"2026-11-22T03:15:00Z","method":"POST","path":"/auth/login","status":204,"ip":"192.0.2.7"})"
      "\n");
}

BOOST_AUTO_TEST_CASE(nothing_hostile_breaks_out_of_its_line) {
  const std::string rows[] = {"\r\n{\"forged\":true}",
                              "\x1b[2J\x1b[31m",
                              std::string("a\0b", 3),
                              "\xE2\x80\xA8line separator",
                              "\xE2\x80\xAEright to left",
                              "\xC2\x85next line",
                              "\x7f",
                              "\xFF\xFE not UTF-8",
                              "\xC3",
                              "\"quoted\" \\ backslash",
                              "\xF0\x9F\x98\x80",
                              "</script>"};
  for (const auto& text : rows) {
    auto request = some_request();
    auto response = some_response();
    request.path = "/" + text;
    request.method = text.substr(0, 16);
    response.log.note = text;
    const auto json = parsed(log_line(request, response));
    BOOST_TEST(json.size() == 10U);
    BOOST_TEST(!json.contains("forged"));
  }
}

BOOST_AUTO_TEST_CASE(long_paths_and_methods_are_cut_even_inside_a_letter) {
  auto request = some_request();
  request.method = std::string(1000, 'M');
  request.path = "/" + std::string(198, 'x') + "\xE2\x82\xAC and more";
  const auto json = parsed(log_line(request, some_response()));
  BOOST_TEST(json["method"] == std::string(16, 'M'));
  BOOST_TEST(json["path"].get<std::string>().size() <= 203U);
}

BOOST_AUTO_TEST_CASE(no_secret_of_a_conversation_is_in_its_lines) {
  House house;
  std::string lines;
  std::vector<std::string> secrets{"canary@example.com", "canary-password", "canary-agent", "canary-query"};
  const auto exchange = [&](Request request) {
    add_header(request, "user-agent", "canary-agent");
    const auto response = ask(house, request);
    lines += log_line(request, response);
    for (const auto& cookie : response.cookies)
      if (cookie.name != device_cookie && !cookie.value.empty()) secrets.push_back(cookie.value);
    return response;
  };
  const Json credentials{{"email", "canary@example.com"}, {"password", "canary-password"}};
  const auto signed_in = exchange(json_to(house, "/auth/register", credentials));
  BOOST_TEST(signed_in.status == 201);
  exchange(json_to(house, "/auth/login", credentials));
  exchange(
      json_to(house, "/auth/login", {{"email", "canary@example.com"}, {"password", "canary-password2"}}));
  std::string cookies;
  for (const auto& cookie : signed_in.cookies) cookies += cookie.name + "=" + cookie.value + "; ";
  exchange(request_to(house, "POST", "/auth/refresh?canary-query", {{"cookie", cookies}}));
  exchange(request_to(house, "POST", "/auth/logout", {{"cookie", cookies}}));
  for (const auto& secret : secrets) BOOST_TEST(lines.find(secret) == std::string::npos);
  BOOST_TEST(lines.find("\"user\":\"") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
