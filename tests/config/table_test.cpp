#include "config/table.h"

#include <boost/test/unit_test.hpp>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "config/sample.h"

using namespace cardea;

namespace {

struct KeyCase {
  std::string section;
  std::string key;
  std::vector<std::string> valid;
  std::vector<std::string> invalid;
};

const std::string long_text(300, 'x');
const std::vector<std::string> watch_actions{"off", "record", "tell", "revoke_device", "revoke_all"};
const std::vector<std::string> no_watch_actions{"", "on", "yes", "Tell", "revoke", "tell, record"};

// One row for each row of the table, but those of providers (provider_test.cpp). password_file is tried with
// real files elsewhere.
const std::vector<KeyCase> cases{
    {"site",
     "url",
     {"https://example.com", "http://localhost:8080", "http://127.0.0.1"},
     {"", "example.com", "https://example.com/", "https://Example.com", "https://example.com:443",
      "ftp://example.com"}},
    {"site",
     "mount",
     {"/auth", "/a/b", "/~alice/auth"},
     {"", "/", "auth", "/auth/", "/a//b", "/a/../b", "/a b", "/" + long_text}},
    {"site", "name", {"", "My Site", "J\xC3\xA4ger & S\xC3\xB6hne", "Caf\xC3\xA9 #1"}, {"a\tb", long_text}},
    {"site",
     "trusted_proxies",
     {"", "10.0.0.0/8", "127.0.0.1, ::1", "10.0.0.0/8 2001:db8::/32,"},
     {"10.0.0.1/8", "10.0.0.0/33", "proxy.example.com", "*", "10.0.0.0/8;::1", "fe80::1%eth0"}},
    {"site",
     "allowed_origins",
     {"", "https://app.example.com", "https://a.example.com, http://localhost:3000"},
     {"*", "null", "https://*.example.com", "https://app.example.com/", "app.example.com"}},
    {"site",
     "sign_in_page",
     {"/cardea/sign-in.html", "/login", "/", "/cardea/{language}/sign-in.html"},
     {"", "sign-in.html", "https://example.com/sign-in", "//evil.example", "/\\evil.example", "/sign-in?x=1",
      "/{tongue}/a", "/{language}", "/x{language}/a", "/{language}/{language}/a", "/{language}/",
      "/" + long_text}},
    {"site",
     "logo",
     {"", "/logo.svg", "/img/logo-2.png"},
     {"logo.svg", "https://example.com/logo.svg", "//evil.example/logo.svg", "/\\evil", "/a b", "/l?x=1",
      "/" + long_text}},
    {"database",
     "url",
     {"sqlite:/a.db", "mysql://u:p@h/db"},
     {"", "sqlite:a.db", "mysql://h", "mysql://u:p@h/db?tls=required"}},
    {"database", "password_file", {""}, {"/nonexistent/password", "/dev/null", "/"}},
    {"database",
     "table_prefix",
     {"cardea_", "a", "wp2_auth_"},
     {"", "Cardea_", "1a", "_a", "a-b", "a b", "a`b", "a'b", std::string(31, 'a')}},
    {"database", "connections", {"1", "4", "64"}, {"", "0", "65", "-1", "4O", " ", "4.0", "many"}},
    {"database", "connect_timeout", {"1s", "3s", "1m"}, {"", "0", "61s", "3", "3000ms", "2h"}},
    {"tokens", "access_ttl", {"1m", "30m", "3h", "7d"}, {"", "0", "59s", "8d", "30", "30x", "-30m"}},
    {"tokens", "refresh_ttl", {"30m", "1h", "30d", "365d", "1y"}, {"", "0", "59s", "401d", "2y", "forever"}},
    {"tokens", "session_max", {"0", "30d", "1y", "10y"}, {"", "11y", "1", "never"}},
    {"tokens", "rotation_grace", {"0", "10s", "60s", "1m"}, {"", "61s", "2m", "10"}},
    {"tokens", "renew_min_interval", {"0", "1h", "29d"}, {"", "31d", "1"}},
    {"tokens",
     "algorithm",
     {"ES256", "EdDSA", "HS256", "RS256"},
     {"", "none", "es256", "HS512", "ES256,HS256"}},
    {"tokens", "keys", {"keys", "/etc/cardea/keys", "../keys"}, {""}},
    {"tokens", "issuer", {"", "moic", "https://id.example.com/"}, {"two words", "caf\xC3\xA9", long_text}},
    {"tokens", "audience", {"", "api", "https://api.example.com"}, {"two words", "caf\xC3\xA9", long_text}},
    {"tokens", "clock_skew", {"0", "60s", "5m"}, {"", "301s", "6m", "60"}},
    {"tokens", "refresh_needs_access_token", {"yes", "no"}, {"", "true", "1", "Yes", "on"}},
    {"tokens", "refresh_slide_within", {"", "7d", "30d"}, {"0", "7", "week"}},
    {"tokens", "revocation_poll", {"1s", "5s", "5m"}, {"", "0", "6m", "5"}},
    {"tokens", "revocations", {"", "/var/lib/cardea/revoked", "../revoked"}, {}},
    {"tokens", "introspection_secret_file", {""}, {"/nonexistent/secret", "/dev/null", "/"}},
    {"transport", "mode", {"cookie", "both", "header"}, {"", "cookies", "Cookie", "cookie,header"}},
    {"transport",
     "header_sunset",
     {"", "2026-12-31"},
     {"2026-02-30", "31.12.2026", "soon", "2026-12-31T00:00:00Z"}},
    {"cookies",
     "domain",
     {"", "example.com"},
     {".example.com", "com", "Example.com", "other.com", "ample.com", "sub.example.com", "[::1]"}},
    {"cookies", "same_site", {"Lax", "Strict", "None"}, {"", "lax", "off"}},
    {"cookies",
     "access_path",
     {"/", "/auth"},
     {"", "auth", "/auth/", "/app", "/auth/refresh", "/a;b", "/au"}},
    {"cookies", "refresh_path", {"", "/auth", "/"}, {"auth", "/auth/", "/auth/refresh", "/other", "/aut"}},
    {"password", "min_length", {"4", "8", "128"}, {"", "0", "3", "129", "eight"}},
    {"password", "max_length", {"256", "1024", "4096"}, {"", "255", "4097", "1KiB"}},
    {"password",
     "memory",
     {"7MiB", "19MiB", "256MiB", "19922944", "8192KiB"},
     {"", "6MiB", "257MiB", "19MB", "19", "1TiB", "19 MiB"}},
    {"password", "iterations", {"1", "2", "10"}, {"", "0", "11", "two"}},
    {"password", "concurrency", {"", "1", "8", "256"}, {"0", "257", "all", "-1"}},
    {"password",
     "imported",
     {"", "bcrypt", "phpass, wordpress", "bcrypt,bcrypt", "drupal pbkdf2 crypt argon2i",
      "phpbb, scrypt, mysql, salted, md5, sha1, sha256"},
     {"md4", "bcrypt; phpass", "Bcrypt", "all"}},
    {"password", "common", {"refuse", "warn", "off"}, {"", "yes", "Refuse", "refuse, warn"}},
    {"password", "common_file", {""}, {"/nonexistent/list", "/dev/null", "/", "/etc/passwd"}},
    {"limits", "body", {"1KiB", "64KiB", "1MiB", "2048"}, {"", "0", "1023", "2MiB", "64", "64KB"}},
    {"limits", "request_time", {"1s", "10s", "5m"}, {"", "0", "0s", "6m", "10"}},
    {"limits",
     "login_failures",
     {"account 5 in 15m, address 50 in 15m", "address 50 in 1h,account 3 in 30s",
      " account  1  in  1s ,  address 1000000 in 1d"},
     {"", "5", "account 5 in 15m", "address 50 in 15m", "account 5 in 15m, account 5 in 15m",
      "account 5 in 15m, address 50", "account 0 in 15m, address 50 in 15m",
      "account 5 in 0, address 50 in 15m", "account 5 in 2d, address 50 in 15m",
      "account 5 in 15m address 50 in 15m", "account 5 in 15m; address 50 in 15m",
      "account 5 per 15m, address 50 in 15m", "account 5 in 15m, address 50 in 15m, user 1 in 1m",
      "account 1000001 in 15m, address 50 in 15m", "account 5 in 15m,, address 50 in 15m",
      "Account 5 in 15m, address 50 in 15m"}},
    {"limits", "devices_per_user", {"0", "1", "1000"}, {"", "-1", "1001", "none"}},
    {"registration", "open", {"yes", "no"}, {"", "true", "invite"}},
    {"registration", "usernames", {"no", "optional", "required"}, {"", "yes", "No"}},
    {"registration", "verify_email", {"", "no", "later", "first"}, {"yes", "First", "always"}},
    {"registration",
     "limit",
     {"address 10 in 1h, network 30 in 1h", "network 1 in 1s,address 1000000 in 1d"},
     {"", "10", "address 10 in 1h", "network 30 in 1h", "address 10 in 1h, account 30 in 1h",
      "address 0 in 1h, network 30 in 1h", "address 10 in 1h, network 30 in 2d",
      "address 10 in 1h, network 30 in 1h, network 30 in 1h"}},
    {"registration", "delete_after", {"0", "1d", "7d", "1y"}, {"", "-1", "2y", "7", "never"}},
    {"factors", "fresh", {"1m", "10m", "1h", "1d"}, {"", "0", "59s", "25h", "10"}},
    {"gate", "mode", {"required", "optional"}, {"", "off", "Required"}},
    {"gate",
     "scope",
     {"", "admin", "read:orders write:orders"},
     {"a  b", "a\"b", "a\\b", "caf\xC3\xA9", long_text}},
    {"gate", "need", {"", "proven"}, {"mfa", "Proven", "proven proven"}},
    {"gate", "paths", {"", "/members/", "/members, /staff/"}, {"members", "/a b/", "/a/../b", "/x, y"}},
    {"mail",
     "sendmail",
     {"/usr/sbin/sendmail -t -i", "/usr/bin/msmtp  -t", "/usr/local/bin/mail-it"},
     {"", "sendmail -t", "-t", "/usr/sbin/sendmail 'a b'", "/usr/sbin/sendmail | tee /tmp/x",
      "/" + long_text}},
    {"mail",
     "smtp",
     {"", "smtps://mail.example.com", "smtps://mail.example.com:4650", "smtps://[2001:db8::1]:465",
      "smtp://localhost", "smtp://127.0.0.1:2525", "smtp://[::1]:25"},
     {"mail.example.com",
      "http://mail.example.com",
      "smtps://",
      "smtps://u@",
      "smtps://@mail.example.com",
      "smtps://u:secret@mail.example.com",
      "smtps://u@x@mail.example.com",
      "smtps://mail.example.com:0",
      "smtps://mail.example.com:65536",
      "smtps://mail.example.com/x",
      "smtps://u%0A@mail.example.com",
      "smtps://u%00@mail.example.com",
      "smtps://u@mail.example.com?ca=own.pem",
      "smtps://u@mail.example.com?verify=no",
      "smtps://a b@mail.example.com",
      "smtp://mail.example.com",
      "smtp://10.0.0.1",
      "smtp://127.evil.example",
      "smtp://localhost.example.com",
      "smtp://u@localhost",
      "smtp://localhost?ca=/etc/ssl/own.pem",
      "SMTPS://mail.example.com"}},
    {"mail", "password_file", {""}, {"/nonexistent/password", "/dev/null", "/"}},
    {"mail",
     "from",
     {"", "noreply@example.com", "<noreply@example.com>", "My Site <noreply@example.com>",
      "\xED\x95\x9C\xEA\xB8\x80 <noreply@example.com>", "Shop, Inc. <a@example.com>"},
     {"noreply", "My Site", "My Site <noreply@example.com", "a@example.com, b@example.com",
      "<a@example.com> x", "a\tb <a@example.com>", long_text + " <a@example.com>",
      "A <b@example.com> <c@example.com>"}},
    {"mail",
     "theme",
     {"", "--accent: #0b6e4f", "--accent:#0b6e4f; --round: 4px;", "--font: \"Noto Sans KR\", sans-serif"},
     {"#0b6e4f", "accent: #0b6e4f", "--accent", "--accent:", "--background: red",
      "--paper: url(https://x.example/)", "--paper: red\\3b", "--paper: red}",
      "--paper: " + std::string(201, 'a')}},
    {"watch", "token_reuse", watch_actions, no_watch_actions},
    {"watch", "platform_change", watch_actions, no_watch_actions},
    {"watch", "many_devices", watch_actions, no_watch_actions},
    {"watch", "many_networks", watch_actions, no_watch_actions},
    {"watch", "guessed_password", watch_actions, no_watch_actions},
};

std::set<std::string> names_of_table() {
  std::set<std::string> names;
  for (const auto& setting : settings_table())
    if (setting.section != provider_section)
      names.insert(std::string{setting.section} + '.' + std::string{setting.key});
  return names;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(table)

BOOST_AUTO_TEST_CASE(every_key_is_tried_here) {
  std::set<std::string> tried;
  for (const auto& row : cases) tried.insert(row.section + '.' + row.key);
  BOOST_TEST(tried == names_of_table(), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(no_key_stands_in_the_table_twice) {
  std::set<std::pair<std::string_view, std::string_view>> names;
  for (const auto& setting : settings_table()) names.insert({setting.section, setting.key});
  BOOST_TEST(names.size() == settings_table().size());
}

BOOST_AUTO_TEST_CASE(valid_values_are_accepted) {
  for (const auto& [section, key, valid, invalid] : cases)
    for (const auto& value : valid) {
      Sample sample;
      if (key == "verify_email") sample.set("mail", "from", "noreply@example.com");
      const auto errors = errors_of(sample.set(section, key, value).read());
      BOOST_TEST(errors.empty(), errors);
    }
}

BOOST_AUTO_TEST_CASE(bad_values_are_refused_with_section_and_key) {
  for (const auto& [section, key, valid, invalid] : cases)
    for (const auto& value : invalid) {
      const auto errors = errors_of(Sample{}.set(section, key, value).read());
      BOOST_TEST(errors.find('[' + section + "] " + key) != std::string::npos,
                 key << " = " << value << ": " << errors);
    }
}

BOOST_AUTO_TEST_CASE(every_default_is_a_good_value) {
  for (const auto& setting : settings_table()) {
    Settings settings;
    settings.file = "/etc/cardea/cardea.ini";
    settings.providers.emplace_back();
    const auto problem = setting.apply(setting.default_text, settings);
    BOOST_TEST(problem.has_value() == setting.required, setting.key << ": " << problem.value_or("accepted"));
  }
}

BOOST_AUTO_TEST_CASE(every_key_says_why_in_one_line) {
  for (const auto& setting : settings_table()) {
    BOOST_TEST(!setting.why.empty());
    BOOST_TEST(setting.why.find('\n') == std::string_view::npos);
    BOOST_TEST(setting.why.ends_with('.'));
  }
}

BOOST_AUTO_TEST_SUITE_END()
