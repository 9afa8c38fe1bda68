#include <boost/test/unit_test.hpp>

#include "config/load.h"
#include "setup/doors.h"
#include "setup/repair.h"
#include "setup/scene.h"
#include "store/store.h"
#include "web/in.h"

using namespace cardea;
using namespace cardea::testing;

namespace {

struct Broken {
  Uploaded host;
  std::vector<std::string> log;
  std::string cookie;

  Broken() {
    host.context.log = [this](std::string_view line) { log.emplace_back(line); };
    host.context.checks = [](const Settings& settings, Instant) {
      return Findings{{FindingKind::configuration_read, {{"path", settings.file}}},
                      {FindingKind::database_away, {{"message", "<b>"}}}};
    };
  }

  // A program that was set up, whose cardea.ini is gone then.
  void set_up_and_lose() {
    const auto owner = host.owner();
    BOOST_TEST(host.post(owner, host.answers()).status() == 200);
    std::filesystem::remove(host.config());
  }

  void prove() {
    const auto first = host.ask("GET", "/auth/repair");
    host.put(host.program() + '/' + first.proof());
    cookie = first.cookie();
  }

  void break_by(const std::string& text, mode_t mode = 0600) {
    host.put(host.config(), text, mode);
    auto loaded = load_settings(host.config());
    host.why.errors = std::get<std::vector<ConfigError>>(std::move(loaded));
    host.why.cause = cause_of(host.why.errors);
  }

