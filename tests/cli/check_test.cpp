#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <map>

#include "base/json.h"
#include "cli/check.h"
#include "command_case.h"
#include "http/client.h"
#include "store/sql/migrate.h"
#include "support/fake_http.h"
#include "support/sql_faults.h"
#include "support/threads.h"
#include "upkeep/outside.h"

using namespace cardea;

namespace {

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

// Answers as many connections as it has answers, by path, on a port of the loopback interface.
class SmallSite {
 public:
  explicit SmallSite(std::map<std::string, std::string> answers) : answers_(std::move(answers)) {
    listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    BOOST_TEST_REQUIRE(bind(listener_, generic, size) == 0);
    BOOST_TEST_REQUIRE(listen(listener_, 4) == 0);
    getsockname(listener_, generic, &size);
    port_ = ntohs(address.sin_port);
    threads_.start([this] { serve(); });
  }
  ~SmallSite() {
    shutdown(listener_, SHUT_RDWR);
    threads_.join();
    close(listener_);
  }
  [[nodiscard]] SiteSettings settings() const {
    SiteSettings site;
    site.url = "http://127.0.0.1:" + std::to_string(port_);
    site.mount = "/auth";
    return site;
  }

 private:
  void serve() {
    for (int file = accept(listener_, nullptr, nullptr); file >= 0;
         file = accept(listener_, nullptr, nullptr)) {
      std::string request;
      char piece[1024];
      while (!has(request, "\r\n\r\n")) {
        const ssize_t count = recv(file, piece, sizeof piece, 0);
        if (count <= 0) break;
        request.append(piece, static_cast<std::size_t>(count));
      }
      for (const auto& [path, answer] : answers_)
        if (request.starts_with("GET " + path + " ")) (void)!write(file, answer.data(), answer.size());
      close(file);
    }
  }

