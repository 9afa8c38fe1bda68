// Transports: which tokens are read and which are answered in each mode, before and after the sunset.
#include "web/out.h"

#include <boost/test/unit_test.hpp>

#include "support/browser.h"
#include "web/answer.h"
#include "web/cookies.h"
#include "web/in.h"

using namespace cardea;
using namespace cardea::testing;

namespace {

constexpr const char* both_ways = "access by cookie and header";

struct Fixture : House {
  Grant grant = start(add_user("ada@example.com"));

  Request request() { return request_to(*this, "POST", "/auth/login"); }
  Request with_everything() {
    auto request = request_to(*this, "POST", "/auth/refresh");
    add_header(
        request, "cookie",
        std::string(access_cookie) + "=in-cookie; " + std::string(refresh_cookie) + "=refresh-in-cookie");
    add_header(request, "authorization", "Bearer in-header");
    return request;
  }
};

Fields fields_of(const Json& json) {
  Request request;
  request.content_type = "application/json";
  request.body = Secret(json_text(json));
  return std::get<Fields>(Fields::of(request));
}

std::string list(const std::vector<PresentedToken>& tokens) {
  std::string text;
  for (const auto& token : tokens) text += (text.empty() ? "" : " ") + token.text;
  return text;
}

// As web/in.cpp makes it on a site in that mode.
Request in_mode(Request request, TransportMode mode) {
  request.cookies = parse_cookies(request.header("cookie"));
  request.transport_mode = mode;
  return request;
}

Request completed(Request request, const Settings& settings) {
  complete_request(request, settings);
  return request;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(delivery)

BOOST_AUTO_TEST_CASE(a_refused_header_is_told_of_the_sunset_whatever_the_log_record_says) {
  Fixture house;
  house.settings.transport.header_sunset = house.now;
  const auto is_told = [&](std::string_view reason, const std::string& logged) {
    auto response = refuse({.status = 401, .error = "invalid_token", .reason = reason, .description = "x"});
    response.log.reason = logged;
    announce_sunset(response, house.settings);
    return !header_of(response, "Sunset").empty();
  };
  BOOST_TEST(is_told("wrong_transport", "expired"));
  BOOST_TEST(!is_told("expired", "wrong_transport"));
}

BOOST_AUTO_TEST_CASE(from_the_sunset_on_every_mode_is_cookie) {
  TransportSettings settings;
  for (const auto mode : {TransportMode::cookie, TransportMode::both, TransportMode::header}) {
    settings.mode = mode;
    settings.header_sunset.reset();
    BOOST_TEST((mode_at(noon, settings) == mode));
    settings.header_sunset = noon;
    BOOST_TEST((mode_at(noon - milliseconds{1}, settings) == mode));
    BOOST_TEST((mode_at(noon, settings) == TransportMode::cookie));
    BOOST_TEST((mode_at(noon + seconds{1}, settings) == TransportMode::cookie));
  }
}

BOOST_AUTO_TEST_CASE(each_mode_has_its_transports) {
  Fixture house;
  struct Row {
    TransportMode mode;
    const char* access;
    const char* refresh;
    bool refused;
  };
  const Row rows[] = {
      {TransportMode::cookie, "in-cookie", "refresh-in-cookie", true},
      {TransportMode::both, "in-cookie in-header", "refresh-in-cookie", false},
      {TransportMode::header, "in-header", "", false},
  };
  for (const auto& row : rows) {
    const auto request = in_mode(house.with_everything(), row.mode);
    BOOST_TEST(list(read_access(request, house.settings)->access) == row.access);
    const auto tokens = read_refresh(request, fields_of(Json::object()), house.settings).value();
    BOOST_TEST(list(tokens.access) == row.access, both_ways);
    BOOST_TEST(list(tokens.refresh) == row.refresh);
    BOOST_TEST(tokens.header_refused == row.refused);
  }
}

BOOST_AUTO_TEST_CASE(a_refresh_token_in_the_body_goes_before_the_cookie_where_bodies_are_read) {
  Fixture house;
  const auto body = fields_of({{"refresh_token", "in-body"}, {"access_token", "access-in-body"}});
  struct Row {
    TransportMode mode;
    const char* access;
    const char* refresh;
    bool refused;
  };
  const Row rows[] = {
      {TransportMode::cookie, "in-cookie access-in-body", "refresh-in-cookie", true},
      {TransportMode::both, "in-cookie in-header access-in-body", "in-body", false},
      {TransportMode::header, "in-header access-in-body", "in-body", false},
  };
  for (const auto& row : rows) {
    const auto tokens =
        read_refresh(in_mode(house.with_everything(), row.mode), body, house.settings).value();
    BOOST_TEST(list(tokens.access) == row.access);
    BOOST_TEST(list(tokens.refresh) == row.refresh);
    BOOST_TEST(tokens.header_refused == row.refused);
    BOOST_TEST((tokens.refresh.front().place ==
                (row.mode == TransportMode::cookie ? TokenPlace::cookie : TokenPlace::body)));
  }
}

BOOST_AUTO_TEST_CASE(a_token_in_a_header_or_body_past_the_sunset_is_not_looked_at_and_that_is_told) {
  Fixture house;
  auto settings = house.settings;
  settings.transport = {.mode = TransportMode::both, .header_sunset = house.now};
  const auto read = [&](Headers headers, const Json& body) {
    const auto request = completed(request_to(house, "POST", "/auth/refresh", headers), settings);
    return read_refresh(request, fields_of(body), settings).value();
  };
  const auto by_header = read({{"authorization", "Bearer x"}}, Json::object());
  BOOST_TEST(by_header.access.empty());
  BOOST_TEST(by_header.header_refused);
  const auto in_body = read({}, {{"refresh_token", "x"}});
  BOOST_TEST(in_body.refresh.empty());
  BOOST_TEST(in_body.header_refused);
  BOOST_TEST(!read({}, Json::object()).header_refused);
}

BOOST_AUTO_TEST_CASE(bearer_is_a_word_without_case_and_one_blank_or_more) {
  Fixture house;
  const auto token = [&](const char* value) {
    const auto request = request_to(house, "GET", "/auth/me", {{"authorization", value}});
    return list(read_access(in_mode(request, TransportMode::header), house.settings)->access);
  };
  BOOST_TEST(token("Bearer x.y.z") == "x.y.z");
  BOOST_TEST(token("bearer x.y.z") == "x.y.z");
  BOOST_TEST(token("BEARER x.y.z") == "x.y.z");
  for (const auto* spaced : {"Bearer  x.y.z", "bearer      x.y.z", "Bearer\tx.y.z", " Bearer \t x.y.z  "})
    BOOST_TEST(token(spaced) == "x.y.z");
  BOOST_TEST(token("Bearer x y") == "x y");
  for (const auto* foreign : {"", "Bearer", "Basic YTpi", "Bearerx", "DPoP x", "Token x"})
    BOOST_TEST(token(foreign) == "");
}

BOOST_AUTO_TEST_CASE(another_scheme_is_nobodys_fault_in_mode_cookie) {
  Fixture house;
  const auto tokens =
      read_access(request_to(house, "GET", "/auth/me", {{"authorization", "Basic YTpi"}}), house.settings);
  BOOST_TEST(!tokens->header_refused);
}

BOOST_AUTO_TEST_CASE(copies_of_a_cookie_are_all_read_up_to_a_limit) {
  Fixture house;
  const auto with_copies = [&](std::string_view name, int count) {
    std::string header;
    for (int i = 0; i < count; ++i) header += std::string(name) + "=" + std::to_string(i) + "; ";
    return completed(request_to(house, "POST", "/auth/refresh", {{"cookie", header}}), house.settings);
  };
  const auto none = fields_of(Json::object());
  BOOST_TEST(list(read_access(with_copies(access_cookie, 3), house.settings)->access) == "0 1 2");
  BOOST_TEST(list(read_refresh(with_copies(refresh_cookie, 2), none, house.settings)->refresh) == "0 1");
  BOOST_TEST(!read_access(with_copies(access_cookie, 50), house.settings).has_value());
  BOOST_TEST(!read_refresh(with_copies(access_cookie, 50), none, house.settings).has_value());
  BOOST_TEST(!read_refresh(with_copies(refresh_cookie, 50), none, house.settings).has_value());
  const auto by_header = in_mode(with_copies(access_cookie, 50), TransportMode::header);
  BOOST_TEST(read_access(by_header, house.settings).has_value());
}

BOOST_AUTO_TEST_CASE(the_device_cookie_is_taken_if_it_looks_like_ours) {
  Fixture house;
  const auto device = [&](const std::string& header, TransportMode mode = TransportMode::cookie) {
    const auto request = request_to(house, "POST", "/auth/login", {{"cookie", header}});
    return read_device(in_mode(request, mode), house.settings);
  };
  const auto named = std::string(device_cookie) + "=";
  BOOST_TEST(device(named + "phone-1").value() == "phone-1");
  BOOST_TEST(!device("").has_value());
  BOOST_TEST(!device(named + "a b").has_value());
  BOOST_TEST(!device(named + std::string(65, 'x')).has_value());
  BOOST_TEST(!device(named + "phone-1", TransportMode::header).has_value());
}

BOOST_AUTO_TEST_CASE(the_token_answer_has_exactly_these_fields) {
  Fixture house;
  const auto body = json_of(deliver(200, house.grant, house.request(), house.settings));
  const Json expected{
      {"token_type", "Bearer"},
      {"expires_in", 1800},
      {"access_exp", unix_seconds(house.now) + 1800},
      {"refresh_expires_in", 30 * 24 * 3600},
      {"refresh_exp", unix_seconds(house.now) + 30 * 24 * 3600},
      {"server_time", unix_seconds(house.now)},
      {"user", {{"id", house.grant.user.id.text()}, {"email", "ada@example.com"}, {"name", "Ada"}}},
      {"device", {{"id", "phone"}, {"name", ""}}}};
  BOOST_TEST(body == expected);
}

BOOST_AUTO_TEST_CASE(tokens_are_in_the_body_only_where_headers_are_read) {
  Fixture house;
  for (const auto mode : {TransportMode::cookie, TransportMode::both, TransportMode::header}) {
    const auto response = deliver(201, house.grant, in_mode(house.request(), mode), house.settings);
    const auto body = json_of(response);
    const bool in_body = mode != TransportMode::cookie;
    const bool by_cookie = mode != TransportMode::header;
    BOOST_TEST(response.status == 201);
    BOOST_TEST(body.contains("access_token") == in_body);
    BOOST_TEST(body.contains("refresh_token") == in_body);
    BOOST_TEST(response.cookies.size() == (by_cookie ? 3U : 0U));
    if (in_body) {
      BOOST_TEST(body["access_token"] == std::string(house.grant.access_token.reveal()));
      BOOST_TEST(body["refresh_token"] == std::string(house.grant.refresh_token.reveal()));
    }
  }
}

BOOST_AUTO_TEST_CASE(the_access_cookie_lives_as_long_as_the_refresh_token) {
  Fixture house;
  const auto response = deliver(200, house.grant, house.request(), house.settings);
  const auto access = cookie_of(response, access_cookie);
  const auto refresh = cookie_of(response, refresh_cookie);
  const auto device = cookie_of(response, device_cookie);
  BOOST_TEST(access.value == std::string(house.grant.access_token.reveal()));
  BOOST_TEST(refresh.value == std::string(house.grant.refresh_token.reveal()));
  BOOST_TEST(device.value == "phone");
  BOOST_TEST(access.max_age.count() == 30 * 24 * 3600);
  BOOST_TEST(refresh.max_age.count() == 30 * 24 * 3600);
  BOOST_TEST(device.max_age.count() == max_cookie.count());
}

BOOST_AUTO_TEST_CASE(times_that_are_past_are_no_negative_durations) {
  Fixture house;
  house.now += std::chrono::hours{24 * 40};
  const auto body = json_of(deliver(200, house.grant, house.request(), house.settings));
  BOOST_TEST(body["expires_in"] == 0);
  BOOST_TEST(body["refresh_expires_in"] == 0);
}

BOOST_AUTO_TEST_CASE(deleting_takes_the_tokens_and_leaves_the_device_its_name) {
  Fixture house;
  Response response;
  delete_cookies(response, house.request(), house.settings);
  BOOST_TEST_REQUIRE(response.cookies.size() == 2U);
  for (const auto name : {access_cookie, refresh_cookie}) {
    const auto cookie = cookie_of(response, name);
    BOOST_TEST(cookie.name == name);
    BOOST_TEST(cookie.value == "");
    BOOST_TEST(cookie.max_age.count() == 0);
  }
  BOOST_TEST(cookie_of(response, access_cookie).path == "/");
  BOOST_TEST(cookie_of(response, refresh_cookie).path == "/auth");

  Response by_header;
  delete_cookies(by_header, in_mode(house.request(), TransportMode::header), house.settings);
  BOOST_TEST(by_header.cookies.empty());
}

BOOST_AUTO_TEST_SUITE_END()
