// The log: whatever strangers send, a line is a line, and there are not too many of them.
#include "server/log.h"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <functional>

#include "server/error_output.h"
#include "support/browser.h"
#include "support/temporary_directory.h"
#include "support/threads.h"

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

// The messages that are written while a BoundedLog lives, each behind its level.
std::vector<std::string> written(const std::function<void(BoundedLog&)>& use) {
  TemporaryDirectory directory("log");
  ErrorOutput output(directory.file("log"));
  {
    BoundedLog log;
    use(log);
  }
  const auto text = output.text();
  std::vector<std::string> messages;
  for (std::string_view rest = text; !rest.empty();) {
    const auto json = parsed(std::string(rest.substr(0, rest.find('\n') + 1)));
    messages.push_back(json["level"].get<std::string>() + ": " + json["message"].get<std::string>());
    rest.remove_prefix(rest.find('\n') + 1);
  }
  return messages;
}

void pass(BoundedLog& log, int seconds) {
  for (int i = 0; i < seconds; ++i) log.tick();
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

BOOST_AUTO_TEST_SUITE(bounded_log)

BOOST_AUTO_TEST_CASE(of_one_message_ten_lines_are_written_in_a_minute_and_one_that_says_how_many_more) {
  const auto messages = written([](BoundedLog& log) {
    for (int i = 0; i < 1000; ++i) log.write("warning", "refused");
    pass(log, 59);
    log.write("warning", "refused");
    pass(log, 1);
    log.write("warning", "refused");
    pass(log, 120);
  });
  std::vector<std::string> expected(10, "warning: refused");
  expected.insert(expected.end(), {"warning: 991 more times within a minute: refused", "warning: refused"});
  BOOST_TEST(messages == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(what_comes_seldom_is_written_beside_what_comes_often) {
  const auto messages = written([](BoundedLog& log) {
    for (int i = 0; i < 1000; ++i) log.write("warning", "refused");
    log.write("error", "refused");
    log.write("warning", "no descriptor");
  });
  BOOST_TEST(std::count(messages.begin(), messages.end(), "error: refused") == 1);
  BOOST_TEST(std::count(messages.begin(), messages.end(), "warning: no descriptor") == 1);
}

BOOST_AUTO_TEST_CASE(messages_of_ever_other_words_make_no_more_lines) {
  const auto messages = written([](BoundedLog& log) {
    for (int i = 0; i < 1000; ++i) log.write("warning", "message " + std::to_string(i));
  });
  BOOST_TEST(messages.size() == 15U + 10U + 1U);
  BOOST_TEST(messages.back() == "warning: 975 more times within a minute: other messages");
}

BOOST_AUTO_TEST_CASE(what_was_left_out_is_told_at_the_end_of_the_process) {
  const auto messages = written([](BoundedLog& log) {
    for (int i = 0; i < 11; ++i) log.write("error", "no memory");
  });
  BOOST_TEST(messages.back() == "error: 1 more times within a minute: no memory");
}

BOOST_AUTO_TEST_CASE(threads_that_write_at_once_have_one_bound) {
  const auto messages = written([](BoundedLog& log) {
    Threads threads;
    for (int i = 0; i < 8; ++i)
      threads.start([&log] {
        for (int number = 0; number < 100; ++number) log.write("warning", "refused");
      });
    threads.join();
  });
  BOOST_TEST(messages.size() == 11U);
  BOOST_TEST(messages.back() == "warning: 790 more times within a minute: refused");
}

BOOST_AUTO_TEST_SUITE_END()
