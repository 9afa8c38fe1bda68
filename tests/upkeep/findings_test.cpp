// Every kind of finding that needs a cure is made here once, by the function that makes it; the last case fails for a kind
// that was not.
#include "upkeep/finding.h"

#include <sys/stat.h>

#include <boost/test/unit_test.hpp>
#include <fstream>
#include <set>

#include "base/text_set.h"
#include "store/sql/migrate.h"
#include "support/fake_http.h"
#include "support/house.h"
#include "support/temporary_directory.h"
#include "text/text.h"
#include "upkeep/canary.h"
#include "upkeep/checks.h"
#include "upkeep/host.h"
#include "upkeep/outside.h"

using namespace cardea;
using namespace cardea::testing;

namespace {

std::set<FindingKind>& seen() {
  static std::set<FindingKind> kinds;
  return kinds;
}

bool has(const Findings& findings, FindingKind kind) {
  for (const auto& finding : findings) {
    if (finding.kind != kind) continue;
    seen().insert(kind);
    return true;
  }
  return false;
}

bool has(const Finding& finding, FindingKind kind) {
  return has(Findings{finding}, kind);
}

// A house with its checks.
struct Installation : House {
  Deps parts = deps();

  Installation() {
    settings.site.url = "https://example.com";
    settings.site.mount = "/auth";
    settings.file = key_directory() + "/cardea.ini";
  }
  Inspection inspection() {
    return {settings, now, entropy, store, parts.revoked, [this]() -> Passwords& { return parts.passwords; },
            http};
  }
};

HttpAnswer answer(int status, std::vector<std::pair<std::string, std::string>> headers = {},
                  std::string body = "") {
  return {status, std::move(body), seconds{0}, std::move(headers)};
}

void put(FakeHttp& http, const std::string& url, HttpAnswer given) {
  http.put(url, [given = std::move(given)](const HttpCall&) { return given; });
}

const std::vector<std::pair<std::string, std::string>> kept_headers{
    {"x-content-type-options", "nosniff"},
    {"x-frame-options", "DENY"},
    {"referrer-policy", "no-referrer"},
    {"content-security-policy", "default-src 'none'"},
    {"cache-control", "no-store"}};

SiteSettings site() {
  SiteSettings settings;
  settings.url = "https://example.com";
  settings.mount = "/auth";
  settings.sign_in_page = "/cardea/{language}/sign-in.html";
  return settings;
}

void write(const std::string& path, const std::string& text) {
  std::ofstream{path, std::ios::binary} << text;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(findings)

BOOST_AUTO_TEST_CASE(there_are_more_than_forty_that_need_a_cure_each_with_one_in_every_language) {
  int troubles = 0;
  for (const auto& row : finding_table) {
    if (!is_trouble(row.result)) continue;
    ++troubles;
    for (const auto language : languages) BOOST_TEST(!Finding{row.kind}.cure(language).empty(), row.name);
  }
  BOOST_TEST(troubles > 40);
}

BOOST_AUTO_TEST_CASE(words_are_filled_with_the_facts_in_the_language_of_the_reader) {
  const Finding finding{FindingKind::gate_open, {{"url", "https://example.com/members/"}, {"status", "200"}}};
  BOOST_TEST(finding.text() == "https://example.com/members/ is open: a stranger gets 200");
  BOOST_TEST(finding.text(Language::ko).find("https://example.com/members/ 주소가 열려 있습니다") == 0u);
  BOOST_TEST(finding.fact("status") == "200");
  BOOST_TEST(finding.fact("nothing") == "");
}

BOOST_AUTO_TEST_CASE(what_is_written_as_json_is_read_again_and_foreign_rows_are_left_out) {
  const Findings written{{FindingKind::gate_open, {{"url", "u"}, {"status", "200"}}},
                         {FindingKind::clock_set}};
  auto rows = json_of_findings(written);
  rows.push_back({{"kind", "of_tomorrow"}});
  rows.push_back(7);
  const auto read = findings_of_json(rows);
  BOOST_TEST_REQUIRE(read.size() == 2u);
  BOOST_TEST((read[0].kind == FindingKind::gate_open));
  BOOST_TEST(read[0].fact("url") == "u");
  BOOST_TEST(findings_of_json(Json("text")).empty());
  BOOST_TEST(has_failure(written));
  BOOST_TEST(!has_failure({{FindingKind::clock_set}}));
}

BOOST_AUTO_TEST_CASE(keys_that_are_missing_or_old) {
  Installation house;
  house.now += std::chrono::days{366};
  BOOST_TEST(has(check_keys(house.inspection()), FindingKind::keys_old));
  house.settings.tokens.keys += "/none";
  BOOST_TEST(has(check_keys(house.inspection()), FindingKind::keys_failed));
}

BOOST_AUTO_TEST_CASE(the_file_of_ended_sessions) {
  Installation house;
  BOOST_TEST(has(check_revocations(house.inspection()), FindingKind::sign_outs_new));
  write(house.settings.tokens.revocations, "damaged");
  const auto damaged = check_revocations(house.inspection());
  BOOST_TEST(
      (has(damaged, FindingKind::sign_outs_closed) || has(damaged, FindingKind::sign_outs_unwritable)));
  RevokedSessions nowhere("/proc/nowhere/revoked", milliseconds{1});
  auto inspection = house.inspection();
  const Inspection other{inspection.settings,  inspection.now, inspection.entropy, inspection.store, nowhere,
                         inspection.passwords, inspection.http};
  BOOST_TEST(has(check_revocations(other), FindingKind::sign_outs_unwritable));
}

BOOST_AUTO_TEST_CASE(the_database_as_it_reports_itself) {
  Settings settings;
  settings.tokens.clock_skew = seconds{60};
  settings.database.connections = 4;
  const auto judge = [&](const auto& change, int off = 0) {
    DatabaseReport report;
    report.server = "MariaDB 10.11.19";
    report.schema_version = newest_schema_version();
    report.clock = noon;
    change(report);
    return judge_database(report, milliseconds{off}, settings);
  };
  using Report = DatabaseReport;
  const auto as_it_is = [](Report&) {};
  BOOST_TEST(has(judge([](Report& r) { r.schema_version = 0; }), FindingKind::database_empty));
  BOOST_TEST(has(judge([](Report& r) { r.schema_version -= 1; }), FindingKind::database_older));
  BOOST_TEST(has(judge([](Report& r) { r.schema_version += 1; }), FindingKind::database_newer));
  BOOST_TEST(has(judge(as_it_is, 2001), FindingKind::database_clock_differs));
  BOOST_TEST(has(judge(as_it_is, 60'001), FindingKind::database_clock_wrong));
  BOOST_TEST(has(judge([](Report& r) { r.warnings = {"x is MyISAM"}; }), FindingKind::database_warning));
  BOOST_TEST(has(judge([](Report& r) {
                   r.collations = {{"cardea_user", "latin1_swedish_ci"}};
                 }),
                 FindingKind::database_collation));
  const auto crowd = [](std::int64_t used) {
    return [used](Report& r) {
      r.connections_used = used;
      r.connections_allowed = 10;
    };
  };
  BOOST_TEST(has(judge(crowd(7)), FindingKind::database_crowded));
  BOOST_TEST(has(judge(crowd(6)), FindingKind::database_room));
}

BOOST_AUTO_TEST_CASE(the_rights_of_the_account) {
  const auto judge = [](const std::vector<std::string>& grants) {
    DatabaseReport report;
    report.schema_version = newest_schema_version();
    report.grants = grants;
    return judge_database(report, milliseconds{0}, Settings{});
  };
  BOOST_TEST(
      has(judge({"GRANT USAGE ON *.*", "GRANT ALL PRIVILEGES ON `site`.*"}), FindingKind::database_rights));
  const auto few =
      judge({"GRANT SELECT, INSERT, UPDATE, DELETE, CREATE VIEW, ALTER, INDEX, DROP ON `site`.*"});
  BOOST_TEST(has(few, FindingKind::database_rights_missing));
  for (const auto& finding : few)
    if (finding.kind == FindingKind::database_rights_missing) BOOST_TEST(finding.fact("rights") == "CREATE");
  BOOST_TEST(has(judge({"GRANT ALL PRIVILEGES ON *.*"}), FindingKind::database_rights_wide));
}

BOOST_AUTO_TEST_CASE(a_database_that_fails_says_how) {
  Installation house;
  house.store.set_unavailable(true);
  BOOST_TEST(has(check_database(house.inspection()), FindingKind::database_refuses_file));
  house.settings.database.kind = DatabaseKind::mysql;
  BOOST_TEST(has(check_database(house.inspection()), FindingKind::database_away));
  BOOST_TEST(has(check_addresses(house.store), FindingKind::addresses_unseen));
}

BOOST_AUTO_TEST_CASE(a_site_without_an_administrator) {
  Installation house;
  auto ada = house.add_user("ada@example.com");
  BOOST_TEST(has(check_administrators(house.store), FindingKind::administrators_none));
  BOOST_TEST(house.store.set_scope({ada.id, "", "cardea:adminx"}));
  BOOST_TEST(has(check_administrators(house.store), FindingKind::administrators_none));
  BOOST_TEST(house.store.set_scope({ada.id, "cardea:adminx", "staff cardea:admin"}));
  BOOST_TEST(has(check_administrators(house.store), FindingKind::administrators));
  BOOST_TEST(house.store.set_status(ada.id, UserStatus::disabled, house.now));
  BOOST_TEST(has(check_administrators(house.store), FindingKind::administrators_none));
}

BOOST_AUTO_TEST_CASE(what_passwords_cost) {
  PasswordSettings settings;
  settings.memory = 19 << 20;
  settings.iterations = 2;
  settings.concurrency = 1;
  BOOST_TEST(has(judge_memory(settings, 18 << 20), FindingKind::passwords_too_much));
  BOOST_TEST(has(judge_memory(settings, 30 << 20), FindingKind::passwords_half));
  BOOST_TEST(has(judge_time(milliseconds{1001}, settings), FindingKind::passwords_slow));
  BOOST_TEST(has(judge_time(milliseconds{1000}, settings), FindingKind::passwords_time));
  settings.iterations = 1;
  BOOST_TEST(has(judge_time(milliseconds{5}, settings), FindingKind::passwords_weak));
  settings.concurrency = 4096;
  BOOST_TEST(has(judge_memory(settings, std::int64_t{1} << 50), FindingKind::passwords_cores));
}

BOOST_AUTO_TEST_CASE(passwords_that_cannot_be_measured) {
  Installation house;
  house.settings.password.common_file = house.key_directory() + "/none";
  BOOST_TEST(has(check_passwords(house.inspection()), FindingKind::passwords_list_unread));
  auto inspection = house.inspection();
  inspection.passwords = []() -> Passwords& { throw std::runtime_error("no room"); };
  BOOST_TEST(has(check_passwords(inspection), FindingKind::passwords_failed));
}

BOOST_AUTO_TEST_CASE(proxies_and_settings_that_most_sites_should_not_have) {
  BOOST_TEST(has(judge_proxies({*parse_network("0.0.0.0/0")}, {}), FindingKind::proxies_wide));
  Event event;
  event.ip = "unknown (_hidden)";
  BOOST_TEST(has(judge_proxies({}, {event}), FindingKind::proxies_unknown));
  Settings settings;
  settings.site = site();
  settings.site.allowed_origins = {"http://app.example.org"};
  settings.tokens.access_ttl = std::chrono::hours{25};
  settings.tokens.session_max = seconds{0};
  settings.registration_open = true;
  const auto found = judge_settings(settings);
  for (const auto kind : {FindingKind::token_life_long, FindingKind::session_life_endless,
                          FindingKind::origin_in_the_open, FindingKind::registration_unproven})
    BOOST_TEST(has(found, kind), facts_of(kind).name);
  settings.site.allowed_origins.clear();
  settings.tokens.access_ttl = std::chrono::hours{24};
  settings.tokens.session_max = seconds{1};
  settings.mail.from = "a@example.com";
  BOOST_TEST(has(judge_settings(settings), FindingKind::settings_cautious));
}

BOOST_AUTO_TEST_CASE(mail_that_cannot_leave) {
  MailSettings settings;
  BOOST_TEST(has(check_mail(settings, Scope::all), FindingKind::mail_off));
  settings.from = "a@example.com";
  settings.sendmail = {"/nowhere/sendmail"};
  BOOST_TEST(has(check_mail(settings, Scope::all), FindingKind::mail_no_program));
  settings.smtp = {.security = SmtpSecurity::none,
                   .host = "127.0.0.1",
                   .port = "1",
                   .user = "",
                   .password = {},
                   .ca_file = ""};
  BOOST_TEST(has(check_mail(settings, Scope::offline), FindingKind::mail_unasked));
  BOOST_TEST(has(check_mail(settings, Scope::all), FindingKind::mail_smtp_failed));
}

BOOST_AUTO_TEST_CASE(providers_that_do_not_answer) {
  Installation house;
  ProviderSettings provider;
  provider.name = "example";
  provider.issuer = "https://id.example.net";
  provider.private_key = Secret::copy_of("no key");
  house.settings.providers = {};
  house.settings.providers.push_back(std::move(provider));
  const auto found = check_providers(house.inspection());
  BOOST_TEST(has(found, FindingKind::provider_failed));
  BOOST_TEST(has(found, FindingKind::provider_key));
}

BOOST_AUTO_TEST_CASE(the_mount_as_a_stranger_sees_it) {
  const auto verdict = [](HttpAnswer health, HttpAnswer verify, TransportMode mode = TransportMode::both) {
    FakeHttp http;
    put(http, "https://example.com/auth/health", std::move(health));
    put(http, "https://example.com/auth/verify", std::move(verify));
    return check_web(site(), mode, http);
  };
  const auto healthy = answer(200, {}, R"({"status":"ok"})");
  const auto kept = answer(401, {}, R"({"reason":"missing","error_description":"CGIPassAuth"})");
  const auto kept_elsewhere = answer(401, {}, R"({"reason":"missing","error_description":"none"})");
  BOOST_TEST(has(verdict(answer(200, {}, "hello"), kept), FindingKind::web_foreign));
  BOOST_TEST(has(verdict(answer(503, {}, R"({"status":"degraded"})"), kept), FindingKind::web_unwell));
  BOOST_TEST(has(verdict(healthy, answer(200)), FindingKind::web_no_reason));
  BOOST_TEST(has(verdict(healthy, kept), FindingKind::web_kept_by_apache));
  BOOST_TEST(has(verdict(healthy, kept_elsewhere), FindingKind::web_kept));
  BOOST_TEST(has(verdict(healthy, kept, TransportMode::cookie), FindingKind::web_kept_by_apache_from_none));
  BOOST_TEST(has(verdict(healthy, kept_elsewhere, TransportMode::cookie), FindingKind::web_kept_from_none));
  FakeHttp silent;
  BOOST_TEST(has(check_web(site(), TransportMode::cookie, silent), FindingKind::web_silent));
  auto open_site = site();
  open_site.url = "http://example.com";
  BOOST_TEST(has(check_web(open_site, TransportMode::cookie, silent), FindingKind::web_in_the_open));
  silent.put("https://example.com/auth/health", [](const HttpCall&) {
    return HttpFailure{"certificate has expired", true};
  });
  BOOST_TEST(has(check_web(site(), TransportMode::cookie, silent), FindingKind::certificate_refused));
}

BOOST_AUTO_TEST_CASE(the_way_to_the_browser) {
  FakeHttp http;
  const std::string url = "https://example.com/auth/health";
  put(http, url, answer(200, kept_headers));
  BOOST_TEST(has(check_way(site(), http, noon), FindingKind::web_fresh));
  BOOST_TEST(has(check_way(site(), http, noon), FindingKind::web_headers));
  put(http, url, answer(200, {{"age", "17"}}));
  BOOST_TEST(has(check_way(site(), http, noon), FindingKind::web_cached));
  BOOST_TEST(has(check_way(site(), http, noon), FindingKind::web_headers_lost));
  put(http, url, answer(200, {{"x-cache", "HIT from cdn"}}));
  BOOST_TEST(has(check_way(site(), http, noon), FindingKind::web_cached));
  put(http, url, answer(200, {{"date", "Sun, 22 Nov 2026 03:13:59 GMT"}}));  // noon is 03:15:00
  BOOST_TEST(has(check_way(site(), http, noon), FindingKind::clock_off));
  put(http, url, answer(200, {{"date", "Sun, 22 Nov 2026 03:14:00 GMT"}}));
  BOOST_TEST(!has(check_way(site(), http, noon), FindingKind::clock_off));
}

BOOST_AUTO_TEST_CASE(a_certificate_that_ends) {
  const auto in = [](int days) { return judge_certificate(noon + std::chrono::days{days}, noon); };
  BOOST_TEST(has(in(21), FindingKind::certificate_valid));
  BOOST_TEST(has(in(20), FindingKind::certificate_ends));
  BOOST_TEST(has(in(6), FindingKind::certificate_ends_soon));
  BOOST_TEST(judge_certificate(std::nullopt, noon).empty());
}

BOOST_AUTO_TEST_CASE(other_names_of_the_site_and_where_they_lead) {
  const auto names = [](HttpAnswer www, HttpAnswer plain) {
    FakeHttp http;
    for (const auto* path : {"/auth/", "/cardea/en/sign-in.html"}) {
      put(http, std::string("https://www.example.com") + path, www);
      put(http, std::string("http://example.com") + path, plain);
    }
    return check_names(site(), http);
  };
  const auto home = answer(301, {{"location", "https://example.com/auth/"}});
  BOOST_TEST(!has_failure(names(home, home)));
  BOOST_TEST(has(names(home, home), FindingKind::name_leads));
  BOOST_TEST(has(names(answer(200), home), FindingKind::name_double));
  BOOST_TEST(has(names(answer(302, {{"location", "/login"}}), home), FindingKind::name_double));
  BOOST_TEST(has(names(answer(301, {{"location", "https://example.com.evil.example/"}}), home),
                 FindingKind::name_elsewhere));
  BOOST_TEST(has(names(home, answer(200)), FindingKind::name_plain));
  BOOST_TEST(has(names(answer(404), home), FindingKind::name_unused));
  FakeHttp nobody;
  auto numbered = site();
  numbered.url = "https://192.0.2.1";
  BOOST_TEST(check_names(numbered, nobody).empty());
  BOOST_TEST(nobody.calls().empty());
}

BOOST_AUTO_TEST_CASE(a_gate_is_shut_only_if_every_way_in_is) {
  Settings settings;
  settings.site = site();
  FakeHttp http;
  BOOST_TEST(has(check_gates(settings, http), FindingKind::gates_unnamed));
  settings.gate.paths = {"/members/"};
  const std::string root = "https://example.com/members/";
  const std::string ways[] = {root,
                              root + "index.html",
                              root + "cardea-look.png",
                              root + "cardea-look/",
                              root + "cardea-look?page=1",
                              "https://example.com/%6dembers/"};
  for (const auto& way : ways) put(http, way, answer(401));
  BOOST_TEST(has(check_gates(settings, http), FindingKind::gate_shut));
  for (const auto& way : ways) {
    put(http, way, answer(200));
    BOOST_TEST(has(check_gates(settings, http), FindingKind::gate_open), way);
    put(http, way, answer(404));
    BOOST_TEST(has(check_gates(settings, http), FindingKind::gate_unclear), way);
    put(http, way, answer(303, {{"location", "https://example.com/auth/continue?return_to=/members/"}}));
  }
  BOOST_TEST(has(check_gates(settings, http), FindingKind::gate_shut));
}

BOOST_AUTO_TEST_CASE(secrets_that_the_web_server_shows) {
  Installation house;
  auto& http = house.http;
  BOOST_TEST(has(check_secrets(house.settings, http), FindingKind::secrets_hidden));
  put(http, "https://example.com/cardea.ini", answer(200, {}, "<html>not found"));
  BOOST_TEST(has(check_secrets(house.settings, http), FindingKind::secrets_hidden));
  put(http, "https://example.com/cardea.ini", answer(200, {}, "[site]\n[database]\n"));
  BOOST_TEST(has(check_secrets(house.settings, http), FindingKind::secret_shown));
  http.take_down("https://example.com/cardea.ini");
  house.settings.database.kind = DatabaseKind::sqlite;
  house.settings.database.path = "/home/ada/web/data/site.db";
  put(http, "https://example.com/data/site.db", answer(206, {}, "SQLite format 3"));
  BOOST_TEST(has(check_secrets(house.settings, http), FindingKind::secret_shown));
  BOOST_TEST(http.calls().back().url != "");
}

BOOST_AUTO_TEST_CASE(the_host) {
  BOOST_TEST(has(judge_program("/srv/cardea", 0100757), FindingKind::program_writable));
  BOOST_TEST(has(judge_program("/srv/cardea", 0100755), FindingKind::program_closed));
  BOOST_TEST(has(judge_user(0), FindingKind::program_root));
  BOOST_TEST(has(judge_user(1000), FindingKind::program_user));
  BOOST_TEST(has(judge_clock(false), FindingKind::clock_free));
  const auto room = [](std::int64_t megabytes, std::int64_t files, std::string refused) {
    return judge_room({"/srv", megabytes << 20, files, 5000, std::move(refused)});
  };
  BOOST_TEST(has(room(49, 2000, ""), FindingKind::disk_low));
  BOOST_TEST(has(room(50, 2000, ""), FindingKind::disk_room));
  BOOST_TEST(has(room(50, 999, ""), FindingKind::disk_files_low));
  BOOST_TEST(has(room(50, 2000, "Disk quota exceeded"), FindingKind::disk_full));
}

BOOST_AUTO_TEST_CASE(files_that_were_left_behind) {
  const TemporaryDirectory directory{"leftovers"};
  const auto config = directory.file("cardea.ini");
  write(config, "");
  write(directory.file("cardea.ini.new"), "");
  write(directory.file("cardea-setup-done.txt"), "");
  BOOST_TEST(has(look_for_leftovers(config, directory.path()), FindingKind::secrets_tidy));
  write(directory.file("cardea.ini~"), "");
  write(directory.file("cardea-setup-ABC.txt"), "");
  const auto found = look_for_leftovers(config, directory.path());
  BOOST_TEST(has(found, FindingKind::secret_left));
  BOOST_TEST(found.size() == 2u);
}

BOOST_AUTO_TEST_CASE(the_daily_look_among_the_checks) {
  OutsideLook look;
  BOOST_TEST(has(judge_canary(look, noon), FindingKind::canary_new));
  look.at = noon;
  BOOST_TEST(has(judge_canary(look, noon), FindingKind::canary_well));
  BOOST_TEST(has(judge_canary(look, noon + std::chrono::hours{49}), FindingKind::canary_late));
  look.found = {{FindingKind::gate_open, {{"url", "u"}, {"status", "200"}}}};
  const auto found = judge_canary(look, noon);
  BOOST_TEST(has(found, FindingKind::canary_alarm));
  BOOST_TEST(has(found, FindingKind::gate_open));
}

// Those that need a foreign file system, a second user's row from an older program, or a database that lies are made by the
// tests of their own rooms.
BOOST_AUTO_TEST_CASE(no_kind_that_needs_a_cure_was_forgotten_here) {
  if (seen().empty()) return;  // this case was run by itself
  const std::set<FindingKind> elsewhere{FindingKind::sign_outs_closed,
                                        FindingKind::sign_outs_network,  // tests/ended
                                        FindingKind::database_damaged,
                                        FindingKind::database_refuses_writing,  // tests/store, tests/server
                                        FindingKind::database_error,
                                        FindingKind::addresses_pair,  // tests/cli
                                        FindingKind::addresses_more,
                                        FindingKind::addresses_old,
                                        FindingKind::passwords_list_damaged,
                                        FindingKind::passwords_busy};
  for (const auto& row : finding_table)
    if (is_trouble(row.result) && elsewhere.count(row.kind) == 0)
      BOOST_TEST(seen().count(row.kind) == 1u, row.name);
}

BOOST_AUTO_TEST_SUITE_END()
