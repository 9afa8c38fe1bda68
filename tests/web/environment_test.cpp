// What a web server sends, and what becomes of it in the Request.
#include "web/in.h"

#include <boost/test/unit_test.hpp>

#include "support/browser.h"

using namespace cardea;
using namespace cardea::testing;

namespace {

const Settings& settings() {
  static const Settings usual = usual_settings("/nowhere");
  return usual;
}

Environment usual(const Environment& more = {}) {
  Environment environment{{"REQUEST_METHOD", "POST"},
                          {"REQUEST_URI", "/auth/login"},
                          {"QUERY_STRING", ""},
                          {"REMOTE_ADDR", "192.0.2.7"},
                          {"HTTPS", "on"}};
  for (const auto& [name, value] : more) environment.add(name, value);
  return environment;
}

std::variant<Request, Response> read(const Environment& environment, std::string_view body = "") {
  return request_of(environment, Secret::copy_of(body), noon, settings());
}

Request good(const Environment& environment, std::string_view body = "") {
  auto result = read(environment, body);
  BOOST_TEST_REQUIRE(std::holds_alternative<Request>(result));
  return std::get<Request>(std::move(result));
}

// "taken", or the status of the refusal.
std::string fate(const Environment& environment, std::string_view body = "") {
  const auto result = read(environment, body);
  const auto* refused = std::get_if<Response>(&result);
  return refused == nullptr ? "taken" : gist(*refused);
}

constexpr const char* malformed = "400 invalid_request/malformed";

}  // namespace

BOOST_AUTO_TEST_SUITE(environment)

BOOST_AUTO_TEST_CASE(the_variables_become_a_request) {
  const auto request = good(usual({{"HTTP_USER_AGENT", "Test/1.0"},
                                   {"HTTP_SEC_FETCH_SITE", "same-origin"},
                                   {"CONTENT_TYPE", "application/json"},
                                   {"CONTENT_LENGTH", "2"},
                                   {"SERVER_SIGNATURE", "<address>\n</address>"}}),
                            "{}");
  BOOST_TEST((request.now == noon));
  BOOST_TEST(request.method == "POST");
  BOOST_TEST(request.path == "/auth/login");
  BOOST_TEST(request.header("user-agent") == "Test/1.0");
  BOOST_TEST(request.header("sec-fetch-site") == "same-origin");
  BOOST_TEST(request.content_type == "application/json");
  BOOST_TEST(request.body.reveal() == "{}");
  BOOST_TEST(request.client.text() == "192.0.2.7");
  BOOST_TEST(request.secure);
  const auto asked =
      good({{"REQUEST_METHOD", "GET"}, {"REQUEST_URI", "/auth/me?x=1"}, {"QUERY_STRING", "x=1"}});
  BOOST_TEST(asked.path == "/auth/me");
  BOOST_TEST(asked.query == "x=1");
  BOOST_TEST(asked.original_uri == "/auth/me?x=1");
  BOOST_TEST(!asked.secure);
}

BOOST_AUTO_TEST_CASE(the_cookies_and_the_transport_mode_are_read_once_into_the_request) {
  const auto request = good(usual({{"HTTP_COOKIE", "a=1; cardea_device=\"x\"; a=2; no-equals-sign"}}));
  const ReceivedCookies expected{{"a", "1"}, {"cardea_device", "x"}, {"a", "2"}};
  BOOST_TEST((request.cookies == expected));
  auto moving = settings();
  moving.transport = {.mode = TransportMode::both, .header_sunset = noon};
  for (const auto& [now, mode] :
       {std::pair{noon - milliseconds{1}, TransportMode::both}, std::pair{noon, TransportMode::cookie}}) {
    const auto read = request_of(usual(), Secret{}, now, moving);
    BOOST_TEST((std::get<Request>(read).transport_mode == mode));
  }
}

