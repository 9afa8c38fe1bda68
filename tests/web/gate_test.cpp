// The gate (FastCGI's authorizer) and what a server shows after it refused.
#include "web/routes/gate.h"

#include <boost/test/unit_test.hpp>

#include "support/browser.h"
#include "web/in.h"

using namespace cardea;
using namespace cardea::testing;

namespace {

constexpr std::chrono::hours hour{1};
constexpr std::pair<std::string_view, std::string_view> navigation{"sec-fetch-mode", "navigate"};
constexpr const char* partner = "https://app.example.org";
// An answer that opens and names no user.
constexpr const char* nameless =
    "Status: 200 OK\r\nCache-Control: private, no-cache\r\nVary: Cookie, Authorization\r\n\r\n";

struct Gated : House {
  User ada;
  Browser browser{*this};
  GateSettings gate;

  Gated() : ada(add_user("ada@example.com")) { BOOST_TEST_REQUIRE(browser.sign_in()); }

  Request wants(std::string_view uri, std::string_view cookies, Headers headers = {}) {
    auto request = request_to(*this, "GET", uri, headers);
    request.role = Role::authorizer;
    if (!cookies.empty()) add_header(request, "cookie", cookies);
    return request;
  }
  Response ask_gate(Request request) {
    complete_request(request, settings);
    return answer_gate(request, gate, deps());
  }
  Response member(std::string_view uri) { return ask_gate(wants(uri, browser.cookie_header("/shop"))); }
  Response stranger(std::string_view uri, Headers headers = {}) { return ask_gate(wants(uri, "", headers)); }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(the_gate)

BOOST_AUTO_TEST_CASE(it_opens_with_status_200_first_and_says_who_is_asking) {
  Gated house;
  const auto response = house.member("/shop/page");
  BOOST_TEST(cgi_bytes(response).starts_with("Status: 200 OK\r\n"));
  BOOST_TEST(header_of(response, "Variable-REMOTE_USER") == house.ada.id.text());
  BOOST_TEST(header_of(response, "Variable-AUTH_USER_ID") == house.ada.id.text());
  BOOST_TEST(SessionId::of_text(header_of(response, "Variable-AUTH_SESSION_ID")).has_value());
  BOOST_TEST(header_of(response, "Variable-AUTH_SCOPE") == "");
  BOOST_TEST(response.body == "");
}

BOOST_AUTO_TEST_CASE(it_works_offline_sets_no_cookie_and_answers_twice_alike) {
  Gated house;
  const int calls = house.store.calls();
  house.store.set_unavailable(true);
  const auto first = house.member("/shop/page");
  BOOST_TEST(first.status == 200);
  BOOST_TEST(first.cookies.empty());
  BOOST_TEST(cgi_bytes(first) == cgi_bytes(house.member("/shop/page")));
  BOOST_TEST(house.store.calls() == calls);
}

BOOST_AUTO_TEST_CASE(asked_again_for_the_same_request_it_opens_without_the_variables) {
  Gated house;
  auto request = house.wants("/shop/page", house.browser.cookie_header("/shop"));
  request.identified_before = true;
  const auto response = house.ask_gate(request);
  BOOST_TEST(response.status == 200);
  BOOST_TEST(response.headers.empty());
  auto strangers = house.wants("/shop/page", "");
  strangers.identified_before = true;
  BOOST_TEST(house.ask_gate(strangers).status == 401);
}

BOOST_AUTO_TEST_CASE(a_program_is_refused_with_json_and_a_page_is_led_to_renewal) {
  Gated house;
  const auto refused = house.stranger("/shop/page");
  BOOST_TEST(gist(refused) == "401 invalid_token/missing");
  BOOST_TEST(header_of(refused, "Cache-Control") == "no-store");
  BOOST_TEST(header_of(refused, "WWW-Authenticate") == "Bearer realm=\"cardea\"");
  const auto led = house.stranger("/shop/page?x=1&y=2", {navigation});
  BOOST_TEST(led.status == 303);
  BOOST_TEST(header_of(led, "Location") ==
             "https://example.com/auth/continue?return_to=/shop/page%3Fx%3D1%26y%3D2");
  BOOST_TEST(header_of(led, "Cache-Control") == "no-store");
  BOOST_TEST(led.cookies.empty());
}

BOOST_AUTO_TEST_CASE(an_uri_in_any_script_is_led_back_to) {
  Gated house;
  const std::pair<const char*, const char*> rows[] = {
      {"/\xED\x95\x9C?q=\xEA\xB8\x80", "/%25ED%2595%259C%3Fq%3D%25EA%25B8%2580"},
      {"/%ED%95%9C", "/%25ED%2595%259C"},
      {"/\xC7\xD1", "/%25C7%25D1"},
      {"/a\\b", "/a%255Cb"},
      {"/a b", "/a%2520b"}};
  for (const auto& [uri, way] : rows)
    BOOST_TEST(header_of(house.stranger(uri, {navigation}), "Location") ==
               std::string("https://example.com/auth/continue?return_to=") + way);
}

BOOST_AUTO_TEST_CASE(an_uri_that_leads_elsewhere_leads_home) {
  Gated house;
  for (const auto* uri : {"//evil.example/", "/\\evil.example", "https://evil.example/", "*", ""})
    BOOST_TEST(header_of(house.stranger(uri, {navigation}), "Location") ==
               "https://example.com/auth/continue?return_to=/");
}

BOOST_AUTO_TEST_CASE(a_sign_in_page_behind_the_gate_is_no_circle) {
  Gated house;
  BOOST_TEST(house.stranger("/login?return_to=/x", {navigation}).status == 401);
}

BOOST_AUTO_TEST_CASE(an_expired_token_does_not_open) {
  Gated house;
  const auto cookies = house.browser.cookie_header("/shop");
  house.now += hour;
  BOOST_TEST(gist(house.ask_gate(house.wants("/shop/page", cookies))) == "401 invalid_token/expired");
  BOOST_TEST(house.ask_gate(house.wants("/shop/page", cookies, {navigation})).status == 303);
}

// They use the same rule; only the form of the answer differs.
BOOST_AUTO_TEST_CASE(an_authorizer_and_verify_decide_alike) {
  for (const auto mode : {GateMode::required, GateMode::optional})
    for (const auto* scope : {"", "admin"})
      for (const bool signed_in : {true, false}) {
        Gated house;
        house.gate = house.settings.gate = {.mode = mode, .scope = scope};
        const auto cookies = signed_in ? house.browser.cookie_header("/auth/verify") : std::string{};
        const auto asked = house.ask_gate(house.wants("/shop/page", cookies));
        auto request = house.wants("/auth/verify", cookies);
        request.role = Role::responder;
        const auto verified = ask(house, request);
        BOOST_TEST_CONTEXT(int(mode) << scope << signed_in) {
          BOOST_TEST((asked.status == 200) == (verified.status == 204));
          if (asked.status != 200) BOOST_TEST(gist(asked) == gist(verified));
          BOOST_TEST(header_of(asked, "Variable-AUTH_USER_ID") == header_of(verified, "X-Auth-User-Id"));
          BOOST_TEST((asked.transport == verified.transport));
        }
      }
}

BOOST_AUTO_TEST_CASE(a_missing_scope_is_403_also_for_pages) {
  Gated house;
  house.gate.scope = "admin";
  BOOST_TEST(gist(house.member("/shop/page")) == "403 insufficient_scope");
  const auto page = house.wants("/shop/page", house.browser.cookie_header("/shop"), {navigation});
  BOOST_TEST(house.ask_gate(page).status == 403);
}

BOOST_AUTO_TEST_CASE(an_optional_gate_lets_everybody_in_and_names_only_who_is_signed_in) {
  Gated house;
  house.gate.mode = GateMode::optional;
  BOOST_TEST(header_of(house.member("/shop/page"), "Variable-REMOTE_USER") == house.ada.id.text());
  const auto stranger = house.stranger("/shop/page", {navigation});
  BOOST_TEST(cgi_bytes(stranger) == nameless);
  house.gate.scope = "admin";
  BOOST_TEST(cgi_bytes(house.member("/shop/page")) == nameless);
}

BOOST_AUTO_TEST_CASE(a_page_that_differs_by_who_asks_is_not_for_shared_caches) {
  Gated house;
  for (const auto mode : {GateMode::required, GateMode::optional}) {
    house.gate.mode = mode;
    BOOST_TEST(header_of(house.member("/shop/page"), "Cache-Control") == "private, no-cache");
    BOOST_TEST(header_of(house.member("/shop/page"), "Vary") == "Cookie, Authorization");
  }
}

BOOST_AUTO_TEST_CASE(to_mod_fcgid_a_refusal_is_a_bare_status_because_denied_says_the_rest) {
  Gated house;
  house.settings.site.allowed_origins = {partner};
  for (const auto origin : {"", partner}) {
    auto request = house.wants("/shop/page", "", {{"origin", origin}});
    request.role = Role::access_checker;
    BOOST_TEST(house.ask_gate(request).headers.empty());
    BOOST_TEST(house.ask_gate(request).status == 401);
  }
}

BOOST_AUTO_TEST_CASE(too_many_copies_of_a_cookie_do_not_open) {
  Gated house;
  std::string cookies;
  for (int i = 0; i < 50; ++i) cookies += house.browser.cookie_header("/shop") + "; ";
  BOOST_TEST(house.ask_gate(house.wants("/shop/page", cookies)).status == 400);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(the_gate_and_other_sites)

namespace {

struct Partnered : Gated {
  Partnered() { settings.site.allowed_origins = {partner}; }

  Request preflight(std::string_view origin, std::string_view headers = "x-csrf, content-type") {
    auto request = wants("/shop/page", "",
                         {{"origin", origin},
                          {"access-control-request-method", "PATCH"},
                          {"access-control-request-headers", headers}});
    request.method = "OPTIONS";
    return request;
  }
};

}  // namespace

BOOST_AUTO_TEST_CASE(a_preflight_of_an_allowed_origin_is_answered_without_the_page) {
  Partnered house;
  const auto response = house.ask_gate(house.preflight(partner));
  BOOST_TEST(response.status == 204);
  BOOST_TEST(header_of(response, "Access-Control-Allow-Origin") == partner);
  BOOST_TEST(header_of(response, "Access-Control-Allow-Credentials") == "true");
  BOOST_TEST(header_of(response, "Access-Control-Allow-Methods") == "PATCH");
  BOOST_TEST(header_of(response, "Access-Control-Allow-Headers") == "x-csrf, content-type");
  BOOST_TEST(header_of(response, "Cache-Control") == "no-store");
}

BOOST_AUTO_TEST_CASE(a_preflight_of_any_other_origin_is_refused) {
  Partnered house;
  for (const auto* origin :
       {"https://evil.example", "null", "", "https://app.example.org.evil.example", "https://example.com"}) {
    const auto response = house.ask_gate(house.preflight(origin));
    BOOST_TEST(gist(response) == "401 invalid_token/missing");
    BOOST_TEST(header_of(response, "Access-Control-Allow-Origin") == "");
  }
  auto get = house.preflight(partner);
  get.method = "GET";
  BOOST_TEST(house.ask_gate(get).status == 401);
}

BOOST_AUTO_TEST_CASE(what_is_no_list_of_names_is_not_sent_back) {
  Partnered house;
  for (const auto* odd : {"a\tb", "<x>", "x:y", "\"x\""})
    BOOST_TEST(header_of(house.ask_gate(house.preflight(partner, odd)), "Access-Control-Allow-Headers") ==
               "Authorization, Content-Type, Idempotency-Key");
  const auto long_one = house.ask_gate(house.preflight(partner, std::string(5000, 'x')));
  BOOST_TEST(header_of(long_one, "Access-Control-Allow-Headers").size() < 100);
}

BOOST_AUTO_TEST_CASE(a_preflight_with_a_good_token_reaches_the_page) {
  Partnered house;
  auto request = house.preflight(partner);
  add_header(request, "cookie", house.browser.cookie_header("/shop"));
  BOOST_TEST(house.ask_gate(request).status == 200);
}

BOOST_AUTO_TEST_CASE(a_refusal_is_readable_to_an_allowed_origin_alone) {
  Partnered house;
  const auto allowed = house.stranger("/shop/page", {{"origin", partner}});
  BOOST_TEST(header_of(allowed, "Access-Control-Allow-Origin") == partner);
  BOOST_TEST(header_of(allowed, "Vary") == "Origin");
  const auto other = house.stranger("/shop/page", {{"origin", "https://evil.example"}});
  BOOST_TEST(header_of(other, "Access-Control-Allow-Origin") == "");
  // What opens says nothing of the kind: the page does, and twice is as good as not at all.
  const auto member =
      house.ask_gate(house.wants("/shop/page", house.browser.cookie_header("/shop"), {{"origin", partner}}));
  BOOST_TEST(header_of(member, "Access-Control-Allow-Origin") == "");
}

BOOST_AUTO_TEST_CASE(asked_through_verify_a_preflight_does_not_open_the_page_and_denied_answers_it) {
  Partnered house;
  auto request = house.preflight(partner);
  request.role = Role::responder;
  request.path = "/auth/verify";
  BOOST_TEST(ask(house, request).status == 401);
  request.path = "/auth/denied";
  for (const auto* method : {"OPTIONS", "GET"}) {  // Apache asks for its error documents by GET
    request.method = method;
    const auto response = ask(house, request);
    BOOST_TEST(response.status == 204);
    BOOST_TEST(header_of(response, "Access-Control-Allow-Origin") == partner);
    BOOST_TEST(header_of(response, "Access-Control-Allow-Methods") == "PATCH");
  }
  request.method = "OPTIONS";
  request.path = request.original_uri = "/auth/verify";
  BOOST_TEST(ask(house, request).status == 204);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(denied_route)

namespace {

// What the server asks after its gate refused: the client's URI stays, the path is ours.
Response denied(House& house, std::string_view uri, Headers headers, std::string_view query = "",
                std::string_view method = "GET") {
  auto request = request_to(house, method, "/auth/denied", headers);
  request.query = query;
  request.original_uri = uri;
  return ask(house, request);
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_page_is_led_to_renewal_and_a_program_gets_json) {
  Gated house;
  const auto led = denied(house, "/shop/page?x=1", {navigation});
  BOOST_TEST(led.status == 303);
  BOOST_TEST(header_of(led, "Location") == "https://example.com/auth/continue?return_to=/shop/page%3Fx%3D1");
  BOOST_TEST(header_of(led, "Cache-Control") == "no-store");
  BOOST_TEST(gist(denied(house, "/shop/data", {})) == "401 invalid_token/missing");
}

BOOST_AUTO_TEST_CASE(who_is_signed_in_and_denied_lacks_a_scope) {
  Gated house;
  const auto cookies = house.browser.cookie_header("/shop");
  const auto refused = denied(house, "/shop/page", {navigation, {"cookie", cookies}});
  BOOST_TEST(refused.status == 403);
  BOOST_TEST(refused.refusal->error == "insufficient_scope");
}

BOOST_AUTO_TEST_CASE(asked_for_by_its_own_address_it_leads_nowhere) {
  Gated house;
  BOOST_TEST(denied(house, "/auth/denied", {navigation}).status == 401);
}

BOOST_AUTO_TEST_CASE(it_says_which_scope_the_gate_wanted) {
  Gated house;
  const auto cookies = house.browser.cookie_header("/shop");
  const std::pair<std::string_view, std::string_view> cookie{"cookie", cookies};
  const auto lacking = denied(house, "/shop/page", {cookie}, "scope=staff");
  BOOST_TEST(gist(lacking) == "403 insufficient_scope");
  BOOST_TEST(lacking.body.find(": staff.") != std::string::npos);
  for (const auto* odd : {"scope=%22x%22", "scope=a%5Cb", "scope=%C3%A9", "scope="}) {
    const auto response = denied(house, "/shop/page", {cookie}, odd);
    BOOST_TEST(response.status == 403);
    BOOST_TEST(json_of(response).is_object());
  }
  BOOST_TEST(gist(denied(house, "/shop/page", {}, "scope=staff")) == "401 invalid_token/missing");
  BOOST_TEST(gist(denied(house, "/shop/page", {cookie}, "scope=%")) == "400 invalid_request/malformed");
}

BOOST_AUTO_TEST_CASE(who_has_the_scope_was_refused_for_another_reason) {
  Gated house;
  const auto cookies = house.browser.cookie_header("/shop");
  const std::pair<std::string_view, std::string_view> cookie{"cookie", cookies};
  BOOST_TEST(gist(denied(house, "/shop/dir/", {cookie}, "scope=")) == "403 access_denied");
}

BOOST_AUTO_TEST_CASE(every_method_is_answered_alike) {
  Gated house;
  for (const auto* method : {"GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "PROPFIND"})
    BOOST_TEST(gist(denied(house, "/shop/data", {}, "", method)) == "401 invalid_token/missing");
}

BOOST_AUTO_TEST_SUITE_END()
