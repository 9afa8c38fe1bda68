// Moving a site from header to cookie: which transport counts, what clients are told, what is cleaned up, and
// what the report says about it.
#include <boost/test/unit_test.hpp>

#include "auth/session/refresh.h"
#include "auth/session/transport_report.h"
#include "support/browser.h"
#include "web/in.h"
#include "web/routes/gate.h"

using namespace cardea;
using namespace cardea::testing;

namespace {

struct MovingHouse : House {
  MovingHouse() : ada(add_user("ada@example.com")) { settings.transport.mode = TransportMode::both; }

  Request with_header(const Grant& grant, std::string_view method, std::string_view path) {
    return request_to(*this, method, path,
                      {{"authorization", "Bearer " + std::string(grant.access_token.reveal())}});
  }
  Response renew_by_body(const Grant& grant) {
    return ask(*this, json_to(*this, "/auth/refresh",
                              {{"refresh_token", std::string(grant.refresh_token.reveal())}}));
  }
  Response sign_in(const std::string& transport) {
    Json fields{{"email", "ada@example.com"}, {"password", valid_password}};
    if (!transport.empty()) fields["transport"] = transport;
    return ask(*this, json_to(*this, "/auth/login", fields));
  }
  Transport only_transport() { return store.sessions_of(ada.id).at(0).transport; }
  Response metrics(std::string_view from, Headers headers = {}) {
    auto request = request_to(*this, "GET", "/auth/metrics", headers);
    request.client = *parse_address(from);
    return ask(*this, request);
  }