BOOST_AUTO_TEST_CASE(each_variable_up_to_the_limit_is_found_and_compared) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < environment_count_limit + 1; ++i) names.push_back("NAME_" + std::to_string(i));
  Environment environment;
  for (std::size_t i = 0; i + 1 < environment_count_limit; ++i) environment.add(names[i], names[i]);
  for (std::size_t i = 0; i + 1 < environment_count_limit; ++i)
    BOOST_TEST(environment.value(names[i]) == names[i]);
  BOOST_TEST(environment.value("NAME") == "");
  BOOST_TEST(environment.value("") == "");
  BOOST_TEST(!environment.contradicts_itself());
  environment.add(names[0], "another value");
  BOOST_TEST(environment.contradicts_itself());
  BOOST_TEST(environment.value(names[0]) == names[0]);
  environment.add(names.back(), "x");  // one too many: the request is refused anyway
  BOOST_TEST(environment.value(names.back()) == "");

  Environment full;
  for (std::size_t i = 0; i < environment_count_limit; ++i) full.add(names[i], "x");
  full.add(names[0], "another value");  // not compared any more
  BOOST_TEST(!full.contradicts_itself());
}

BOOST_AUTO_TEST_CASE(variables_are_cut_at_their_first_equals_sign) {
  const char* const texts[] = {"A=1", "B==2=", "C=", "no equals sign", "=value", nullptr, "D=after the end"};
  const auto environment = environment_of(texts);
  const std::vector<Environment::Variable> expected{{"A", "1"}, {"B", "=2="}, {"C", ""}, {"", "value"}};
  BOOST_TEST((std::vector<Environment::Variable>(environment.begin(), environment.end()) == expected));
  BOOST_TEST(environment_of(nullptr).size() == 0U);
}

BOOST_AUTO_TEST_CASE(a_variable_given_twice_with_different_values_is_refused) {
  for (const auto* name :
       {"REQUEST_METHOD", "CONTENT_LENGTH", "HTTP_AUTHORIZATION", "HTTP_ORIGIN", "HTTP_HOST",
        "HTTP_SEC_FETCH_SITE", "HTTP_IDEMPOTENCY_KEY", "HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO",
        "HTTP_FORWARDED", "QUERY_STRING", "REMOTE_ADDR", "HTTPS", "REDIRECT_HTTP_AUTHORIZATION", "X"}) {
    BOOST_TEST_CONTEXT(name)
    BOOST_TEST(fate(usual({{name, "first"}, {"OTHER", "x"}, {name, "second"}})) == malformed);
  }
  BOOST_TEST(fate(usual({{"HTTP_COOKIE", "a=1"}, {"HTTP_COOKIE", "a=1"}})) == "taken");
}

// nginx before 1.23 sends each line of a header by itself.
BOOST_AUTO_TEST_CASE(the_lines_of_a_header_are_joined) {
  const auto joined = [](const char* variable, const char* header) {
    return std::string(
        good(usual({{variable, "a=1"}, {"SERVER_SOFTWARE", "nginx/1.22.1"}, {variable, "b=2"}}))
            .header(header));
  };
  BOOST_TEST(joined("HTTP_COOKIE", "cookie") == "a=1; b=2");
  BOOST_TEST(joined("HTTP_X_FORWARDED_FOR", "x-forwarded-for") == "a=1, b=2");
  BOOST_TEST(joined("HTTP_ACCEPT_LANGUAGE", "accept-language") == "a=1, b=2");
  const std::string half(header_size_limit / 2, 'x');
  BOOST_TEST(fate(usual({{"HTTP_COOKIE", half}, {"HTTP_COOKIE", half + "y"}})) == malformed);
}

