#include "setup/doors.h"

#include <boost/test/unit_test.hpp>
#include <set>

#include "base/json.h"
#include "setup/scene.h"

using namespace cardea;
using namespace cardea::testing;

namespace {

constexpr Environment::Variable page{"HTTP_ACCEPT", "text/html"};

}  // namespace

BOOST_AUTO_TEST_SUITE(doors)

BOOST_AUTO_TEST_CASE(setup_asks_for_the_proof_and_tells_nothing_about_the_host) {
  Uploaded host;
  const auto answer = host.ask("GET", "/auth/setup");
  BOOST_TEST(answer.status() == 200);
  BOOST_TEST(answer.cookie().starts_with("__Host-cardea_setup="));
  BOOST_TEST(answer.holds("; Path=/; "));
  BOOST_TEST(answer.holds("; Secure"));
  BOOST_TEST(answer.holds("; HttpOnly"));
  BOOST_TEST(answer.holds("SameSite=Lax"));
  BOOST_TEST(answer.holds("Cache-Control: no-store\r\n"));
  BOOST_TEST(answer.holds("upload an empty file"));
  for (const auto* part : {"canary", "home/cardea", "public_html", "admin_password"})
    BOOST_TEST(!answer.holds(part), part);
}

BOOST_AUTO_TEST_CASE(a_browser_keeps_its_code_and_another_gets_another) {
  Uploaded host;
  const auto first = host.ask("GET", "/auth/setup");
  const auto again = host.ask("GET", "/auth/setup", {{"HTTP_COOKIE", first.cookie()}});
  BOOST_TEST(again.proof() == first.proof());
  BOOST_TEST(again.cookie() == "");
  BOOST_TEST(host.ask("GET", "/auth/setup").proof() != first.proof());
}

BOOST_AUTO_TEST_CASE(a_cookie_that_we_did_not_make_is_replaced) {
  Uploaded host;
  for (const auto* cookie : {"__Host-cardea_setup=abc", "__Host-cardea_setup=", "cardea_setup=x"})
    BOOST_TEST(host.ask("GET", "/auth/setup", {{"HTTP_COOKIE", cookie}}).cookie().size() > 50U);
}

BOOST_AUTO_TEST_CASE(the_file_can_be_downloaded_and_is_empty) {
  Uploaded host;
  const auto first = host.ask("GET", "/auth/setup");
  const auto file = host.ask("GET", "/auth/setup?file=1", {{"HTTP_COOKIE", first.cookie()}});
  BOOST_TEST(file.holds("filename=\"" + first.proof() + "\""));
  BOOST_TEST(file.bytes.ends_with("\r\n\r\n"));
}

BOOST_AUTO_TEST_CASE(cookie_and_file_together_open_the_form_and_neither_does_alone) {
  Uploaded host;
  const auto cookie = host.owner();
  BOOST_TEST(host.ask("GET", "/auth/setup", {{"HTTP_COOKIE", cookie}}).holds("admin_password"));
  // A stranger who knows the name of the file, and one with a cookie of their own.
  BOOST_TEST(!host.ask("GET", "/auth/setup").holds("admin_password"));
  const auto strange = host.ask("GET", "/auth/setup").cookie();
  BOOST_TEST(!host.ask("GET", "/auth/setup", {{"HTTP_COOKIE", strange}}).holds("admin_password"));
  host.now += std::chrono::hours{2};
  BOOST_TEST(!host.ask("GET", "/auth/setup", {{"HTTP_COOKIE", cookie}}).holds("admin_password"));
}

BOOST_AUTO_TEST_CASE(checking_without_the_file_says_that_it_is_missing) {
  Uploaded host;
  const auto cookie = host.ask("GET", "/auth/setup").cookie();
  const auto answer = host.ask("GET", "/auth/setup?language=ja&check=1", {{"HTTP_COOKIE", cookie}});
  BOOST_TEST(answer.holds("が見つからないか"));
  BOOST_TEST(answer.holds("<html lang=\"ja\">"));
}

