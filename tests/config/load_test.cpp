#include "config/load.h"

#include <boost/test/unit_test.hpp>
#include <string>
#include <thread>
#include <vector>

#include "config/sample.h"
#include "support/contains.h"

using namespace cardea;
using namespace std::chrono_literals;

namespace {

const std::string smallest = "[site]\nurl = https://example.com\n[database]\nurl = sqlite:/a.db\n";

std::string errors_in(const std::string& text) {
  return errors_of(parse_settings(text, "cardea.ini"));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(load)

BOOST_AUTO_TEST_CASE(two_keys_are_enough_and_the_rest_has_its_defaults) {
  const auto settings = settings_of(Sample{}.read());
  BOOST_TEST(settings.file == "/etc/cardea/cardea.ini");
  BOOST_TEST(settings.site.url == "https://example.com");
  BOOST_TEST(settings.site.https());
  BOOST_TEST(settings.site.mount == "/auth");
  BOOST_TEST(settings.site.trusted_proxies.empty());
  BOOST_TEST(settings.site.allowed_origins.empty());
  BOOST_TEST(settings.database.table_prefix == "cardea_");
  BOOST_TEST(settings.database.connections == 4);
  BOOST_CHECK(settings.database.connect_timeout == 3s);
  BOOST_CHECK(settings.tokens.access_ttl == 30min);
  BOOST_CHECK(settings.tokens.refresh_ttl == 720h);
  BOOST_CHECK(settings.tokens.session_max == 365 * 24h);
  BOOST_CHECK(settings.tokens.rotation_grace == 10s);
  BOOST_CHECK(settings.tokens.renew_min_interval == 0s);
  BOOST_CHECK(settings.tokens.algorithm == Algorithm::es256);
  BOOST_TEST(settings.tokens.audience.empty());
  BOOST_CHECK(settings.tokens.clock_skew == 60s);
  BOOST_TEST(!settings.tokens.refresh_needs_access_token);
  BOOST_CHECK(!settings.tokens.refresh_slide_within);
  BOOST_CHECK(settings.tokens.revocation_poll == 5s);
  BOOST_CHECK(settings.transport.mode == TransportMode::cookie);
  BOOST_CHECK(!settings.transport.header_sunset);
  BOOST_TEST(settings.cookies.domain.empty());
  BOOST_CHECK(settings.cookies.same_site == SameSite::lax);
  BOOST_TEST(settings.cookies.access_path == "/");
  BOOST_TEST(settings.password.min_length == 8);
  BOOST_TEST(settings.password.max_length == 1024);
  BOOST_TEST(settings.password.memory == 19 * 1024 * 1024);
  BOOST_TEST(settings.password.iterations == 2);
  BOOST_TEST(settings.limits.body == 64 * 1024);
  BOOST_TEST(settings.limits.account_failures.failures == 5);
  BOOST_CHECK(settings.limits.account_failures.window == 15min);
  BOOST_TEST(settings.limits.address_failures.failures == 50);
  BOOST_CHECK(settings.limits.address_failures.window == 15min);
  BOOST_TEST(settings.limits.devices_per_user == 0);
  BOOST_TEST(settings.registration_open);
  BOOST_TEST(settings.limits.address_registrations.failures == 10);
  BOOST_TEST(settings.limits.network_registrations.failures == 30);
  BOOST_CHECK(settings.gate.mode == GateMode::required);
  BOOST_TEST(settings.gate.scope.empty());
  BOOST_TEST(settings.site.logo.empty());
  BOOST_TEST(!settings.mail.on());
  const std::vector<std::string> sendmail{"/usr/sbin/sendmail", "-t", "-i"};
  BOOST_TEST(settings.mail.sendmail == sendmail, boost::test_tools::per_element());
  BOOST_CHECK(settings.watch.token_reuse == WatchAction::revoke_device);
  BOOST_CHECK(settings.watch.platform_change == WatchAction::tell);
  BOOST_CHECK(settings.watch.many_devices == WatchAction::tell);
  BOOST_CHECK(settings.watch.many_networks == WatchAction::tell);
  BOOST_CHECK(settings.watch.guessed_password == WatchAction::tell);
}

BOOST_AUTO_TEST_CASE(some_defaults_follow_from_other_keys) {
  const auto settings =
      settings_of(Sample{}.set("site", "url", "http://localhost:8080").set("site", "mount", "/a/b").read());
  BOOST_TEST(settings.site.name == "localhost");
  BOOST_TEST(settings.mail.from_name == "localhost");
  BOOST_TEST(settings.tokens.issuer == "http://localhost:8080");
  BOOST_TEST(settings.tokens.keys == "/etc/cardea/keys");
  BOOST_TEST(settings.tokens.revocations == "/etc/cardea/keys/revoked");
  BOOST_TEST(settings.cookies.refresh_path == "/a/b");
  BOOST_TEST(settings.password.concurrency ==
             static_cast<int>(std::max(1U, std::thread::hardware_concurrency())));
}

BOOST_AUTO_TEST_CASE(what_is_written_wins_over_what_would_follow) {
  const auto settings = settings_of(Sample{}
                                        .set("site", "name", "Shop")
                                        .set("tokens", "issuer", "shop")
                                        .set("tokens", "keys", "/srv/keys")
                                        .set("tokens", "revocations", "ended")
                                        .set("cookies", "refresh_path", "/")
                                        .set("password", "concurrency", "3")
                                        .read());
  BOOST_TEST(settings.site.name == "Shop");
  BOOST_TEST(settings.tokens.issuer == "shop");
  BOOST_TEST(settings.tokens.keys == "/srv/keys");
  BOOST_TEST(settings.tokens.revocations == "/etc/cardea/ended");
  BOOST_TEST(settings.cookies.refresh_path == "/");
  BOOST_TEST(settings.password.concurrency == 3);
}

BOOST_AUTO_TEST_CASE(lists_choices_and_limits_arrive) {
  const auto settings =
      settings_of(Sample{}
                      .set("site", "trusted_proxies", "10.0.0.0/8, ::1")
                      .set("site", "allowed_origins", "https://a.example.com, https://b.example.com")
                      .set("tokens", "algorithm", "EdDSA")
                      .set("tokens", "refresh_slide_within", "7d")
                      .set("transport", "mode", "both")
                      .set("transport", "header_sunset", "2026-12-31")
                      .set("cookies", "same_site", "Strict")
                      .set("limits", "login_failures", "address 7 in 1h, account 3 in 30s")
                      .set("registration", "open", "no")
                      .set("registration", "limit", "network 9 in 1m, address 8 in 2m")
                      .set("gate", "mode", "optional")
                      .set("mail", "sendmail", "/opt/mail -x  yz")
                      .set("mail", "from", "Shop, Inc. <Shop@example.com>")
                      .set("watch", "many_devices", "revoke_all")
                      .read());
  BOOST_TEST(settings.site.trusted_proxies.size() == 2U);
  BOOST_TEST(settings.site.allowed_origins.size() == 2U);
  BOOST_CHECK(settings.tokens.algorithm == Algorithm::eddsa);
  BOOST_CHECK(settings.tokens.refresh_slide_within == seconds{168h});
  BOOST_CHECK(settings.transport.mode == TransportMode::both);
  BOOST_TEST(rfc3339(settings.transport.header_sunset.value()) == "2026-12-31T00:00:00Z");
  BOOST_CHECK(settings.cookies.same_site == SameSite::strict);
  BOOST_TEST(settings.limits.account_failures.failures == 3);
  BOOST_CHECK(settings.limits.address_failures.window == 1h);
  BOOST_TEST(!settings.registration_open);
  BOOST_TEST(settings.limits.address_registrations.failures == 8);
  BOOST_TEST((settings.limits.address_registrations.window == seconds{120}));
  BOOST_TEST(settings.limits.network_registrations.failures == 9);
  BOOST_CHECK(settings.gate.mode == GateMode::optional);
  BOOST_TEST(settings.mail.sendmail.size() == 3U);
  BOOST_TEST(settings.mail.sendmail.back() == "yz");
  BOOST_TEST(settings.mail.on());
  BOOST_TEST(settings.mail.from == "Shop@example.com");
  BOOST_TEST(settings.mail.from_name == "Shop, Inc.");
  BOOST_CHECK(settings.watch.many_devices == WatchAction::revoke_all);
}

BOOST_AUTO_TEST_CASE(messages_name_file_line_and_what_is_allowed) {
  BOOST_TEST(errors_in(smallest + "[tokens]\n\naccess_ttl = 30x\n") ==
             "cardea.ini:7: [tokens] access_ttl: '30x' is not a duration; write 30s, 15m, 3h, 30d or 1y\n");
  BOOST_TEST(errors_in(smallest + "[tokens]\naccess_ttl = 8d\n") ==
             "cardea.ini:6: [tokens] access_ttl: '8d' is out of range; allowed are 1m to 7d\n");
  BOOST_TEST(errors_in(smallest + "[transport]\nmode = cookies\n") ==
             "cardea.ini:6: [transport] mode: 'cookies' is not one of the choices; allowed are cookie, both, "
             "header\n");
}

BOOST_AUTO_TEST_CASE(all_findings_are_told_in_the_order_of_their_lines) {
  const auto read =
      parse_settings("[tokens]\nclock_skew = x\naccess_ttl = y\n[nope]\n[site]\nurl = z\nurl = z\n", "f");
  const auto& errors = std::get<std::vector<ConfigError>>(read);
  std::vector<int> lines;
  for (const auto& error : errors) lines.push_back(error.line);
  BOOST_TEST((lines == std::vector<int>{2, 3, 4, 6, 7}), errors_of(read));
}

BOOST_AUTO_TEST_CASE(required_keys_are_missed) {
  BOOST_TEST(errors_in("") ==
             "cardea.ini: [site] url is missing and has no default\ncardea.ini: [database] url is missing "
             "and has no default\n");
  BOOST_TEST(contains(errors_in("[site]\nurl =\n[database]\nurl = sqlite:/a.db\n"),
                      "cardea.ini:2: [site] url is missing"));
}

BOOST_AUTO_TEST_CASE(unknown_sections_and_keys_are_refused) {
  BOOST_TEST(contains(errors_in(smallest + "[Tokens]\n"),
                      "cardea.ini:5: [Tokens] is not a known section; known are site, "));
  BOOST_TEST(
      contains(errors_in(smallest + "[tokens]\nacess_ttl = 30m\n"),
               "cardea.ini:6: [tokens] acess_ttl is not a known key; known are access_ttl, refresh_ttl, "));
  BOOST_TEST(contains(errors_in(smallest + "[tokens]\nACCESS_TTL = 30m\n"), "not a known key"));
  BOOST_TEST(contains(errors_in("url = x\n" + smallest), "cardea.ini:1: url is before the first section"));
}

BOOST_AUTO_TEST_CASE(an_unknown_section_is_told_once) {
  BOOST_TEST(contains(errors_in(smallest + "[nope]\na = 1\nb = 2\n"), "cardea.ini:5: "));
  BOOST_TEST(!contains(errors_in(smallest + "[nope]\na = 1\nb = 2\n"), "cardea.ini:6: "));
}

BOOST_AUTO_TEST_CASE(a_key_given_twice_is_refused) {
  BOOST_TEST(errors_in(smallest + "[tokens]\naccess_ttl = 5m\naccess_ttl = 5m\n") ==
             "cardea.ini:7: access_ttl is given twice, first in line 6\n");
}

BOOST_AUTO_TEST_CASE(a_password_with_a_blank_and_a_semicolon_is_not_cut) {
  const auto errors =
      errors_in("[site]\nurl = https://example.com\n[database]\nurl = mysql://u:hunter2 ;x@h/db\n");
  BOOST_TEST(contains(errors, "cardea.ini:4: "));
  BOOST_TEST(contains(errors, "%20"));
  BOOST_TEST(!contains(errors, "hunter2"));
  const auto settings = settings_of(Sample{}.set("database", "url", "mysql://u:hunter2%20;x@h/db").read());
  BOOST_TEST(settings.database.password.reveal() == "hunter2 ;x");
}

BOOST_AUTO_TEST_CASE(byte_order_mark_and_crlf_are_taken) {
  BOOST_TEST(
      errors_in("\xEF\xBB\xBF[site]\r\nurl = https://example.com\r\n[database]\r\nurl = sqlite:/a.db\r\n")
          .empty());
}

BOOST_AUTO_TEST_CASE(a_long_list_of_proxies_fits) {
  std::string list;
  for (int i = 0; i < 60; ++i)
    list += "10." + std::to_string(i) + ".0.0/16, 2001:db8:" + std::to_string(i) + "::/48, ";
  const auto settings = settings_of(Sample{}.set("site", "trusted_proxies", list).read());
  BOOST_TEST(settings.site.trusted_proxies.size() == 120U);
}

BOOST_AUTO_TEST_CASE(long_values_are_cut_in_messages) {
  const auto errors = errors_in(smallest + "[tokens]\naccess_ttl = " + std::string(1900, 'x') + "\n");
  BOOST_TEST(errors.size() < 200U);
}

BOOST_AUTO_TEST_CASE(messages_are_plain_lines) {
  BOOST_TEST(contains(errors_in(smallest + "[tokens]\naccess_ttl = 30\tm\n"),
                      "access_ttl: the value is not a duration"));
}

BOOST_AUTO_TEST_CASE(settings_that_contradict_each_other_are_refused_at_the_key) {
  const auto refused = [](Sample& sample, const std::string& name) {
    const auto errors = errors_of(sample.read());
    BOOST_TEST(contains(errors, name), name << " not in: " << errors);
  };
  refused(Sample{}.set("tokens", "access_ttl", "2h").set("tokens", "refresh_ttl", "1h"),
          "[tokens] access_ttl");
  refused(Sample{}.set("tokens", "session_max", "29d"), "[tokens] session_max");
  refused(Sample{}.set("tokens", "refresh_ttl", "400d"), "[tokens] session_max");
  refused(Sample{}.set("tokens", "renew_min_interval", "30d"), "[tokens] renew_min_interval");
  refused(Sample{}.set("tokens", "refresh_slide_within", "31d"), "[tokens] refresh_slide_within");
  refused(Sample{}.set("transport", "mode", "header").set("transport", "header_sunset", "2026-12-31"),
          "[transport] header_sunset");
  refused(Sample{}.set("cookies", "domain", "other.example"), "[cookies] domain");
  refused(Sample{}.set("site", "url", "http://192.0.2.1").set("cookies", "domain", "2.1"),
          "[cookies] domain");
  refused(Sample{}.set("site", "url", "http://example.com").set("cookies", "same_site", "None"),
          "[cookies] same_site");
  refused(Sample{}.set("site", "mount", "/a/b").set("cookies", "refresh_path", "/a/b/refresh"),
          "[cookies] refresh_path");
  refused(Sample{}.set("cookies", "access_path", "/shop"), "[cookies] access_path");
}

BOOST_AUTO_TEST_CASE(settings_at_the_edge_of_a_contradiction_are_accepted) {
  const auto accepted = [](Sample& sample) {
    BOOST_TEST(errors_of(sample.read()).empty(), errors_of(sample.read()));
  };
  accepted(Sample{}.set("tokens", "access_ttl", "1h").set("tokens", "refresh_ttl", "1h"));
  accepted(Sample{}.set("tokens", "refresh_ttl", "400d").set("tokens", "session_max", "0"));
  accepted(Sample{}.set("tokens", "refresh_ttl", "1y").set("tokens", "session_max", "1y"));
  accepted(Sample{}.set("tokens", "refresh_slide_within", "30d"));
  accepted(Sample{}.set("site", "url", "https://a.b.example.com").set("cookies", "domain", "b.example.com"));
  accepted(Sample{}.set("site", "mount", "/a/b").set("cookies", "refresh_path", "/a"));
}

BOOST_AUTO_TEST_CASE(no_message_repeats_a_database_url_wherever_it_was_put) {
  const std::string url = "mysql://u:hunter2@h/db";
  for (const auto* place :
       {"[site]\nurl = ", "[site]\nname = ", "[tokens]\nkeys = ", "[gate]\nscope = \"", "[site]\nmount = ",
        "[tokens]\naccess_ttl = ", "[limits]\nlogin_failures = ", "[database]\nurl = x", "[database]\n",
        "[database]\nurl: ", "[database] url = ", "[database]\npassword_file = ", "[nope]\nx = ", "", " ",
        "[database]\nurll = ", "[database]\nurl = ", "[site]\ntrusted_proxies = ", "["}) {
    const auto errors = errors_in(place + url + "\n" + place + url + "\n");
    BOOST_TEST(!errors.empty());
    BOOST_TEST(!contains(errors, "hunter2"), errors);
  }
}

BOOST_AUTO_TEST_SUITE_END()