// Apache joins them by a comma. What a sibling subdomain planted in a browser must not become a __Host- cookie.
BOOST_AUTO_TEST_CASE(our_cookies_are_found_behind_the_comma_of_joined_lines) {
  const auto cookies = [](const char* value, const char* agent = "okhttp/4") {
    return std::string(good(usual({{"HTTP_COOKIE", value}, {"HTTP_USER_AGENT", agent}})).header("cookie"));
  };
  BOOST_TEST(cookies("a=1, cardea_access=x") == "a=1; cardea_access=x");
  BOOST_TEST(cookies("a=1,cardea_refresh=x, b=2,\t__Secure-cardea_device=y") ==
             "a=1;cardea_refresh=x; b=2;\t__Secure-cardea_device=y");
  BOOST_TEST(cookies("__Host-cardea_access=x, a=1, b=2; c=3,4", "Mozilla/5.0") ==
             "__Host-cardea_access=x; a=1, b=2; c=3,4");
  BOOST_TEST(cookies("a=1, __Host-cardea_access=x") == "a=1; __Host-cardea_access=x");
  BOOST_TEST(cookies("a=1, __Host-cardea_access=x", "Mozilla/5.0") == "a=1, __Host-cardea_access=x");
  BOOST_TEST(cookies("a=1; __Host-cardea_access=x, b=2", "Mozilla/5.0") ==
             "a=1; __Host-cardea_access=x; b=2");
  BOOST_TEST(cookies("a=1, b=2,, ,x_cardea_access=1,") == "a=1, b=2,, ,x_cardea_access=1,");
}

BOOST_AUTO_TEST_CASE(an_announced_length_is_a_number_and_it_is_the_truth) {
  struct Row {
    const char* length;
    std::size_t sent;
    const char* fate;
  };
  constexpr Row rows[] = {{"0", 0, "taken"},
                          {"", 0, "taken"},
                          {"", 10, "taken"},  // chunked: the end of the input is the end of the body
                          {"10", 10, "taken"},
                          {"0010", 10, "taken"},
                          {"10", 20, malformed},
                          {"20", 10, malformed},
                          {"10", 0, malformed},
                          {"0", 10, malformed},
                          {"-1", 10, malformed},
                          {"+10", 10, malformed},
                          {" 10", 10, malformed},
                          {"10 ", 10, malformed},
                          {"0x10", 16, malformed},
                          {"1e1", 10, malformed},
                          {"10, 10", 10, malformed},
                          {"18446744073709551616", 10, malformed},
                          {"18446744073709551626", 10, malformed},
                          {"65536", 65536, "taken"},
                          {"65537", 65537, "413 payload_too_large"},
                          {"2147483648", 65537, "413 payload_too_large"},
                          {"", 65537, "413 payload_too_large"}};
  for (const auto& row : rows) {
    BOOST_TEST_CONTEXT("length '" << row.length << "', sent " << row.sent)
    BOOST_TEST(fate(usual({{"CONTENT_LENGTH", row.length}}), std::string(row.sent, 'x')) == row.fate);
  }
  BOOST_TEST(fate(usual(), std::string(10, 'x')) == "taken");
}