  User ada;
};

bool holds_tokens(const Json& body) {
  BOOST_TEST(body.contains("refresh_token") == body.contains("access_token"));
  return body.contains("refresh_token");
}

std::vector<std::string> deleted_places(const Response& response, std::string_view name) {
  std::vector<std::string> places;
  for (const auto& cookie : response.cookies)
    if (cookie.name == name && cookie.max_age == seconds{0}) places.push_back(cookie.domain + cookie.path);
  return places;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(move)

BOOST_AUTO_TEST_CASE(a_renewal_notes_by_what_it_came) {
  MovingHouse house;
  const auto grant = house.start(house.ada);
  BOOST_TEST((house.only_transport() == Transport::unknown));
  const auto answer = house.renew_by_body(grant);
  BOOST_TEST(answer.status == 200);
  BOOST_TEST((answer.transport == Transport::header));
  BOOST_TEST((house.only_transport() == Transport::header));
}

BOOST_AUTO_TEST_CASE(a_browser_that_renews_is_noted_as_one_that_has_cookies) {
  MovingHouse house;
  Browser browser(house);
  BOOST_TEST(browser.sign_in());
  BOOST_TEST((house.only_transport() == Transport::unknown));
  BOOST_TEST((browser.post("/auth/refresh", Json::object()).transport == Transport::cookie));
  BOOST_TEST((house.only_transport() == Transport::cookie));
}

BOOST_AUTO_TEST_CASE(a_client_may_say_at_once_by_what_it_will_come) {
  MovingHouse house;
  BOOST_TEST(house.sign_in("cookie").status == 200);
  BOOST_TEST((house.only_transport() == Transport::cookie));
  BOOST_TEST(gist(house.sign_in("pigeon")) == "400 invalid_request/invalid");
}

// A script of a page can send any text beside the cookies; it must not read tokens in the answer.
BOOST_AUTO_TEST_CASE(who_shows_no_more_than_cookies_reads_no_tokens) {
  MovingHouse house;
  house.add_user("bob@example.com");
  const auto bob = json_of(ask(
      house, json_to(house, "/auth/login", {{"email", "bob@example.com"}, {"password", valid_password}})));
  Browser browser(house);
  const auto mine =
      json_of(browser.post("/auth/login", {{"email", "ada@example.com"}, {"password", valid_password}}));
  BOOST_TEST(holds_tokens(mine));
  const std::vector<Json> beside{Json::object(),
                                 {{"access_token", "rubbish"}},
                                 {{"access_token", bob["access_token"]}},
                                 {{"access_token", bob["refresh_token"]}},
                                 {{"transport", "header"}}};
  for (const auto& fields : beside) {
    house.now += seconds{60};
    const auto answer = browser.post("/auth/refresh", fields);
    BOOST_TEST(answer.status == 200);
    BOOST_TEST(answer.cookies.size() == 3U);
    BOOST_TEST(!holds_tokens(json_of(answer)), json_text(fields));
    BOOST_TEST((house.only_transport() == Transport::cookie));
  }
  const auto by_header = browser.post("/auth/refresh", Json::object(), {{"authorization", "Bearer rubbish"}});
  BOOST_TEST(!holds_tokens(json_of(by_header)));
  // Who has its own access token, as an app that keeps it in memory, gets its pair, also after that.
  house.now += seconds{60};
  BOOST_TEST(holds_tokens(json_of(browser.post("/auth/refresh", {{"access_token", mine["access_token"]}}))));
  house.now += seconds{60};
  const auto bearer = "Bearer " + mine["access_token"].get<std::string>();
  BOOST_TEST(
      holds_tokens(json_of(browser.post("/auth/refresh", Json::object(), {{"authorization", bearer}}))));
}

BOOST_AUTO_TEST_CASE(a_session_that_said_cookie_never_has_tokens_in_a_body) {
  MovingHouse house;
  Browser browser(house);
  const Json told{{"email", "ada@example.com"}, {"password", valid_password}, {"transport", "cookie"}};
  BOOST_TEST(!holds_tokens(json_of(browser.post("/auth/login", told))));
  for (int renewal = 0; renewal < 3; ++renewal) {
    house.now += seconds{60};
    const auto access = browser.cookie(access_cookie);
    const auto refresh = browser.cookie(refresh_cookie);
    const auto form = "grant_type=refresh_token&refresh_token=" + refresh;
    BOOST_TEST(gist(ask(house, form_to(house, "/auth/token", form))) == "400 invalid_grant/wrong_transport");
    const auto answer = renewal == 0   ? browser.post("/auth/refresh", Json::object())
                        : renewal == 1 ? browser.post("/auth/refresh", {{"access_token", access}})
                                       : browser.post("/auth/refresh", {{"refresh_token", refresh}});
    BOOST_TEST(answer.status == 200);
    BOOST_TEST(!holds_tokens(json_of(answer)), renewal);
    BOOST_TEST(browser.cookie(refresh_cookie) != refresh);
    BOOST_TEST((house.only_transport() == Transport::cookie_only));
  }
  BOOST_TEST(transport_report(house.now, house.store, house.deps().keys).cookie.sessions == 1);
  const Json change{{"current_password", valid_password}, {"new_password", "another good password"}};
  BOOST_TEST(!holds_tokens(json_of(browser.post("/auth/password", change))));
  house.now += seconds{60};
  BOOST_TEST(!holds_tokens(
      json_of(browser.post("/auth/refresh", {{"access_token", browser.cookie(access_cookie)}}))));
}

BOOST_AUTO_TEST_CASE(a_changed_password_answers_as_the_client_came) {
  for (const bool by_header : {false, true}) {
    MovingHouse house;
    Browser browser(house);
    const auto mine =
        json_of(browser.post("/auth/login", {{"email", "ada@example.com"}, {"password", valid_password}}));
    const Json change{{"current_password", valid_password}, {"new_password", "another good password"}};
    const auto bearer = "Bearer " + (by_header ? mine["access_token"].get<std::string>() : "rubbish");
    const auto answer = browser.post("/auth/password", change, {{"authorization", bearer}});
    BOOST_TEST(answer.status == 200);
    BOOST_TEST(holds_tokens(json_of(answer)) == by_header);
    house.now += seconds{60};
    const auto next = by_header ? Json{{"access_token", json_of(answer)["access_token"]}} : Json::object();
    BOOST_TEST(holds_tokens(json_of(browser.post("/auth/refresh", next))) == by_header);
  }
}

BOOST_AUTO_TEST_CASE(where_there_is_no_choice_nobody_has_to_say) {
  MovingHouse house;
  house.settings.transport.mode = TransportMode::cookie;
  BOOST_TEST(house.sign_in("").status == 200);
  BOOST_TEST((house.only_transport() == Transport::cookie));
}

BOOST_AUTO_TEST_CASE(answers_to_header_tokens_tell_when_that_ends) {
  MovingHouse house;
  const auto grant = house.start(house.ada);
  BOOST_TEST(header_of(ask(house, house.with_header(grant, "GET", "/auth/me")), "Sunset").empty());
  house.settings.transport.header_sunset = from_unix_seconds(1798675200);  // 2026-12-31
  for (const auto* path : {"/auth/me", "/auth/verify", "/auth/devices"}) {
    const auto answer = ask(house, house.with_header(grant, "GET", path));
    BOOST_TEST(header_of(answer, "Sunset") == "Thu, 31 Dec 2026 00:00:00 GMT", path);
    BOOST_TEST(header_of(answer, "Deprecation") == "@1796083200", path);  // 30 days before
  }
  BOOST_TEST(!header_of(house.renew_by_body(grant), "Sunset").empty());
  auto wanted = house.with_header(grant, "GET", "/members/");
  complete_request(wanted, house.settings);
  const auto gate = answer_gate(wanted, GateSettings{}, house.deps());
  BOOST_TEST(gate.status == 200);
  BOOST_TEST(!header_of(gate, "Sunset").empty());
}

BOOST_AUTO_TEST_CASE(a_header_counts_as_the_transport_only_if_its_token_is_one_of_that_session) {
  MovingHouse house;
  Browser browser(house);
  BOOST_TEST(browser.sign_in());
  const auto elsewhere = house.start(house.ada, "laptop");
  const auto bearer = [](std::string_view token) { return "Bearer " + std::string(token); };
  const auto transport = [&](const char* path, const std::string& authorization) {
    return browser.get(path, {{"authorization", authorization}}).transport;
  };
  for (const auto* path : {"/auth/me", "/auth/verify", "/auth/devices"}) {
    BOOST_TEST((browser.get(path).transport == Transport::cookie), path);
    BOOST_TEST((transport(path, "Bearer of-another-program") == Transport::cookie), path);
    BOOST_TEST((transport(path, bearer(elsewhere.access_token.reveal())) == Transport::cookie), path);
    BOOST_TEST((transport(path, bearer(browser.cookie(access_cookie))) == Transport::header), path);
    BOOST_TEST((ask(house, house.with_header(elsewhere, "GET", path)).transport == Transport::header), path);
  }
}

BOOST_AUTO_TEST_CASE(answers_to_cookies_do_not) {
  MovingHouse house;
  house.settings.transport.header_sunset = from_unix_seconds(1798675200);
  Browser browser(house);
  BOOST_TEST(browser.sign_in());
  BOOST_TEST(header_of(browser.get("/auth/me"), "Sunset").empty());
}

BOOST_AUTO_TEST_CASE(once_closed_the_refusal_says_since_when) {
  MovingHouse house;
  const auto grant = house.start(house.ada);
  house.settings.transport.header_sunset = house.now;
  const auto refused = ask(house, house.with_header(grant, "GET", "/auth/verify"));
  BOOST_TEST(gist(refused) == "401 invalid_token/wrong_transport");
  BOOST_TEST(!header_of(refused, "Sunset").empty());
}

BOOST_AUTO_TEST_CASE(a_refused_token_counts_for_nobody) {
  MovingHouse house;
  const auto refused =
      ask(house, request_to(house, "GET", "/auth/verify", {{"authorization", "Bearer nonsense"}}));
  BOOST_TEST(refused.status == 401);
  BOOST_TEST(!refused.transport.has_value());
}

BOOST_AUTO_TEST_CASE(copies_of_an_older_path_and_domain_are_cleaned_up_when_cookies_are_set) {
  MovingHouse house;
  Browser browser(house);
  BOOST_TEST(browser.sign_in());
  browser.set_cookie(refresh_cookie, "stale", "/auth/refresh");
  const auto answer = browser.post("/auth/refresh", Json::object());
  BOOST_TEST(answer.status == 200);
  const auto places = deleted_places(answer, refresh_cookie);
  BOOST_TEST((places == std::vector<std::string>{"/", "example.com/", "example.com/auth", "/auth/refresh",
                                                 "example.com/auth/refresh"}),
             places.size());
  BOOST_TEST(browser.cookie_header("/auth/refresh").find("stale") == std::string::npos);
  BOOST_TEST(deleted_places(browser.post("/auth/refresh", Json::object()), refresh_cookie).empty());
}

BOOST_AUTO_TEST_CASE(too_many_copies_are_refused_and_cleaned_up_so_that_the_next_request_is_fine) {
  MovingHouse house;
  std::string header;
  for (int i = 0; i < 9; ++i) header += std::string(refresh_cookie) + "=stale" + std::to_string(i) + "; ";
  const auto refused = ask(house, json_to(house, "/auth/refresh", Json::object(), {{"cookie", header}}));
  BOOST_TEST(refused.status == 400);
  BOOST_TEST(!deleted_places(refused, refresh_cookie).empty());
}

BOOST_AUTO_TEST_CASE(the_report_tells_the_first_moment_at_which_closing_hurts_nobody) {
  MovingHouse house;
  auto report = transport_report(house.now, house.store, house.deps().keys);
  BOOST_TEST((report.closable_from == house.now));
  const auto old_client = house.start(house.ada, "old");
  const auto new_client = house.start(house.ada, "new");
  BOOST_TEST(house.renew_by_body(old_client).status == 200);
  const auto header_end = house.row_of(old_client).idle_until;
  house.now += std::chrono::days{2};
  BOOST_TEST(std::holds_alternative<Grant>(
      refresh({.tokens = by_cookie(new_client), .idempotency_key = {}}, house.caller(), house.deps())));
  report = transport_report(house.now, house.store, house.deps().keys);
  BOOST_TEST(report.header.sessions == 1);
  BOOST_TEST(report.cookie.sessions == 1);
  BOOST_TEST((report.closable_from == header_end));
  report = transport_report(header_end, house.store, house.deps().keys);
  BOOST_TEST(report.header.sessions == 0);
  BOOST_TEST((report.closable_from == header_end));
}

BOOST_AUTO_TEST_CASE(the_report_waits_for_tokens_of_the_former_system) {
  MovingHouse house;
  const auto end = house.now + std::chrono::days{20};
  BOOST_TEST(house.store.add_legacy_token(
      {.digest = {}, .user = house.ada.id, .expires_at = end, .session = {}, .exchanged_at = never}));
  BOOST_TEST((transport_report(house.now, house.store, house.deps().keys).closable_from == end));
}

BOOST_AUTO_TEST_CASE(metrics_are_for_this_machine_and_for_trusted_proxies) {
  MovingHouse house;
  house.store.add_tally({day_of(house.now), std::string(header_requests), 7, house.now});
  const auto text = house.metrics("127.0.0.1").body;
  BOOST_TEST(text.find("cardea_requests_total{transport=\"header\"} 7\n") != std::string::npos, text);
  BOOST_TEST(text.find("# TYPE cardea_sessions gauge\n") != std::string::npos);
  BOOST_TEST(house.metrics("::1").status == 200);
  BOOST_TEST(house.metrics("192.0.2.7").status == 403);
  BOOST_TEST(house.metrics("127.0.0.1", {{"x-forwarded-for", "192.0.2.7"}}).status == 403);
  house.settings.site.trusted_proxies = {*parse_network("10.0.0.0/8")};
  BOOST_TEST(house.metrics("10.1.2.3").status == 200);
  BOOST_TEST(house.metrics("192.0.2.7").status == 403);
  // What a proxy passed on is for listed clients alone, whatever other proxies are listed.
  for (const auto* header : {"x-forwarded-for", "forwarded", "x-real-ip", "via", "x-forwarded-proto"}) {
    BOOST_TEST(house.metrics("127.0.0.1", {{header, "192.0.2.7"}}).status == 403, header);
    BOOST_TEST(house.metrics("10.1.2.3", {{header, "x"}}).status == 200, header);
  }
}

BOOST_AUTO_TEST_SUITE_END()
