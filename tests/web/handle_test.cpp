// What holds for every route: methods, other sites, plain http, failures, headers.
#include "web/handle.h"

#include <boost/test/unit_test.hpp>
#include <cerrno>
#include <new>
#include <system_error>

#include "support/browser.h"
#include "web/routes.h"

using namespace cardea;
using namespace cardea::testing;

namespace {

// Paths that the routes answer, with {id} filled in.
std::string some_path(std::string_view pattern) {
  std::string path = "/auth" + std::string(pattern);
  const auto brace = path.find("{id}");
  if (brace != std::string::npos) path.replace(brace, 4, "phone");
  return path;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(handling)

BOOST_AUTO_TEST_CASE(there_is_nothing_at_almost_a_route) {
  House house;
  for (const auto* path : {"/auth",
                           "/auth/nothing",
                           "/auth/login/",
                           "/auth//login",
                           "/auth/./login",
                           "/auth/x/../login",
                           "/auth/%6cogin",
                           "/auth/login%00",
                           "/auth/login;x=1",
                           "/AUTH/login",
                           "/auth/Login",
                           "/authlogin",
                           "/login",
                           "",
                           "/",
                           "login",
                           "/auth/devices/",
                           "/auth/devices/a/b",
                           "/auth/devices//revoke",
                           "/auth/devices/a/b/revoke",
                           "/auth/devices/a/revoke/",
                           "/auth/%2e%2e/admin",
                           "http://example.com/auth/login"}) {
    for (const auto* method : {"GET", "POST", "DELETE", "OPTIONS"}) BOOST_TEST_CONTEXT(method << " " << path)
    BOOST_TEST(gist(ask(house, request_to(house, method, path))) == "404 not_found");
  }
}

BOOST_AUTO_TEST_CASE(a_route_says_which_methods_it_answers) {
  House house;
  const std::pair<const char*, const char*> rows[] = {
      {"/auth/login", "POST, OPTIONS"},           {"/auth/register", "POST, OPTIONS"},
      {"/auth/refresh", "POST, OPTIONS"},         {"/auth/logout", "POST, OPTIONS"},
      {"/auth/me", "GET, HEAD, POST, OPTIONS"},   {"/auth/devices", "GET, HEAD, OPTIONS"},
      {"/auth/devices/phone", "DELETE, OPTIONS"}, {"/auth/devices/phone/revoke", "POST, OPTIONS"},
      {"/auth/jwks.json", "GET, HEAD, OPTIONS"},  {"/auth/health", "GET, HEAD, OPTIONS"},
      {"/auth/continue", "GET, HEAD, OPTIONS"}};
  for (const auto& [path, methods] : rows) {
    for (const auto* method : {"PUT", "TRACE", "PATCH", "PoSt", "get", "", "CONNECT"}) {
      const auto response = ask(house, request_to(house, method, path));
      BOOST_TEST(gist(response) == "405 method_not_allowed");
      BOOST_TEST(header_of(response, "Allow") == methods);
    }
    const auto response = ask(house, request_to(house, "OPTIONS", path));
    BOOST_TEST(response.status == 204);
    BOOST_TEST(header_of(response, "Allow") == methods);
  }
}

// A server asks with the method of the request that the gate stands before.
BOOST_AUTO_TEST_CASE(what_a_gate_asks_is_answered_alike_whatever_the_method) {
  House house;
  for (const auto* path : {"/auth/verify", "/auth/denied"})
    for (const auto* method : {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "PROPFIND", "OPTIONS"})
      BOOST_TEST_CONTEXT(method << " " << path)
  BOOST_TEST(ask(house, request_to(house, method, path)).status == 401);
}

BOOST_AUTO_TEST_CASE(a_method_cannot_be_overridden) {
  House house;
  const Headers overrides{{"x-http-method-override", "POST"}, {"x-method-override", "POST"}};
  BOOST_TEST(ask(house, request_to(house, "GET", "/auth/logout", overrides)).status == 405);
  BOOST_TEST(ask(house, request_to(house, "GET", "/auth/logout?_method=POST")).status == 405);
}

BOOST_AUTO_TEST_CASE(head_is_get_without_a_body) {
  House house;
  for (const auto& route : route_table()) {
    if (route.method != "GET") continue;
    const auto path = some_path(route.path);
    const auto get = ask(house, request_to(house, "GET", path));
    const auto head = ask(house, request_to(house, "HEAD", path));
    BOOST_TEST_CONTEXT(path) {
      BOOST_TEST(head.status == get.status);
      BOOST_TEST(head.body == "");
      BOOST_TEST(head.headers.size() == get.headers.size());
    }
  }
}

BOOST_AUTO_TEST_CASE(every_answer_carries_the_headers_of_caution) {
  House house;
  const std::pair<const char*, const char*> expected[] = {
      {"X-Content-Type-Options", "nosniff"},
      {"Referrer-Policy", "no-referrer"},
      {"X-Frame-Options", "DENY"},
      {"Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"}};
  std::vector<Request> requests{request_to(house, "GET", "/nowhere"),
                                request_to(house, "PUT", "/auth/login")};
  for (const auto& route : route_table())
    requests.push_back(request_to(house, route.method, some_path(route.path)));
  for (const auto& request : requests) {
    const auto response = ask(house, request);
    BOOST_TEST_CONTEXT(request.method << " " << request.path) {
      for (const auto& [name, value] : expected)
        BOOST_TEST(header_of(response, name) == (response.status == 204 ? "" : value));
      const auto* caching = request.path == "/auth/jwks.json" ? "public, max-age=300"
                            : request.path == "/auth/site"    ? "public, max-age=60"
                                                              : "no-store";
      BOOST_TEST(header_of(response, "Cache-Control") == caching);
      BOOST_TEST(!cgi_bytes(response).empty());
    }
  }
}

BOOST_AUTO_TEST_CASE(no_other_site_makes_a_call_that_changes_something) {
  House house;
  house.add_user("ada@example.com");
  const auto before = house.store.writes();
  const int calls = house.store.calls();
  for (const auto& route : route_table()) {
    if (route.effect != Effect::changes) continue;
    for (const auto& header :
         {std::pair{"origin", "https://evil.example"}, std::pair{"sec-fetch-site", "cross-site"},
          std::pair{"origin", "null"}, std::pair{"referer", "https://evil.example/page"}}) {
      const auto response = ask(house, request_to(house, route.method, some_path(route.path), {header}));
      BOOST_TEST_CONTEXT(route.method << " " << route.path << " with " << header.first)
      BOOST_TEST(gist(response) == "403 csrf_refused");
    }
  }
  BOOST_TEST(house.store.calls() == calls);
  BOOST_TEST((house.store.writes() == before));
}

BOOST_AUTO_TEST_CASE(a_link_on_another_site_may_lead_to_what_only_reads) {
  House house;
  const auto response =
      ask(house, request_to(house, "GET", "/auth/health", {{"sec-fetch-site", "cross-site"}}));
  BOOST_TEST(response.status == 200);
}

BOOST_AUTO_TEST_CASE(an_https_site_changes_nothing_over_plain_http) {
  House house;
  for (const auto& route : route_table()) {
    if (route.effect != Effect::changes) continue;
    auto request = request_to(house, route.method, some_path(route.path));
    request.secure = false;
    BOOST_TEST_CONTEXT(route.path) BOOST_TEST(gist(ask(house, request)) == "403 https_required");
  }
  house.settings.site.url = "http://localhost:8080";
  auto request = request_to(house, "POST", "/auth/logout");
  request.secure = false;
  BOOST_TEST(ask(house, request).status == 204);
}

BOOST_AUTO_TEST_CASE(a_database_that_is_away_is_503_with_a_time_to_come_back) {
  House house;
  Browser browser(house);
  house.add_user("ada@example.com");
  BOOST_TEST_REQUIRE(browser.sign_in());
  house.store.set_unavailable(true);
  for (const auto& response :
       {browser.post("/auth/login", {{"email", "ada@example.com"}, {"password", valid_password}}),
        browser.post("/auth/register", {{"email", "new@example.com"}, {"password", valid_password}}),
        browser.post("/auth/refresh", Json::object()), browser.post("/auth/logout", Json::object()),
        browser.get("/auth/me"), browser.get("/auth/devices"), browser.get("/auth/continue"),
        browser.post("/auth/devices/phone/revoke", Json::object())}) {
    BOOST_TEST(gist(response) == "503 temporarily_unavailable");
    BOOST_TEST(header_of(response, "Retry-After") == "2");
    BOOST_TEST(response.cookies.empty());
    BOOST_TEST(response.body.find("fake") == std::string::npos);
    BOOST_TEST(response.log.note.find("fake database") != std::string::npos);
  }
  BOOST_TEST(browser.get("/auth/verify").status == 204);
  house.store.set_unavailable(false);
  BOOST_TEST(browser.post("/auth/refresh", Json::object()).status == 200);
}

BOOST_AUTO_TEST_CASE(missing_keys_are_503_too) {
  House house;
  house.add_user("ada@example.com");
  KeyRing future(house.key_directory(), Algorithm::rs256, house.now);  // there is no key of that kind
  const auto deps = house.deps();
  const Deps keyless{deps.settings,  deps.store,   future,      deps.revoked,
                     deps.passwords, deps.entropy, deps.letters, deps.http};
  const auto response = handle(
      json_to(house, "/auth/login", {{"email", "ada@example.com"}, {"password", valid_password}}), keyless);
  BOOST_TEST(gist(response) == "503 temporarily_unavailable");
  BOOST_TEST(response.body.find(house.key_directory()) == std::string::npos);
  BOOST_TEST(response.log.note.find("RS256") != std::string::npos);
}

// Entropy that fails in some way.
template <class Failure>
class FailingEntropy final : public Entropy {
 public:
  explicit FailingEntropy(Failure failure) : failure_(std::move(failure)) {}
  void fill(std::span<std::uint8_t>) override { throw Failure(failure_); }

 private:
  Failure failure_;
};

template <class Failure>
Response sign_in_with(Failure failure) {
  House house;
  house.add_user("ada@example.com");
  FailingEntropy<Failure> broken(std::move(failure));
  const auto deps = house.deps();
  const Deps unlucky{deps.settings,  deps.store, deps.keys,   deps.revoked,
                     deps.passwords, broken,     deps.letters, deps.http};
  return handle(json_to(house, "/auth/login", {{"email", "ada@example.com"}, {"password", valid_password}}),
                unlucky);
}

BOOST_AUTO_TEST_CASE(a_machine_that_has_run_out_of_something_is_503_with_the_cause_in_the_log) {
  const auto memory = sign_in_with(std::bad_alloc());
  BOOST_TEST(gist(memory) == "503 temporarily_unavailable");
  BOOST_TEST(memory.log.note == "no memory is left (ulimit -v)");
  const auto system = [](int error) { return std::system_error(error, std::generic_category(), "x"); };
  const auto files = sign_in_with(system(EMFILE));
  BOOST_TEST(gist(files) == "503 temporarily_unavailable");
  BOOST_TEST(files.log.note == "x: Too many open files; no file descriptor is left (ulimit -n)");
  BOOST_TEST(sign_in_with(system(EAGAIN)).log.note.find("ulimit -u") != std::string::npos);
  BOOST_TEST(sign_in_with(system(EFBIG)).log.note.find("quota") != std::string::npos);
  BOOST_TEST(sign_in_with(system(EACCES)).log.note == "x: Permission denied");
  BOOST_TEST(gist(sign_in_with(std::logic_error("ours"))) == "500 server_error");
}

BOOST_AUTO_TEST_CASE(our_own_mistakes_are_500_and_tell_nothing_of_the_inside) {
  class NoEntropy final : public Entropy {
    void fill(std::span<std::uint8_t>) override { throw std::runtime_error("secret inside"); }
  };
  House house;
  house.add_user("ada@example.com");
  NoEntropy broken;
  const auto deps = house.deps();
  const Deps unlucky{deps.settings,  deps.store, deps.keys,   deps.revoked,
                     deps.passwords, broken,     deps.letters, deps.http};
  const auto response = handle(
      json_to(house, "/auth/login", {{"email", "ada@example.com"}, {"password", valid_password}}), unlucky);
  BOOST_TEST(gist(response) == "500 server_error");
  BOOST_TEST(response.body.find("secret inside") == std::string::npos);
  BOOST_TEST(response.log.note == "secret inside");
  BOOST_TEST(response.cookies.empty());
  BOOST_TEST(header_of(response, "Cache-Control") == "no-store");
}

BOOST_AUTO_TEST_CASE(the_mount_is_wherever_the_site_wants_it) {
  House house;
  house.settings.site.mount = "/members/sign-in";
  BOOST_TEST(ask(house, request_to(house, "GET", "/members/sign-in/health")).status == 200);
  BOOST_TEST(ask(house, request_to(house, "GET", "/auth/health")).status == 404);
  BOOST_TEST(ask(house, request_to(house, "GET", "/members/sign-inhealth")).status == 404);
}

BOOST_AUTO_TEST_CASE(a_host_header_is_never_believed) {
  House house;
  house.settings.transport.mode = TransportMode::both;
  house.add_user("ada@example.com");
  const Headers evil{
      {"host", "evil.example"}, {"x-forwarded-host", "evil.example"}, {"forwarded", "host=evil.example"}};
  const auto response =
      ask(house,
          json_to(house, "/auth/login", {{"email", "ada@example.com"}, {"password", valid_password}}, evil));
  BOOST_TEST(response.status == 200);
  BOOST_TEST(cgi_bytes(response).find("evil") == std::string::npos);
  const auto token = json_of(response)["access_token"].get<std::string>();
  const auto verified =
      verify_access_token(token, {.issuer = "https://example.com", .audience = "", .clock_skew = {}},
                          house.deps().keys, house.now);
  BOOST_TEST(std::holds_alternative<AccessClaims>(verified));
}

BOOST_AUTO_TEST_CASE(a_listed_origin_reads_every_answer_refusals_too) {
  House house;
  house.settings.site.allowed_origins = {"https://app.example.org"};
  for (const auto* path : {"/auth/me", "/auth/health", "/auth/nothing"}) {
    const auto response = ask(house, request_to(house, "GET", path, {{"origin", "https://app.example.org"}}));
    BOOST_TEST(header_of(response, "Access-Control-Allow-Origin") == "https://app.example.org");
    BOOST_TEST(header_of(response, "Vary") == "Origin");
  }
}

BOOST_AUTO_TEST_CASE(what_a_client_calls_itself_is_text_in_the_database) {
  House house;
  house.add_user("ada@example.com");
  auto request = json_to(house, "/auth/login", {{"email", "ada@example.com"}, {"password", valid_password}},
                         {{"user-agent", "Moz\xFFilla"}});
  const auto grant = ask(house, request);
  BOOST_TEST_REQUIRE(grant.status == 200);
  const auto session = SessionId::of_text(grant.log.session).value();
  BOOST_TEST(house.state_of(session).session.user_agent == "Moz?illa");
}

BOOST_AUTO_TEST_SUITE_END()
