// One request and its answer as bytes, whatever carried it.
#include "server/application.h"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cstdlib>

#include "base/json.h"
#include "server/cgi.h"
#include "server/error_output.h"
#include "support/house.h"

using namespace cardea;
using namespace cardea::testing;

namespace {

struct Running {
  House house;
  Application application;
  ThreadContext thread;

  Running() : application(with_database(house)), thread(application, house.now) {}
  static Settings with_database(const House& house) {
    auto settings = house.settings;
    settings.database.path = house.key_directory() + "/there/is/none.sqlite";
    settings.database.table_prefix = "cardea_";
    return settings;
  }
  // The answer; the log's lines go to `logged`.
  std::string answer(const Environment& environment, std::string_view body = "") {
    ErrorOutput output(house.key_directory() + "/log");
    auto bytes = exchange(environment, Secret::copy_of(body), thread);
    logged = output.text();
    return bytes;
  }
  std::string logged;
};

bool holds(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(exchanging)

BOOST_AUTO_TEST_CASE(a_request_is_answered_in_cgi_form) {
  Running cardea;
  const auto bytes =
      cardea.answer({{"REQUEST_METHOD", "GET"}, {"REQUEST_URI", "/auth/jwks.json"}, {"HTTPS", "on"}});
  BOOST_TEST(bytes.starts_with("Status: 200 OK\r\n"));
  BOOST_TEST(holds(bytes, "\r\n\r\n{\"keys\":["));
  BOOST_TEST(cardea.logged == "");
}

BOOST_AUTO_TEST_CASE(a_request_that_breaks_a_limit_is_refused_with_the_usual_caution) {
  Running cardea;
  const std::pair<Environment, const char*> rows[] = {
      {{{"REQUEST_METHOD", "GET"}, {"REQUEST_METHOD", "POST"}}, "Status: 400 Bad Request\r\n"},
      {{{"REQUEST_METHOD", "POST"}, {"REQUEST_URI", "/auth/login"}, {"CONTENT_LENGTH", "5"}},
       "Status: 400 Bad Request\r\n"},
      {{{"REQUEST_METHOD", "POST"}, {"REQUEST_URI", "/auth/login"}, {"CONTENT_LENGTH", "2147483648"}},
       "Status: 413 Content Too Large\r\n"}};
  for (const auto& [environment, status] : rows) {
    const auto bytes = cardea.answer(environment);
    BOOST_TEST(bytes.starts_with(status));
    BOOST_TEST(holds(bytes, "Cache-Control: no-store\r\n"));
    BOOST_TEST(holds(bytes, "X-Content-Type-Options: nosniff\r\n"));
    BOOST_TEST(holds(cardea.logged, "broke a limit"));
  }
}

BOOST_AUTO_TEST_CASE(many_requests_that_break_a_limit_make_a_few_lines) {
  Running cardea;
  ErrorOutput output(cardea.house.key_directory() + "/log");
  for (int i = 0; i < 50; ++i)
    (void)exchange({{"REQUEST_METHOD", "GET"}, {"REQUEST_METHOD", "POST"}}, Secret{}, cardea.thread);
  const auto logged = output.text();
  BOOST_TEST(std::count(logged.begin(), logged.end(), '\n') == BoundedLog::max_same);
}

BOOST_AUTO_TEST_CASE(without_a_database_the_answer_is_503_and_the_log_says_why) {
  Running cardea;
  const auto bytes = cardea.answer({{"REQUEST_METHOD", "POST"},
                                    {"REQUEST_URI", "/auth/login"},
                                    {"HTTPS", "on"},
                                    {"REMOTE_ADDR", "192.0.2.7"},
                                    {"CONTENT_TYPE", "application/json"}},
                                   R"({"email":"canary@example.com","password":"canary-password"})");
  BOOST_TEST(bytes.starts_with("Status: 503 Service Unavailable\r\n"));
  BOOST_TEST(!holds(bytes, "sqlite"));
  BOOST_TEST(holds(cardea.logged, "\"status\":503"));
  BOOST_TEST(holds(cardea.logged, "\"note\":"));
  BOOST_TEST(!holds(cardea.logged, "canary"));
}

BOOST_AUTO_TEST_CASE(an_authorizer_is_answered_by_the_gate_whatever_the_path) {
  Running cardea;
  const auto bytes = cardea.answer({{"FCGI_ROLE", "AUTHORIZER"},
                                    {"REQUEST_METHOD", "POST"},
                                    {"REQUEST_URI", "/shop/page"},
                                    {"CONTENT_LENGTH", "5000000"}});
  BOOST_TEST(bytes.starts_with("Status: 401 Unauthorized\r\n"));
  BOOST_TEST(cardea.logged == "");
}

BOOST_AUTO_TEST_CASE(only_what_changes_or_fails_is_worth_a_line) {
  Running cardea;
  const auto lines = [&](const char* method, const char* path) {
    cardea.answer({{"REQUEST_METHOD", method}, {"REQUEST_URI", path}, {"HTTPS", "on"}});
    return std::count(cardea.logged.begin(), cardea.logged.end(), '\n');
  };
  BOOST_TEST(lines("GET", "/auth/verify") == 0);
  BOOST_TEST(lines("OPTIONS", "/auth/login") == 0);
  BOOST_TEST(lines("HEAD", "/auth/nothing") == 0);
  BOOST_TEST(lines("POST", "/auth/logout") == 1);
  BOOST_TEST(lines("GET", "/auth/health") == 1);  // 503 here
}

BOOST_AUTO_TEST_CASE(the_answer_of_last_resort_says_nothing_of_the_inside) {
  const auto bytes = broken_answer({{"REQUEST_URI", "/auth/login"}}, "configuration_missing");
  BOOST_TEST(bytes.starts_with("Status: 503 Service Unavailable\r\n"));
  BOOST_TEST(holds(bytes, "Cache-Control: no-store\r\n"));
  BOOST_TEST(holds(bytes, "Retry-After: "));
  BOOST_TEST(!holds(bytes, "configuration"));
  BOOST_TEST(parse_json(bytes.substr(bytes.find("\r\n\r\n") + 4)).has_value());
}

BOOST_AUTO_TEST_CASE(the_answer_of_last_resort_names_the_cause_to_those_who_ask_for_health) {
  const std::string body =
      "\r\n\r\n{\"code\":503,\"error\":\"temporarily_unavailable\",\"status\":\"broken\",\"cause\":\"keys\"}\n";
  for (const Environment& environment :
       {Environment{{"REQUEST_URI", "/auth/health"}}, Environment{{"REQUEST_URI", "/health?a=/b"}},
        Environment{{"REQUEST_URI", "/cgi-bin/cardea.cgi/health"}, {"PATH_INFO", "/health"}},
        Environment{{"PATH_INFO", "/auth/health"}}})
    BOOST_TEST(broken_answer(environment, "keys").ends_with(body));
  for (const Environment& environment :
       {Environment{}, Environment{{"REQUEST_URI", "/auth/login?/health"}},
        Environment{{"REQUEST_URI", "/auth/health"}, {"FCGI_ROLE", "AUTHORIZER"}}})
    BOOST_TEST(!holds(broken_answer(environment, "keys"), "keys"));
}

BOOST_AUTO_TEST_CASE(the_answer_of_last_resort_names_the_state_of_the_configuration) {
  const auto bytes = broken_answer({{"REQUEST_URI", "/auth/health"}}, "configuration_missing");
  BOOST_TEST(holds(bytes, "\"cause\":\"configuration_missing\",\"configuration\":\"missing\"}"));
}

BOOST_AUTO_TEST_CASE(a_working_program_answers_repair_too_and_has_no_set_up) {
  Running cardea;
  const auto ask = [&cardea](std::string_view path) {
    return cardea.answer(
        {{"REQUEST_METHOD", "GET"}, {"REQUEST_URI", path}, {"HTTPS", "on"}, {"REMOTE_ADDR", "192.0.2.7"}});
  };
  BOOST_TEST(ask("/auth/repair").starts_with("Status: 200 OK\r\n"));
  BOOST_TEST(holds(ask("/auth/repair"), "cardea-setup-"));
  BOOST_TEST(ask("/auth/setup").starts_with("Status: 404 Not Found\r\n"));
}

BOOST_AUTO_TEST_CASE(a_cgi_request_is_recognised_by_its_environment) {
  for (const auto* name : {"GATEWAY_INTERFACE", "REQUEST_METHOD"}) {
    ::unsetenv("GATEWAY_INTERFACE");
    ::unsetenv("REQUEST_METHOD");
    BOOST_TEST(!is_cgi_request());
    ::setenv(name, "", 1);
    BOOST_TEST(is_cgi_request());
    ::unsetenv(name);
  }
}

BOOST_AUTO_TEST_SUITE_END()
