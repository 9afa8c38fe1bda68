// GET /verify, /me and /devices, DELETE /devices/{id}: what an access token opens.
#include <boost/test/unit_test.hpp>

#include "support/browser.h"

using namespace cardea;
using namespace cardea::testing;

namespace {

constexpr std::chrono::hours hour{1};

struct SignedIn : House {
  User ada = add_user("ada@example.com");
  Browser browser{*this};

  SignedIn() { BOOST_TEST_REQUIRE(browser.sign_in()); }
};

// Ada's session with scopes, which only an administrator gives.
std::string token_with_scope(SignedIn& house, const std::string& scope,
                             std::chrono::seconds age = seconds{0}) {
  const auto session = house.store.sessions_of(house.ada.id).front();
  const AccessClaims claims{.user = house.ada.id,
                            .session = session.id,
                            .device = session.device_id,
                            .scope = scope,
                            .issued_at = house.now - age,
                            .expires_at = house.now - age + house.settings.tokens.access_ttl,
                            .token_id = "x"};
  return issue_access_token(claims, token_policy(house.settings), house.deps().keys, house.now);
}

Response verify_with(SignedIn& house, const std::string& token, const std::string& query = "",
                     const char* method = "GET") {
  const auto cookie = std::string(access_cookie) + "=" + token;
  return ask(house, request_to(house, method, "/auth/verify" + query, {{"cookie", cookie}}));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(verify_route)

BOOST_AUTO_TEST_CASE(who_asks_is_told_in_headers_and_the_database_is_not_asked) {
  SignedIn house;
  const auto token = token_with_scope(house, "read write");
  const int calls = house.store.calls();
  house.store.set_unavailable(true);
  for (const auto* method : {"GET", "HEAD"}) {
    const auto response = verify_with(house, token, "", method);
    BOOST_TEST(response.status == 204);
    BOOST_TEST(response.body == "");
    BOOST_TEST(header_of(response, "X-Auth-User-Id") == house.ada.id.text());
    BOOST_TEST(header_of(response, "X-Auth-Scope") == "read write");
    BOOST_TEST(header_of(response, "X-Auth-Expires") == std::to_string(unix_seconds(house.now) + 1800));
    BOOST_TEST(SessionId::of_text(header_of(response, "X-Auth-Session-Id")).has_value());
    BOOST_TEST(response.cookies.empty());
  }
  BOOST_TEST(house.store.calls() == calls);
}

BOOST_AUTO_TEST_CASE(a_missing_scope_is_403) {
  SignedIn house;
  const auto token = token_with_scope(house, "read write");
  for (const auto* query :
       {"", "?scope=", "?scope=read", "?scope=write+read", "?scope=write%20read", "?other=x"})
    BOOST_TEST(verify_with(house, token, query).status == 204);
  for (const auto* query : {"?scope=admin", "?scope=read+admin", "?scope=rea"}) {
    const auto response = verify_with(house, token, query);
    BOOST_TEST(gist(response) == "403 insufficient_scope");
    BOOST_TEST(header_of(response, "X-Auth-User-Id") == "");
  }
  for (const auto* query : {"?scope=%ff", "?scope=a&scope=b", "?scope=%"})
    BOOST_TEST(gist(verify_with(house, token, query)) == "400 invalid_request/malformed");
}

BOOST_AUTO_TEST_CASE(each_refusal_has_a_reason_and_a_challenge) {
  SignedIn house;
  const auto good = token_with_scope(house, "");
  auto spoiled = good;
  spoiled[good.rfind('.') + 1] = good[good.rfind('.') + 1] == 'A' ? 'B' : 'A';
  const std::pair<std::string, const char*> rows[] = {{"garbage", "malformed"},
                                                      {good + "x", "malformed"},
                                                      {good.substr(0, good.rfind('.') + 1), "bad_signature"},
                                                      {spoiled, "bad_signature"},
                                                      {house.browser.cookie(refresh_cookie), "malformed"},
                                                      {token_with_scope(house, "", 2 * hour), "expired"},
                                                      {token_with_scope(house, "", -hour), "clock_skew"},
                                                      {std::string(8000, 'x'), "malformed"}};
  for (const auto& [token, reason] : rows) {
    const auto response = verify_with(house, token);
    BOOST_TEST(gist(response) == "401 invalid_token/" + std::string(reason));
    BOOST_TEST(header_of(response, "WWW-Authenticate")
                   .starts_with("Bearer realm=\"cardea\", error=\"invalid_token\", error_description=\""));
    BOOST_TEST(header_of(response, "X-Auth-User-Id") == "");
  }
}

BOOST_AUTO_TEST_CASE(an_expired_token_is_told_in_the_words_of_the_rfc) {
  SignedIn house;
  const Json expected{{"code", 401},
                      {"error", "invalid_token"},
                      {"error_description", "The access token provided has expired."},
                      {"reason", "expired"}};
  BOOST_TEST(json_of(verify_with(house, token_with_scope(house, "", 2 * hour))) == expected);
}

BOOST_AUTO_TEST_CASE(without_credentials_the_challenge_has_no_error_and_the_answer_names_the_cure) {
  SignedIn house;
  const auto response = ask(house, request_to(house, "GET", "/auth/verify"));
  BOOST_TEST(gist(response) == "401 invalid_token/missing");
  BOOST_TEST(header_of(response, "WWW-Authenticate") == "Bearer realm=\"cardea\"");
  BOOST_TEST(response.body.find("CGIPassAuth") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(the_cure_is_that_of_the_server_in_front) {
  SignedIn house;
  const auto names_apache = [&](const char* server, const char* path) {
    auto request = request_to(house, "GET", path);
    request.server_software = server;
    return ask(house, request).body.find("Apache") != std::string::npos;
  };
  for (const auto* path : {"/auth/verify", "/auth/me", "/auth/devices", "/auth/denied"}) {
    for (const auto* server : {"Apache", "Apache/2.4.62 (Debian)", ""})
      BOOST_TEST(names_apache(server, path));
    for (const auto* server : {"lighttpd/1.4.69", "nginx/1.22.1", "LiteSpeed"})
      BOOST_TEST(!names_apache(server, path));
  }
}

BOOST_AUTO_TEST_CASE(verify_answers_every_method_alike) {
  SignedIn house;
  const auto token = token_with_scope(house, "read");
  for (const auto* method :
       {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND", "TRACE", "x", ""}) {
    const auto response = verify_with(house, token, "?scope=read", method);
    BOOST_TEST(response.status == 204);
    BOOST_TEST(header_of(response, "X-Auth-User-Id") == house.ada.id.text());
    BOOST_TEST(verify_with(house, token, "?scope=admin", method).status == 403);
    BOOST_TEST(verify_with(house, "x", "", method).status == 401);
    BOOST_TEST(verify_with(house, "x", "?mode=optional", method).status == 204);
  }
}

BOOST_AUTO_TEST_CASE(a_page_that_verify_lets_in_is_not_for_shared_caches) {
  SignedIn house;
  for (const auto& token : {token_with_scope(house, ""), std::string("x")}) {
    const auto cookie = std::string(access_cookie) + "=" + token;
    auto request = request_to(house, "GET", "/auth/verify?mode=optional", {{"cookie", cookie}});
    BOOST_TEST(header_of(ask(house, request), "Cache-Control") == "no-store");
    request.original_uri = "/shop/page";
    BOOST_TEST(header_of(ask(house, request), "Cache-Control") == "private, no-cache");
    BOOST_TEST(header_of(ask(house, request), "Vary") == "Cookie, Authorization");
  }
}

BOOST_AUTO_TEST_CASE(in_mode_cookie_a_header_is_refused_and_told_so) {
  SignedIn house;
  const auto bearer = "Bearer " + house.browser.cookie(access_cookie);
  const auto by_header = request_to(house, "GET", "/auth/verify", {{"authorization", bearer}});
  BOOST_TEST(gist(ask(house, by_header)) == "401 invalid_token/wrong_transport");
  BOOST_TEST(house.browser.get("/auth/verify", {{"authorization", "Bearer x"}}).status == 204);
  house.settings.transport.mode = TransportMode::both;
  BOOST_TEST(ask(house, by_header).status == 204);
}

BOOST_AUTO_TEST_CASE(a_token_in_the_query_is_no_token) {
  SignedIn house;
  const auto path = "/auth/verify?access_token=" + house.browser.cookie(access_cookie);
  BOOST_TEST(gist(ask(house, request_to(house, "GET", path))) == "401 invalid_token/missing");
}

BOOST_AUTO_TEST_CASE(of_two_access_cookies_the_good_one_counts) {
  SignedIn house;
  const auto named = std::string(access_cookie) + "=";
  const auto good = house.browser.cookie(access_cookie);
  const auto cookies = named + "garbage; " + named + good;
  BOOST_TEST(ask(house, request_to(house, "GET", "/auth/verify", {{"cookie", cookies}})).status == 204);
  std::string many;
  for (int i = 0; i < 50; ++i) many += named + good + "; ";
  BOOST_TEST(gist(ask(house, request_to(house, "GET", "/auth/verify", {{"cookie", many}}))) ==
             "400 invalid_request/malformed");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(me_and_devices)

BOOST_AUTO_TEST_CASE(me_says_who_is_asking) {
  SignedIn house;
  const auto body = json_of(house.browser.get("/auth/me"));
  BOOST_TEST(body["id"] == house.ada.id.text());
  BOOST_TEST(body["email"] == "ada@example.com");
  BOOST_TEST(body["name"] == "Ada");
  BOOST_TEST(body["last_method"] == "password");
  BOOST_TEST(body["created_at"] == unix_seconds(house.ada.created_at));
  BOOST_TEST(body["device"]["id"] == house.browser.cookie(device_cookie));
  BOOST_TEST(!body.contains("password_hash"));
}

BOOST_AUTO_TEST_CASE(me_asks_the_database_whether_the_session_still_stands) {
  SignedIn house;
  BOOST_TEST(house.store.end_all_sessions(house.ada.id, house.now));
  BOOST_TEST(house.browser.get("/auth/verify").status == 204);
  BOOST_TEST(gist(house.browser.get("/auth/me")) == "401 invalid_token/revoked");
  BOOST_TEST(gist(house.browser.get("/auth/devices")) == "401 invalid_token/revoked");
  BOOST_TEST(house.store.set_status(house.ada.id, UserStatus::disabled, house.now));
  BOOST_TEST(gist(house.browser.get("/auth/me")) == "403 account_disabled/revoked");
}

BOOST_AUTO_TEST_CASE(devices_are_listed_with_what_their_owner_wants_to_know) {
  SignedIn house;
  house.now += hour;
  Browser tablet(house);
  const Json credentials{{"email", "ada@example.com"},
                         {"password", valid_password},
                         {"device_id", "tablet"},
                         {"device_name", "Tablet"}};
  BOOST_TEST(tablet.post("/auth/login", credentials, {{"user-agent", "Test/2.0"}}).status == 200);
  const auto devices = json_of(tablet.get("/auth/devices"))["devices"];
  BOOST_TEST_REQUIRE(devices.size() == 2U);
  const Json expected{{"id", "tablet"},
                      {"name", "Tablet"},
                      {"created_at", unix_seconds(house.now)},
                      {"last_seen_at", unix_seconds(house.now)},
                      {"ip", "192.0.2.7"},
                      {"user_agent", "Test/2.0"},
                      {"current", true}};
  BOOST_TEST(devices[0] == expected);
  BOOST_TEST(devices[1]["current"] == false);
  BOOST_TEST(devices[1]["id"] == house.browser.cookie(device_cookie));
}

BOOST_AUTO_TEST_CASE(a_device_is_signed_out_in_two_ways) {
  for (const bool by_delete : {true, false}) {
    SignedIn house;
    Browser tablet(house);
    BOOST_TEST_REQUIRE(tablet.sign_in());
    const auto path = "/auth/devices/" + tablet.cookie(device_cookie);
    const auto sign_out = [&] {
      return by_delete ? house.browser.send(request_to(house, "DELETE", path))
                       : house.browser.post(path + "/revoke", Json::object());
    };
    BOOST_TEST(sign_out().status == 204);
    BOOST_TEST(gist(tablet.post("/auth/refresh", Json::object())) == "401 invalid_grant/revoked");
    BOOST_TEST(house.browser.get("/auth/me").status == 200);
    BOOST_TEST(gist(sign_out()) == "404 not_found");
  }
}

BOOST_AUTO_TEST_CASE(the_device_of_somebody_else_is_not_found) {
  SignedIn house;
  house.add_user("bob@example.com");
  Browser bob(house);
  BOOST_TEST_REQUIRE(bob.sign_in("bob@example.com"));
  const auto path = "/auth/devices/" + bob.cookie(device_cookie) + "/revoke";
  BOOST_TEST(gist(house.browser.post(path, Json::object())) == "404 not_found");
  BOOST_TEST(bob.get("/auth/me").status == 200);
  BOOST_TEST(gist(house.browser.post("/auth/devices/%2e%2e/revoke", Json::object())) == "404 not_found");
  BOOST_TEST(gist(house.browser.post("/auth/devices/' OR ''='/revoke", Json::object())) == "404 not_found");
}

BOOST_AUTO_TEST_CASE(nothing_of_this_is_for_strangers) {
  SignedIn house;
  Browser stranger(house);
  for (const auto* path : {"/auth/me", "/auth/devices"})
    BOOST_TEST(gist(stranger.get(path)) == "401 invalid_token/missing");
  BOOST_TEST(gist(stranger.post("/auth/devices/phone/revoke", Json::object())) ==
             "401 invalid_token/missing");
  BOOST_TEST(gist(stranger.send(request_to(house, "DELETE", "/auth/devices/phone"))) ==
             "401 invalid_token/missing");
}

BOOST_AUTO_TEST_SUITE_END()
