// POST /refresh.
#include <boost/test/unit_test.hpp>

#include "auth/session/verify.h"
#include "support/browser.h"

using namespace cardea;
using namespace cardea::testing;

namespace {

constexpr std::chrono::hours hour{1};
const Json nothing = Json::object();

struct SignedIn : House {
  User ada = add_user("ada@example.com");
  Browser browser{*this};

  SignedIn() {
    BOOST_TEST_REQUIRE(browser.sign_in());
    now += hour;
  }
};

// An app that keeps its tokens itself.
struct App : House {
  User ada = add_user("ada@example.com");
  Json tokens;

  App() {
    settings.transport.mode = TransportMode::header;
    const Json credentials{{"email", "ada@example.com"}, {"password", valid_password}};
    tokens = json_of(ask(*this, json_to(*this, "/auth/login", credentials)));
    now += hour;
  }
  Response refresh(const Json& fields, Headers headers = {}) {
    return ask(*this, json_to(*this, "/auth/refresh", fields, headers));
  }
};

bool deletes_cookies(const Response& response) {
  return response.cookies.size() == 2 && cookie_of(response, access_cookie).max_age == seconds{0} &&
         cookie_of(response, refresh_cookie).max_age == seconds{0} &&
         !cookie_of(response, refresh_cookie).name.empty();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(refresh_route)

BOOST_AUTO_TEST_CASE(a_browser_renews_with_its_cookies_and_an_empty_post) {
  SignedIn house;
  const auto old_refresh = house.browser.cookie(refresh_cookie);
  const auto response = house.browser.post("/auth/refresh", nothing);
  BOOST_TEST(response.status == 200);
  BOOST_TEST(json_of(response)["user"]["id"] == house.ada.id.text());
  BOOST_TEST(house.browser.cookie(refresh_cookie) != old_refresh);
  BOOST_TEST(house.browser.get("/auth/verify").status == 204);

  auto empty = request_to(house, "POST", "/auth/refresh");
  house.now += hour;
  BOOST_TEST(house.browser.send(empty).status == 200);
}

BOOST_AUTO_TEST_CASE(a_lost_answer_is_brought_again) {
  SignedIn house;
  auto before = house.browser.copy();
  const auto first = house.browser.post("/auth/refresh", nothing);
  house.now += seconds{10};
  const auto again = before.post("/auth/refresh", nothing);
  BOOST_TEST(again.status == 200);
  BOOST_TEST(cookie_of(again, refresh_cookie).value == cookie_of(first, refresh_cookie).value);
}

BOOST_AUTO_TEST_CASE(an_idempotency_key_brings_it_again_for_a_day) {
  SignedIn house;
  auto before = house.browser.copy();
  const Headers key{{"idempotency-key", "5f0c"}};
  const auto first = house.browser.post("/auth/refresh", nothing, key);
  house.now += 20 * hour;
  const auto again = before.post("/auth/refresh", nothing, key);
  BOOST_TEST(again.status == 200);
  BOOST_TEST(cookie_of(again, refresh_cookie).value == cookie_of(first, refresh_cookie).value);
}

BOOST_AUTO_TEST_CASE(an_idempotency_key_has_at_most_255_bytes) {
  SignedIn house;
  BOOST_TEST(
      gist(house.browser.post("/auth/refresh", nothing, {{"idempotency-key", std::string(256, 'x')}})) ==
      "400 invalid_request/malformed");
  BOOST_TEST(house.store.writes().rotations == 0);
  BOOST_TEST(
      house.browser.post("/auth/refresh", nothing, {{"idempotency-key", std::string(255, 'x')}}).status ==
      200);
}

BOOST_AUTO_TEST_CASE(a_spent_token_is_refused_its_device_signed_out_and_its_cookies_deleted) {
  SignedIn house;
  auto thief = house.browser.copy();
  BOOST_TEST(house.browser.post("/auth/refresh", nothing).status == 200);
  house.now += seconds{11};
  const auto response = thief.post("/auth/refresh", nothing);
  const Json expected{{"code", 401},
                      {"error", "invalid_grant"},
                      {"error_description",
                       "The refresh token provided had been used before; this device has been signed out."},
                      {"reason", "reused"}};
  BOOST_TEST(response.status == 401);
  BOOST_TEST(json_of(response) == expected);
  BOOST_TEST(header_of(response, "WWW-Authenticate")
                 .starts_with("Bearer realm=\"cardea\", error=\"invalid_grant\""));
  BOOST_TEST(deletes_cookies(response));
  BOOST_TEST(gist(house.browser.post("/auth/refresh", nothing)) == "401 invalid_grant/revoked");
  BOOST_TEST(gist(house.browser.get("/auth/me")) == "401 invalid_token/missing");
}

BOOST_AUTO_TEST_CASE(what_is_over_for_good_deletes_the_cookies_what_is_not_leaves_them) {
  struct Row {
    const char* name;
    void (*spoil)(SignedIn&);
    const char* gist;
    bool deletes;
  };
  const Row rows[] = {
      {"expired", [](SignedIn& house) { house.now += 24 * 29 * hour + 23 * hour - seconds{1}; }, "200",
       false},
      {"signed out elsewhere",
       [](SignedIn& house) { (void)house.store.end_all_sessions(house.ada.id, house.now); },
       "401 invalid_grant/revoked", true},
      {"disabled",
       [](SignedIn& house) { (void)house.store.set_status(house.ada.id, UserStatus::disabled, house.now); },
       "403 account_disabled/revoked", true},
      {"no refresh cookie", [](SignedIn& house) { house.browser.drop_cookie(refresh_cookie); },
       "401 invalid_grant/missing", false},
      {"garbage", [](SignedIn& house) { house.browser.set_cookie(refresh_cookie, "garbage", "/auth"); },
       "401 invalid_grant/malformed", false},
      {"no access cookie", [](SignedIn& house) { house.browser.drop_cookie(access_cookie); },
       "401 invalid_grant/missing", false},
      {"garbage beside it", [](SignedIn& house) { house.browser.set_cookie(access_cookie, "garbage", "/"); },
       "401 invalid_grant/bad_signature", false},
      {"another session's companion",
       [](SignedIn& house) {
         Browser tablet(house);
         (void)tablet.sign_in();
         house.browser.set_cookie(access_cookie, tablet.cookie(access_cookie), "/");
       },
       "401 invalid_grant/other_session", false},
  };
  for (const auto& row : rows) {
    SignedIn house;
    row.spoil(house);
    const auto response = house.browser.post("/auth/refresh", nothing);
    BOOST_TEST_CONTEXT(row.name) {
      BOOST_TEST(gist(response) == row.gist);
      BOOST_TEST(deletes_cookies(response) == row.deletes);
    }
  }
}

BOOST_AUTO_TEST_CASE(an_expired_session_says_so_to_who_still_has_its_cookies) {
  SignedIn house;
  const auto cookies = house.browser.cookie_header("/auth/refresh");
  house.now += 24 * 30 * hour;
  const auto response = ask(house, request_to(house, "POST", "/auth/refresh", {{"cookie", cookies}}));
  BOOST_TEST(gist(response) == "401 invalid_grant/expired");
  BOOST_TEST(deletes_cookies(response));
}

BOOST_AUTO_TEST_CASE(a_cookie_that_a_sibling_planted_does_no_harm) {
  SignedIn house;
  house.add_user("mallory@example.com");
  Browser mallory(house);
  BOOST_TEST_REQUIRE(mallory.sign_in("mallory@example.com"));
  const auto planted = std::string(refresh_cookie) + "=" + mallory.cookie(refresh_cookie) + "; ";
  const auto before = planted + house.browser.cookie_header("/auth/refresh");
  const auto response = ask(house, request_to(house, "POST", "/auth/refresh", {{"cookie", before}}));
  BOOST_TEST(response.status == 200);
  BOOST_TEST(json_of(response)["user"]["email"] == "ada@example.com");

  house.browser.drop_cookie(refresh_cookie);
  const auto alone = planted + house.browser.cookie_header("/auth/refresh");
  const auto refused = ask(house, request_to(house, "POST", "/auth/refresh", {{"cookie", alone}}));
  BOOST_TEST(gist(refused) == "401 invalid_grant/other_session");
}

BOOST_AUTO_TEST_CASE(fifty_copies_of_a_cookie_are_400) {
  SignedIn house;
  std::string header;
  for (int i = 0; i < 50; ++i) header += std::string(refresh_cookie) + "=" + std::to_string(i) + "; ";
  const auto response = ask(house, request_to(house, "POST", "/auth/refresh", {{"cookie", header}}));
  BOOST_TEST(gist(response) == "400 invalid_request/malformed");
}

BOOST_AUTO_TEST_CASE(a_token_in_a_body_is_refused_where_cookies_are_the_only_way) {
  SignedIn house;
  const Json body{{"refresh_token", house.browser.cookie(refresh_cookie)}};
  const auto response = ask(house, json_to(house, "/auth/refresh", body));
  BOOST_TEST(gist(response) == "401 invalid_grant/wrong_transport");
  BOOST_TEST(house.store.writes().rotations == 0);
}

BOOST_AUTO_TEST_CASE(an_app_renews_with_a_token_in_the_body_and_gets_no_cookies) {
  App house;
  const auto response = house.refresh({{"refresh_token", house.tokens["refresh_token"]}});
  BOOST_TEST(response.status == 200);
  BOOST_TEST(response.cookies.empty());
  const auto body = json_of(response);
  BOOST_TEST(body["refresh_token"] != house.tokens["refresh_token"]);
  BOOST_TEST(body["access_token"] != house.tokens["access_token"]);
  BOOST_TEST(body["expires_in"] == 1800);
  const auto form = "refresh_token=" + body["refresh_token"].get<std::string>();
  BOOST_TEST(ask(house, form_to(house, "/auth/refresh", form)).status == 200);
}

BOOST_AUTO_TEST_CASE(an_access_token_beside_it_must_be_of_its_session) {
  App house;
  const auto refresh = house.tokens["refresh_token"];
  const auto access = house.tokens["access_token"].get<std::string>();
  house.add_user("bob@example.com");
  const Json bob{{"email", "bob@example.com"}, {"password", valid_password}};
  const auto bobs =
      json_of(ask(house, json_to(house, "/auth/login", bob)))["access_token"].get<std::string>();

  BOOST_TEST(gist(house.refresh({{"refresh_token", refresh}, {"access_token", bobs}})) ==
             "401 invalid_grant/other_session");
  BOOST_TEST(gist(house.refresh({{"refresh_token", refresh}}, {{"authorization", "Bearer " + bobs}})) ==
             "401 invalid_grant/other_session");
  BOOST_TEST(gist(house.refresh({{"refresh_token", refresh}, {"access_token", "x"}})) ==
             "401 invalid_grant/bad_signature");
  house.settings.tokens.refresh_needs_access_token = true;
  BOOST_TEST(gist(house.refresh({{"refresh_token", refresh}})) == "401 invalid_grant/missing");
  BOOST_TEST(house.refresh({{"refresh_token", refresh}, {"access_token", access}}).status == 200);
}

BOOST_AUTO_TEST_CASE(tokens_that_are_no_strings_are_400) {
  App house;
  for (const auto& value : {Json(5), Json(true), Json::array({"x"}), Json::object()}) {
    BOOST_TEST(gist(house.refresh({{"refresh_token", value}})) == "400 invalid_request/malformed");
    BOOST_TEST(gist(house.refresh({{"refresh_token", house.tokens["refresh_token"]},
                                   {"access_token", value}})) == "400 invalid_request/malformed");
  }
  BOOST_TEST(house.store.writes().rotations == 0);
}

BOOST_AUTO_TEST_CASE(a_site_moves_from_header_to_cookie_without_signing_anybody_out) {
  App house;
  house.settings.transport.mode = TransportMode::both;
  const auto moved = house.refresh({{"refresh_token", house.tokens["refresh_token"]}});
  BOOST_TEST(moved.status == 200);
  BOOST_TEST(moved.cookies.size() == 3U);
  BOOST_TEST(json_of(moved).contains("refresh_token"));

  Browser browser(house);
  for (const auto& cookie : moved.cookies) browser.set_cookie(cookie.name, cookie.value, cookie.path);
  house.now += hour;
  house.settings.transport.header_sunset = house.now;
  const auto by_cookie = browser.post("/auth/refresh", nothing);
  BOOST_TEST(by_cookie.status == 200);
  BOOST_TEST(!json_of(by_cookie).contains("refresh_token"));
  BOOST_TEST(gist(house.refresh({{"refresh_token", json_of(moved)["refresh_token"]}})) ==
             "401 invalid_grant/wrong_transport");
}

BOOST_AUTO_TEST_SUITE_END()