BOOST_AUTO_TEST_CASE(the_languages_of_the_page) {
  Uploaded host;
  BOOST_TEST(host.ask("GET", "/auth/setup", {{"HTTP_ACCEPT_LANGUAGE", "ko-KR"}}).holds("<html lang=\"ko\">"));
  BOOST_TEST(host.ask("GET", "/auth/setup?language=ko").holds("사이트 소유자인지"));
  BOOST_TEST(host.ask("GET", "/auth/setup?language=xx").holds("<html lang=\"en\">"));
}

BOOST_AUTO_TEST_CASE(a_post_before_the_proof_changes_nothing_and_does_not_disturb_the_owner) {
  Uploaded host;
  const auto cookie = host.owner();
  const auto strange = host.ask("GET", "/auth/setup").cookie();
  for (int i = 0; i < 100; ++i) {
    BOOST_TEST(host.post(strange, host.answers()).status() == 403);
    BOOST_TEST(host.post("", host.answers()).status() == 403);
  }
  BOOST_TEST(!std::filesystem::exists(host.config()));
  BOOST_TEST(!std::filesystem::exists(host.program() + "/keys"));
  BOOST_TEST(host.post(cookie, host.answers()).holds("Setup is complete"));
}

BOOST_AUTO_TEST_CASE(a_form_of_another_site_is_refused_though_the_browser_has_proven) {
  Uploaded host;
  const auto cookie = host.owner();
  for (const auto& [name, value] : {Environment::Variable{"HTTP_ORIGIN", "https://evil.example"},
                                    Environment::Variable{"HTTP_SEC_FETCH_SITE", "cross-site"},
                                    Environment::Variable{"HTTP_REFERER", "https://evil.example/page"}}) {
    const auto answer =
        host.ask("POST", "/auth/setup", {{"HTTP_COOKIE", cookie}, {name, value}}, host.answers());
    BOOST_TEST(answer.status() == 403, name);
  }
  BOOST_TEST(!std::filesystem::exists(host.config()));
}

BOOST_AUTO_TEST_CASE(plain_http_is_refused_but_for_a_browser_on_this_machine) {
  Uploaded host;
  const auto plain = host.ask("GET", "/auth/setup", {{"HTTPS", ""}});
  BOOST_TEST(plain.status() == 403);
  BOOST_TEST(plain.holds("href=\"https://example.com/auth/setup\""));
  BOOST_TEST(plain.cookie() == "");
  const Environment::Variable local{"REMOTE_ADDR", "127.0.0.1"};
  const Environment::Variable named{"HTTP_HOST", "127.0.0.1:8080"};
  const Environment::Variable http{"HTTPS", ""};
  BOOST_TEST(host.ask("GET", "/auth/setup", {http, local, named}).status() == 200);
  BOOST_TEST(host.ask("GET", "/auth/setup", {http, local, named}).cookie().starts_with("cardea_setup="));
  BOOST_TEST(host.ask("GET", "/auth/setup", {http, named}).status() == 403);
  // Behind a proxy on this machine every client has this address.
  BOOST_TEST(host.ask("GET", "/auth/setup", {http, local}).status() == 403);
  BOOST_TEST(
      host.ask("GET", "/auth/setup", {http, local, named, {"HTTP_X_FORWARDED_FOR", "192.0.2.1"}}).status() ==
      403);
}

BOOST_AUTO_TEST_CASE(any_mount_will_do) {
  Uploaded host;
  BOOST_TEST(host.ask("GET", "/a/b/setup").holds("action=\"/a/b/setup\""));
  BOOST_TEST(
      host.ask("GET", "/x", {{"SCRIPT_NAME", "/cgi-bin/cardea.cgi"}, {"PATH_INFO", "/setup"}}).status() ==
      200);
  for (const auto* uri : {"/setup", "/../setup", "/a//setup", "/%61/setup", "/auth/setup/", "/auth/setups"})
    BOOST_TEST(host.ask("GET", uri).proof() == "", uri);
}