  std::map<std::string, std::string> answers_;
  int listener_ = -1;
  int port_ = 0;
  testing::Threads threads_;
};

std::string answer(const std::string& status, const std::string& body) {
  return "HTTP/1.1 " + status + "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

std::string refused_for(const std::string& reason) {
  return answer("401 Unauthorized", R"({"code":401,"error":"invalid_token","reason":")" + reason + "\"}");
}

const std::string healthy = R"({"status":"ok","database":"ok"})";

const Finding* worst(const Findings& findings) {
  const Finding* found = &findings.front();
  for (const Finding& finding : findings)
    if (finding.result() > found->result()) found = &finding;
  return found;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(cli_check)

BOOST_AUTO_TEST_CASE(a_complete_installation_has_no_failure) {
  CommandCase cardea;
  cardea.install();
  const Ran ran = cardea.run({"check", "--offline"});
  BOOST_TEST((ran.code == ExitCode::done), ran.out << ran.err);
  BOOST_TEST(has(ran.out, "ok   configuration: " + cardea.config()));
  BOOST_TEST(has(ran.out, "ES256 key"));
  BOOST_TEST(has(ran.out, "SQLite"));
  BOOST_TEST(!has(ran.out, "FAIL"));
  BOOST_TEST(!has(ran.out, "web:"));
}

BOOST_AUTO_TEST_CASE(each_thing_that_is_missing_is_a_failure_with_its_cure) {
  struct Row {
    std::vector<std::vector<std::string>> done;
    std::string wanted;
  };
  const std::vector<Row> rows{
      {{{"migrate"}}, "FAIL keys: "},
      {{{"migrate"}, {"key", "new", "--refresh"}}, "cardea key new"},
      {{{"migrate"}, {"key", "new", "--in", "1h"}}, "cardea key new"},
      {{{"key", "new"}}, "cardea migrate"},
  };
  for (const Row& row : rows) {
    CommandCase cardea;
    for (const auto& step : row.done) BOOST_TEST_REQUIRE((cardea.run(step).code == ExitCode::done));
    const Ran ran = cardea.run({"check", "--offline"});
    BOOST_TEST((ran.code == ExitCode::refused), ran.out);
    BOOST_TEST(has(ran.out, "FAIL "), ran.out);
    BOOST_TEST(has(ran.out, row.wanted), ran.out);
  }
}

BOOST_AUTO_TEST_CASE(a_key_directory_that_others_can_read_is_a_failure) {
  CommandCase cardea;
  cardea.install();
  BOOST_TEST_REQUIRE(chmod(cardea.path("keys").c_str(), 0755) == 0);
  const Ran ran = cardea.run({"check", "--offline", "--json"});
  BOOST_TEST((ran.code == ExitCode::refused));
  bool found = false;
  for (const Json& finding : ran.json())
    found = found || (finding["area"] == "keys" && finding["result"] == "FAIL");
  BOOST_TEST(found, ran.out);
}

BOOST_AUTO_TEST_CASE(a_bad_configuration_is_a_finding_and_exit_two) {
  CommandCase cardea;
  cardea.write_config("colour = blue\n");
  const Ran json = cardea.run({"check", "--json"});
  BOOST_TEST((json.code == ExitCode::usage));
  BOOST_TEST_REQUIRE(json.json().is_array());
  BOOST_TEST(json.json()[0]["result"] == "FAIL");
  BOOST_TEST((cardea.run({"check"}).code == ExitCode::usage));
}

BOOST_AUTO_TEST_CASE(an_old_key_is_worth_a_warning) {
  CommandCase cardea;
  cardea.install();
  cardea.now += std::chrono::hours{24 * 366};
  const Ran ran = cardea.run({"check", "--offline"});
  BOOST_TEST((ran.code == ExitCode::done), ran.out);
  BOOST_TEST(has(ran.out, "warn keys: "), ran.out);
}

BOOST_AUTO_TEST_CASE(a_mount_where_nobody_answers_is_a_failure) {
  CommandCase cardea;
  cardea.install();
  const Ran ran = cardea.run({"check"});
  BOOST_TEST((ran.code == ExitCode::refused));
  BOOST_TEST(has(ran.out, "FAIL web: cannot connect to 127.0.0.1 port 1"), ran.out);
}

BOOST_AUTO_TEST_CASE(the_site_is_judged_by_what_it_answers) {
  struct Row {
    std::string health;
    std::string verify;
    TransportMode mode;
    Result result;
    std::string text;
  };
  const std::string ok = answer("200 OK", healthy);
  const std::vector<Row> rows{
      {ok, refused_for("malformed"), TransportMode::both, Result::ok, ""},
      {ok, refused_for("wrong_transport"), TransportMode::cookie, Result::ok, ""},
      {ok, refused_for("missing"), TransportMode::both, Result::fail, "keeps the Authorization header"},
      {ok, refused_for("missing"), TransportMode::cookie, Result::warn, "cookies do not need it"},
      {ok, answer("200 OK", "hello"), TransportMode::both, Result::warn, "without a known reason"},
      {answer("200 OK", "<html>welcome"), "", TransportMode::both, Result::fail, "not by this program"},
      {answer("404 Not Found", "[]"), "", TransportMode::both, Result::fail, "not by this program"},
      {answer("503 Service Unavailable", R"({"status":"degraded"})"), "", TransportMode::both, Result::fail,
       "not well"},
      {"SSH-2.0-x\r\n\r\n", "", TransportMode::both, Result::fail, "no complete HTTP"},
  };
  for (const Row& row : rows) {
    HttpsClient http;
    const SmallSite site({{"/auth/health", row.health}, {"/auth/verify", row.verify}});
    const Findings findings = check_web(site.settings(), row.mode, http);
    const Finding* found = worst(findings);
    BOOST_TEST((found->result() == row.result), found->text());
    BOOST_TEST(has(found->text(), row.text), found->text());
    if (found->result() == Result::fail && has(found->text(), "Authorization"))
      BOOST_TEST(has(found->cure(), "CGIPassAuth On"));
  }
}

BOOST_AUTO_TEST_CASE(the_cure_for_a_kept_back_header_is_that_of_the_server_in_front) {
  struct Row {
    std::string description;
    bool apache;
  };
  const std::vector<Row> rows{{"No access token reached this server. Apache needs CGIPassAuth On.", true},
                              {"No access token reached this server.", false}};
  for (const Row& row : rows) {
    for (const auto mode : {TransportMode::both, TransportMode::cookie}) {
      const Json said{{"reason", "missing"}, {"error_description", row.description}};
      HttpsClient http;
      const SmallSite site({{"/auth/health", answer("200 OK", healthy)},
                            {"/auth/verify", answer("401 Unauthorized", json_text(said))}});
      const Findings findings = check_web(site.settings(), mode, http);
      BOOST_TEST(has(worst(findings)->cure(), "Apache") == row.apache);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_database_is_judged_by_version_clock_and_warnings) {
  struct Row {
    int version_ahead;
    int milliseconds_off;
    std::vector<std::string> warnings;
    Result result;
    std::string text;
    std::string cure;
  };
  const std::vector<Row> rows{
      {0, 0, {}, Result::ok, "", ""},
      {0, 2000, {}, Result::ok, "", ""},
      {0, 2001, {}, Result::warn, "differ by 2 s", "NTP"},
      {0, 60'000, {}, Result::warn, "differ by 60 s", "NTP"},
      {0, 60'001, {}, Result::fail, "differ by 60 s", "NTP"},
      {0, 0, {"table x is MyISAM"}, Result::warn, "table x is MyISAM", ""},
      {1, 0, {}, Result::fail, "tables at version", "newer program"},
      {-newest_schema_version(), 0, {}, Result::fail, "no tables yet", "cardea migrate"},
  };
  for (const Row& row : rows) {
    Settings settings;
    settings.tokens.clock_skew = seconds{60};
    DatabaseReport report;
    report.server = "MariaDB 10.11.19";
    report.schema_version = newest_schema_version() + row.version_ahead;
    report.clock = from_unix_seconds(1'790'000'000);
    report.warnings = row.warnings;
    const Findings findings = judge_database(report, milliseconds{row.milliseconds_off}, settings);
    const Finding* found = worst(findings);
    BOOST_TEST((found->result() == row.result), found->text());
    BOOST_TEST(has(found->text(), row.text), found->text());
    BOOST_TEST(has(found->cure(), row.cure), found->cure());
  }
}

BOOST_AUTO_TEST_CASE(proxies_that_let_strangers_speak_for_them_are_a_failure) {
  const auto finding = [](const std::vector<std::string>& networks, const std::vector<std::string>& ips) {
    std::vector<Network> trusted;
    for (const auto& text : networks) trusted.push_back(*parse_network(text));
    std::vector<Event> events(ips.size());
    for (std::size_t i = 0; i < ips.size(); ++i) events[i].ip = ips[i];
    const auto findings = judge_proxies(trusted, events);
    return findings.empty() ? Finding{FindingKind::gates_unnamed} : *worst(findings);
  };
  for (const auto* wide : {"0.0.0.0/0", "::/0", "0.0.0.0/1"})
    BOOST_TEST((finding({"10.0.0.1", wide}, {}).result() == Result::fail), wide);
  BOOST_TEST((finding({"10.0.0.0/8"}, {"198.51.100.1", ""}).result() == Result::ok));
  BOOST_TEST((finding({}, {"198.51.100.1"}).result() == Result::skip));
  const auto found = finding({"10.0.0.0/8"}, {"198.51.100.1", "unknown (_hidden)", "unknown (_hidden)"});
  BOOST_TEST((found.result() == Result::warn));
  BOOST_TEST(has(found.text(), "unknown (_hidden)"), found.text());
  BOOST_TEST(has(found.cure(), "trusted_proxies"), found.cure());
}

BOOST_AUTO_TEST_CASE(a_database_that_is_away_is_a_failure_and_stops_no_other_look) {
  CommandCase cardea;
  cardea.install();
  const auto unreachable = [](const DatabaseSettings&) {
    auto store = std::make_unique<testing::TestStore>();
    store->set_unavailable(true);
    return store;
  };
  const Ran ran = cardea.run_over(unreachable, {"check", "--offline"});
  BOOST_TEST((ran.code == ExitCode::refused));
  BOOST_TEST(has(ran.out, "FAIL database: "), ran.out);
  BOOST_TEST(has(ran.out, "ok   passwords: "), ran.out);
  const Ran other = cardea.run_over(unreachable, {"user", "list"});
  BOOST_TEST((other.code == ExitCode::refused));
  BOOST_TEST(other.err.starts_with("cardea: "), other.err);
}

BOOST_AUTO_TEST_CASE(an_https_site_is_asked_too) {
  testing::FakeHttp http;
  http.put("https://example.com/auth/health", {{"status", "ok"}});
  http.put("https://example.com/auth/verify", {{"reason", "wrong_transport"}});
  SiteSettings site;
  site.url = "https://example.com";
  site.mount = "/auth";
  const Findings findings = check_web(site, TransportMode::cookie, http);
  BOOST_TEST_REQUIRE(findings.size() == 2u);
  for (const Finding& finding : findings) BOOST_TEST((finding.result() == Result::ok), finding.text());
}

BOOST_AUTO_TEST_SUITE_END()