  Answered look() { return host.ask("GET", "/auth/repair", {{"HTTP_COOKIE", cookie}}); }
  Answered act(const std::string& body) { return host.post(cookie, body, "/auth/repair"); }
};

mode_t mode_of(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 ? status.st_mode & 07777U : 0U;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(repairing)

BOOST_AUTO_TEST_CASE(why_the_program_does_not_start_is_told_to_the_owner_only) {
  Broken broken;
  broken.break_by("[sitee]\nurl = https://example.com\n");
  BOOST_TEST(!broken.look().holds("sitee"));
  broken.prove();
  BOOST_TEST(broken.look().holds("[sitee] is not a known section"));
}

BOOST_AUTO_TEST_CASE(what_was_cured_meanwhile_is_seen_at_once) {
  Broken broken;
  broken.break_by("[sitee]\n");
  broken.prove();
  broken.host.put(
      broken.host.config(),
      "[site]\nurl = https://example.com\n[database]\nurl = sqlite:" + broken.host.program() + "/x.db\n",
      0600);
  BOOST_TEST(broken.look().holds("The program starts and reads "));
  BOOST_TEST(broken.look().holds("<small>&lt;b&gt;</small>"));
}

BOOST_AUTO_TEST_CASE(an_open_configuration_of_ours_is_closed_and_that_is_recorded) {
  Broken broken;
  broken.break_by("[site]\n", 0644);
  BOOST_TEST(broken.host.why.cause == "configuration_exposed");
  broken.prove();
  BOOST_TEST(broken.look().holds("value=\"close_file\""));
  BOOST_TEST(broken.act("act=close_file").holds("Now only the program can read"));
  BOOST_TEST(mode_of(broken.host.config()) == 0600U);
  BOOST_TEST(broken.log.size() == 1U);
}

BOOST_AUTO_TEST_CASE(an_open_configuration_in_the_document_root_stays_refused) {
  Broken broken;
  broken.host.why.config = broken.host.public_html() + "/cardea.ini";
  broken.host.put(broken.host.why.config, "[site]\n", 0644);
  broken.host.why.cause = "configuration_exposed";
  broken.prove();
  BOOST_TEST(!broken.look().holds("value=\"close_file\""));
  (void)broken.act("act=close_file");
  BOOST_TEST(mode_of(broken.host.why.config) == 0644U);
  const Environment::Variable told{"DOCUMENT_ROOT", "/srv/www"};
  BOOST_TEST(!broken.host.ask("GET", "/auth/repair", {told, {"HTTP_COOKIE", broken.cookie}})
                  .holds("value=\"close_file\""));
}

BOOST_AUTO_TEST_CASE(an_act_before_the_proof_changes_nothing) {
  Broken broken;
  broken.break_by("[site]\n", 0644);
  broken.cookie = broken.host.ask("GET", "/auth/repair").cookie();
  BOOST_TEST(broken.act("act=close_file").status() == 403);
  BOOST_TEST(mode_of(broken.host.config()) == 0644U);
}

BOOST_AUTO_TEST_CASE(a_lost_configuration_can_be_set_up_again_by_the_owner_only) {
  Broken broken;
  broken.set_up_and_lose();
  BOOST_TEST(broken.host.ask("GET", "/auth/setup").status() == 404);
  broken.prove();
  BOOST_TEST(broken.look().holds("Upload them from your backup"));
  const auto reopened = broken.act("act=reopen");
  BOOST_TEST(reopened.holds("Setup is open again"));
  BOOST_TEST(reopened.holds("href=\"https://example.com/auth/setup\""));
  BOOST_TEST(broken.host.ask("GET", "/auth/setup").status() == 200);
  BOOST_TEST(!broken.host.ask("GET", "/auth/setup").holds("admin_password"));
  BOOST_TEST(broken.host.post(broken.cookie, broken.host.answers()).holds("Setup is complete"));
}

BOOST_AUTO_TEST_CASE(a_program_that_never_was_set_up_is_not_reopened) {
  Broken broken;
  broken.prove();
  (void)broken.act("act=reopen");
  BOOST_TEST(!std::filesystem::exists(broken.host.place().draft()));
}

BOOST_AUTO_TEST_CASE(a_working_program_repairs_too_tables_and_a_way_in) {
  Broken broken;
  BOOST_TEST(broken.host.post(broken.host.owner(), broken.host.answers()).status() == 200);
  const auto loaded = load_settings(broken.host.config());
  const auto& settings = std::get<Settings>(loaded);
  broken.prove();
  const auto ask = [&](std::string_view method, std::string body) {
    const auto length = std::to_string(body.size());
    const Environment environment{{"REQUEST_METHOD", method},
                                  {"REQUEST_URI", "/auth/repair"},
                                  {"HTTP_HOST", "example.com"},
                                  {"HTTPS", "on"},
                                  {"REMOTE_ADDR", "192.0.2.7"},
                                  {"HTTP_COOKIE", broken.cookie},
                                  {"CONTENT_LENGTH", length},
                                  {"CONTENT_TYPE", "application/x-www-form-urlencoded"},
                                  {"HTTP_ORIGIN", "https://example.com"}};
    const auto request = request_of(environment, Secret(std::move(body)), broken.host.now, settings);
    return repair_answer(std::get<Request>(request), settings, broken.host.context).value_or(Response{}).body;
  };
  BOOST_TEST(ask("GET", "").find("The program starts") != std::string::npos);
  BOOST_TEST(ask("POST", "act=tables").find("The tables are at version") != std::string::npos);
  BOOST_TEST(ask("POST", "act=password&email=nobody%40example.com&new_password=a+long+password")
                 .find("There is no administrator") != std::string::npos);
  BOOST_TEST(ask("POST", "act=password&email=owner%40example.com&new_password=password123")
                 .find("Many people use this password") != std::string::npos);
  const auto told = ask("POST", "act=password&email=owner%40example.com&new_password=canary+long+password");
  BOOST_TEST(told.find("The password was changed") != std::string::npos);
  BOOST_TEST(told.find("canary long") == std::string::npos);
  BOOST_TEST(open_store(settings.database)->user_of(*parse_email("owner@example.com"))->epoch == 1);
}

BOOST_AUTO_TEST_CASE(repair_of_a_working_program_answers_at_its_own_address_only) {
  Request request;
  request.method = "GET";
  Settings settings;
  settings.site.mount = "/auth";
  for (const auto* path : {"/auth/login", "/repair", "/other/repair", "/auth/setup", "/auth/repair/"}) {
    request.path = path;
    BOOST_TEST(!repair_answer(request, settings, DoorContext{}).has_value(), path);
  }
  request.path = "/auth/repair";
  request.role = Role::authorizer;
  BOOST_TEST(!repair_answer(request, settings, DoorContext{}).has_value());
}

BOOST_AUTO_TEST_CASE(a_program_that_never_was_set_up_leads_to_set_up) {
  Broken broken;
  broken.prove();
  BOOST_TEST(broken.look().holds("href=\"https://example.com/auth/setup\""));
}

BOOST_AUTO_TEST_CASE(after_the_end_of_set_up_an_old_process_does_not_call_the_configuration_lost) {
  Broken broken;
  BOOST_TEST(broken.host.post(broken.host.owner(), broken.host.answers()).status() == 200);
  broken.host.why.config = broken.host.file("elsewhere.ini");  // what the old process looked for
  broken.host.why.config_is_named = false;
  broken.prove();
  Visit visit;
  visit.request.method = "POST";
  visit.request.content_type = "application/x-www-form-urlencoded";
  visit.request.body = Secret::copy_of("act=reopen");
  const auto place = broken.host.place();
  const auto page = repair(visit, {{}, broken.host.why, place, {}}, broken.host.context);
  BOOST_TEST(page.find("value=\"reopen\"") == std::string::npos);
  BOOST_TEST(!place.is_begun());
}

BOOST_AUTO_TEST_CASE(an_open_configuration_of_another_user_is_not_closed) {
  Broken broken;
  broken.break_by("[site]\n", 0644);
  if (::chown(broken.host.config().c_str(), 65534, 65534) != 0) {
    BOOST_TEST_MESSAGE("left out: only root can give a file away");
    return;
  }
  broken.prove();
  BOOST_TEST(!broken.look().holds("value=\"close_file\""));
  (void)broken.act("act=close_file");
  BOOST_TEST(mode_of(broken.host.config()) == 0644U);
}

BOOST_AUTO_TEST_SUITE_END()