BOOST_AUTO_TEST_CASE(a_server_that_asks_who_it_is_may_announce_the_body_that_it_keeps_back) {
  for (const auto* path : {"/auth/verify", "/auth/denied"}) {
    for (const auto* method : {"POST", "PUT", "OPTIONS"}) {
      for (const auto* length : {"10", "2147483648", "-1", ""}) {
        const Environment environment{{"REQUEST_METHOD", method},
                                      {"REQUEST_URI", "/shop/page"},
                                      {"SCRIPT_NAME", path},
                                      {"CONTENT_LENGTH", length}};
        BOOST_TEST(fate(environment) == "taken");
        BOOST_TEST(good(environment, "some of it").body.reveal() == "");
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(the_server_in_front_is_known_by_name_and_says_what_it_asks_for) {
  BOOST_TEST(good(usual({{"SERVER_SOFTWARE", "nginx/1.22.1"}})).server_software == "nginx/1.22.1");
  BOOST_TEST(good(usual()).server_software == "");
  const auto role = [](const Environment& more) { return good(usual(more)).role; };
  BOOST_TEST((role({}) == Role::responder));
  BOOST_TEST((role({{"FCGI_ROLE", "RESPONDER"}}) == Role::responder));
  BOOST_TEST((role({{"FCGI_APACHE_ROLE", "ACCESS_CHECKER"}}) == Role::responder));
  BOOST_TEST((role({{"FCGI_ROLE", "AUTHORIZER"}}) == Role::authorizer));
  BOOST_TEST(
      (role({{"FCGI_ROLE", "AUTHORIZER"}, {"FCGI_APACHE_ROLE", "AUTHENTICATOR"}}) == Role::authorizer));
  BOOST_TEST(
      (role({{"FCGI_ROLE", "AUTHORIZER"}, {"FCGI_APACHE_ROLE", "ACCESS_CHECKER"}}) == Role::access_checker));
}

// For a rewritten address Apache runs its access checker again, with what the first run has set.
BOOST_AUTO_TEST_CASE(only_what_apaches_access_checker_set_itself_says_who_asks) {
  const auto before = [](const char* role, const char* apache_role, const char* name) {
    return good(usual({{"FCGI_ROLE", role}, {"FCGI_APACHE_ROLE", apache_role}, {name, "ada"}}))
        .identified_before;
  };
  BOOST_TEST(before("AUTHORIZER", "ACCESS_CHECKER", "AUTH_USER_ID"));
  BOOST_TEST(before("AUTHORIZER", "ACCESS_CHECKER", "REDIRECT_AUTH_USER_ID"));
  BOOST_TEST(!before("AUTHORIZER", "ACCESS_CHECKER", "OTHER"));
  BOOST_TEST(!before("AUTHORIZER", "ACCESS_CHECKER", "HTTP_AUTH_USER_ID"));
  BOOST_TEST(!before("AUTHORIZER", "AUTHENTICATOR", "AUTH_USER_ID"));
  BOOST_TEST(!before("RESPONDER", "ACCESS_CHECKER", "AUTH_USER_ID"));
}

BOOST_AUTO_TEST_CASE(a_declared_length_is_absent_a_number_or_wrong) {
  const auto declared = [](const char* text) { return declared_length({{"CONTENT_LENGTH", text}}); };
  BOOST_TEST(!declared_length({}).has_value());
  BOOST_TEST(!declared("").has_value());
  BOOST_TEST(declared("42").value() == 42);
  BOOST_TEST(declared("4 2").value() == -1);
  BOOST_TEST(declared("99999999999999999999").value() == -1);
}

BOOST_AUTO_TEST_CASE(there_is_a_limit_to_everything) {
  const std::string long_header(header_size_limit + 1, 'x');
  BOOST_TEST(fate(usual({{"HTTP_COOKIE", long_header}})) == malformed);
  BOOST_TEST(fate(usual({{"HTTP_COOKIE", long_header.substr(1)}})) == "taken");

  BOOST_TEST(fate(usual({{"X", std::string(environment_size_limit, 'x')}})) == malformed);

  const auto names = [](std::size_t count) {
    std::vector<std::string> all;
    for (std::size_t i = 0; i < count; ++i) all.push_back("HTTP_X" + std::to_string(i));
    return all;
  };
  const auto many = names(environment_count_limit);
  auto environment = usual();
  const auto room = environment_count_limit - environment.size();
  for (std::size_t i = 0; i < room; ++i) environment.add(many[i], "x");
  BOOST_TEST(fate(environment) == "taken");
  environment.add(many[room], "x");
  BOOST_TEST(fate(environment) == malformed);

  const std::string long_path = "/auth/" + std::string(path_size_limit, 'x');
  BOOST_TEST(fate({{"REQUEST_METHOD", "GET"}, {"REQUEST_URI", long_path}}) == malformed);
}

BOOST_AUTO_TEST_CASE(control_characters_in_what_the_client_wrote_are_refused) {
  for (const auto* name : {"HTTP_COOKIE", "HTTP_USER_AGENT", "HTTP_ORIGIN"}) {
    for (const auto& value :
         {std::string("a\rb"), std::string("a\nb"), std::string("a\0b", 3), std::string("\x1b[31m")})
      BOOST_TEST(fate(usual({{name, value}})) == malformed);
    BOOST_TEST(fate(usual({{name, "a\tb"}})) == "taken");
    BOOST_TEST(fate(usual({{name, "caf\xC3\xA9"}})) == "taken");
  }
  BOOST_TEST(fate({{"REQUEST_METHOD", "GE\nT"}, {"REQUEST_URI", "/auth/me"}}) == malformed);
  BOOST_TEST(fate({{"REQUEST_METHOD", "GET"}, {"REQUEST_URI", "/auth/me\r\n"}}) == malformed);
}

BOOST_AUTO_TEST_CASE(nobody_sets_a_proxy_through_a_header) {
  const auto request = good(usual({{"HTTP_PROXY", "http://evil.example"}}));
  BOOST_TEST(request.header("proxy") == "");
}

BOOST_AUTO_TEST_CASE(what_apache_leaves_of_authorization_is_found) {
  const auto authorization = [](const Environment& more) {
    return std::string(good(usual(more)).header("authorization"));
  };
  BOOST_TEST(authorization({{"HTTP_AUTHORIZATION", "Bearer x"}}) == "Bearer x");
  BOOST_TEST(authorization({{"REDIRECT_HTTP_AUTHORIZATION", "Bearer x"}}) == "Bearer x");
  BOOST_TEST(authorization({{"HTTP_AUTHORIZATION", "Bearer x"},
                            {"REDIRECT_HTTP_AUTHORIZATION", "Bearer x"}}) == "Bearer x");
  BOOST_TEST(authorization({{"HTTP_AUTHORIZATION", ""}, {"REDIRECT_HTTP_AUTHORIZATION", "Bearer x"}}) ==
             "Bearer x");
  BOOST_TEST(authorization({}) == "");
}

BOOST_AUTO_TEST_CASE(two_different_authorizations_are_refused) {
  BOOST_TEST(fate(usual({{"HTTP_AUTHORIZATION", "Bearer x"}, {"REDIRECT_HTTP_AUTHORIZATION", "Bearer y"}})) ==
             malformed);
}

BOOST_AUTO_TEST_CASE(a_client_s_own_redirect_header_is_no_authorization) {
  BOOST_TEST(good(usual({{"HTTP_REDIRECT_HTTP_AUTHORIZATION", "Bearer x"}})).header("authorization") == "");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(routed_paths)

BOOST_AUTO_TEST_CASE(the_route_is_the_client_s_path_or_what_the_server_asks_for_on_its_way) {
  struct Row {
    const char* name;
    const char* uri;
    const char* script;
    const char* info;
    const char* path;
  };
  constexpr Row rows[] = {
      {"alias or location", "/auth/login?x=1", "/auth", "/login", "/auth/login"},
      {"no script, no info", "/auth/login", "", "", "/auth/login"},
      {"nothing is decoded", "/auth/%6cogin", "/auth", "/login", "/auth/%6cogin"},
      {"nothing is normalised", "/auth//login", "/auth", "/login", "/auth//login"},
      {"a script in cgi-bin, rewritten", "/auth/me", "/cgi-bin/cardea", "/me", "/auth/me"},
      {"a script in cgi-bin, called by its own name", "/cgi-bin/cardea/me", "/cgi-bin/cardea", "/me",
       "/auth/me"},
      {"a subrequest for another page", "/shop/page", "/auth/verify", "", "/auth/verify"},
      {"an error document for another page", "/shop/page", "/auth", "/denied", "/auth/denied"},
      {"a page that only begins like the mount", "/authors", "", "", "/authors"},
      {"no request URI at all", "", "/auth", "/health", "/auth/health"},
      {"another case is another path", "/AUTH/login", "", "", "/AUTH/login"},
      {"nothing of ours", "/shop/page", "/shop/page", "", "/shop/page"},
  };
  for (const auto& row : rows) {
    const Environment environment{{"REQUEST_METHOD", "GET"},
                                  {"REQUEST_URI", row.uri},
                                  {"SCRIPT_NAME", row.script},
                                  {"PATH_INFO", row.info}};
    BOOST_TEST_CONTEXT(row.name) BOOST_TEST(good(environment).path == row.path);
  }
}

BOOST_AUTO_TEST_SUITE_END()