BOOST_AUTO_TEST_CASE(other_addresses_get_one_page_for_browsers_and_json_for_programs) {
  Uploaded host;
  const auto shown = host.ask("GET", "/auth/login", {page});
  BOOST_TEST(shown.status() == 503);
  BOOST_TEST(shown.holds("href=\"https://example.com/auth/setup\""));
  BOOST_TEST(!shown.holds("canary"));
  BOOST_TEST(host.ask("GET", "/auth/me").holds("\"error\":\"temporarily_unavailable\""));
  BOOST_TEST(host.ask("POST", "/auth/login", {page}).holds("\"error\":\"temporarily_unavailable\""));
  BOOST_TEST(host.ask("GET", "/auth/setup", {{"FCGI_ROLE", "AUTHORIZER"}}).holds("temporarily_unavailable"));
}

BOOST_AUTO_TEST_CASE(health_names_the_state_of_the_configuration_and_no_detail) {
  Uploaded host;
  for (const auto* cause : {"missing", "unreadable", "exposed", "invalid"}) {
    host.why.cause = std::string("configuration_") + cause;
    const auto answer = host.ask("GET", "/auth/health", {page});
    BOOST_TEST(answer.holds("\"configuration\":\"" + std::string(cause) + "\""));
    BOOST_TEST(!answer.holds("canary"));
  }
  host.why.cause = "keys";
  BOOST_TEST(!host.ask("GET", "/auth/health").holds("configuration"));
}

BOOST_AUTO_TEST_CASE(with_a_configuration_that_cannot_be_read_setup_is_not_there) {
  Uploaded host;
  const auto cookie = host.owner();
  for (const auto* cause :
       {"configuration_invalid", "configuration_exposed", "configuration_unreadable", "keys"}) {
    host.why.cause = cause;
    BOOST_TEST(host.ask("GET", "/auth/setup", {{"HTTP_COOKIE", cookie}}).status() == 404);
    BOOST_TEST(host.post(cookie, host.answers()).status() == 404);
    BOOST_TEST(host.ask("GET", "/auth/me", {page}).holds("/auth/repair"));
  }
}

BOOST_AUTO_TEST_CASE(after_set_up_the_address_is_404_for_ever_also_without_the_configuration) {
  Uploaded host;
  const auto cookie = host.owner();
  BOOST_TEST(host.post(cookie, host.answers()).status() == 200);
  std::filesystem::remove(host.config());
  host.put(host.program() + '/' + host.ask("GET", "/auth/repair").proof());
  BOOST_TEST(host.ask("GET", "/auth/setup", {{"HTTP_COOKIE", cookie}}).status() == 404);
  BOOST_TEST(host.post(cookie, host.answers()).status() == 404);
  BOOST_TEST(!std::filesystem::exists(host.config()));
}

BOOST_AUTO_TEST_CASE(the_proof_is_removed_at_the_end) {
  Uploaded host;
  const auto first = host.ask("GET", "/auth/setup");
  host.put(host.program() + '/' + first.proof());
  const auto done = host.post(first.cookie(), host.answers());
  BOOST_TEST(done.holds("/cardea/en/sign-in.html"));
  BOOST_TEST(done.holds("Max-Age=0"));
  BOOST_TEST(!std::filesystem::exists(host.program() + '/' + first.proof()));
}

BOOST_AUTO_TEST_CASE(wrong_answers_are_shown_again_without_the_passwords_and_nothing_is_written) {
  Uploaded host;
  const auto cookie = host.owner();
  const auto answer =
      host.post(cookie, "url=nonsense%22%3E%3Cb%3E&database=sqlite&path=" + host.public_html() +
                            "/x.db&email=a%40b.example&admin_password=canary-password-1");
  BOOST_TEST(answer.status() == 400);
  BOOST_TEST(answer.holds("value=\"nonsense&quot;&gt;&lt;b&gt;\""));
  BOOST_TEST(answer.holds("aria-describedby=\"url_problem\""));
  BOOST_TEST(!answer.holds("canary-password"));
  BOOST_TEST(!std::filesystem::exists(host.config() + ".new"));
}

BOOST_AUTO_TEST_CASE(a_host_where_nothing_can_be_kept_is_refused_politely) {
  Uploaded host;
  const auto cookie = host.owner();
  host.why.config = host.public_html() + "/cardea.ini";
  const auto answer = host.ask("GET", "/auth/setup", {{"HTTP_COOKIE", cookie}});
  BOOST_TEST(answer.status() == 200);
  BOOST_TEST(answer.holds("suexec"));
  BOOST_TEST(!answer.holds("admin_password"));
  BOOST_TEST(host.post(cookie, host.answers()).holds("suexec"));
}

BOOST_AUTO_TEST_CASE(two_cookies_of_the_name_are_none_since_one_of_them_may_be_planted) {
  Uploaded host;
  const auto cookie = host.owner();
  const auto planted = host.ask("GET", "/auth/setup").cookie();
  for (const auto& both : {cookie + "; " + planted, planted + "; " + cookie})
    BOOST_TEST(!host.ask("GET", "/auth/setup", {{"HTTP_COOKIE", both}}).holds("admin_password"), both);
}

BOOST_AUTO_TEST_CASE(settings_lie_outside_the_document_root_though_the_server_tells_another_one) {
  Uploaded host;
  const auto inside = host.public_html() + "/cgi-bin";
  std::filesystem::create_directories(inside);
  host.context.program = inside;
  host.why.config = "/etc/cardea/cardea.ini";
  host.why.config_is_named = false;
  const Environment::Variable told{"DOCUMENT_ROOT", "/srv/www"};
  const auto first = host.ask("GET", "/auth/setup", {told});
  host.put(inside + '/' + first.proof());
  const auto shown = host.ask("GET", "/auth/setup", {told, {"HTTP_COOKIE", first.cookie()}});
  BOOST_TEST(shown.holds(host.program() + "/cardea.db"));
  BOOST_TEST(!shown.holds(inside + "/cardea.db"));
}

BOOST_AUTO_TEST_CASE(the_last_page_tells_what_became_of_the_lines_of_htaccess) {
  for (const bool per_request : {true, false}) {
    Uploaded host;
    const auto cgi_bin = host.public_html() + "/cgi-bin";
    std::filesystem::create_directories(cgi_bin);
    ::chmod(cgi_bin.c_str(), 0755);
    host.why.config = "/etc/cardea/cardea.ini";
    host.why.config_is_named = false;
    WebSite asked;
    host.context.program = cgi_bin;
    host.context.per_request = per_request;
    host.context.htaccess = [&](const WebSite& site) {
      asked = site;
      BOOST_TEST(!std::filesystem::exists(host.config()));
      return HtaccessLines{Lines::refused, Lines::written};
    };
    const auto first = host.ask("GET", "/auth/setup");
    host.put(cgi_bin + '/' + first.proof());
    const auto answer = host.post(first.cookie(), host.answers());
    BOOST_TEST(answer.holds("Setup is complete"));
    BOOST_TEST(answer.holds("Only people who are signed in can open the folder members."));
    BOOST_TEST(answer.holds("The program runs as CGI.") == per_request);  // else by other lines than ours
    BOOST_TEST(asked.root == std::filesystem::weakly_canonical(host.public_html()).string());
    BOOST_TEST(asked.url == "https://example.com");
    BOOST_TEST(asked.mount == "/auth");
    BOOST_TEST(std::filesystem::exists(host.config()));
  }
}

BOOST_AUTO_TEST_CASE(a_program_outside_the_document_root_changes_no_line_of_htaccess) {
  Uploaded host;
  host.context.htaccess = [](const WebSite&) -> HtaccessLines { throw std::logic_error("it was asked"); };
  const auto cookie = host.owner();
  BOOST_TEST(host.post(cookie, host.answers()).holds("Setup is complete"));
}

BOOST_AUTO_TEST_SUITE_END()
