#include "upkeep/outside.h"

#include <algorithm>
#include <chrono>
#include <ctime>
#include <functional>
#include <utility>

#include "base/encoding.h"
#include "base/json.h"
#include "base/network.h"
#include "config/values.h"
#include "keys/directory.h"

namespace cardea {

using enum FindingKind;

namespace {

using Got = std::variant<HttpAnswer, HttpFailure>;
using Headers = std::vector<std::pair<std::string, Secret>>;

// The site may stand on this host or in the same network, and may be without https.
Got get(const std::string& url, Http& http, Headers headers = {}) {
  HttpCall call;
  call.url = url;
  call.trust.allow_private_addresses = true;
  call.headers = std::move(headers);
  return http.call(call);
}

Headers header(std::string name, std::string value) {
  Headers headers;
  headers.emplace_back(std::move(name), Secret(std::move(value)));
  return headers;
}

bool is_loopback(const SiteSettings& site) {
  const auto host = host_of_origin(site.url);
  for (const std::string_view own : {"localhost", "127.", "[::1]"})
    if (host.starts_with(own)) return true;
  return false;
}

// The member of the JSON object in the body; nothing if it has none, as the answer of another program would.
std::optional<std::string> member_of(const HttpAnswer& answer, std::string_view name) {
  const auto json = parse_json(answer.body);
  return json && json->is_object() ? string_member(*json, name) : std::nullopt;
}

Finding judge_health(const Got& got, const std::string& url) {
  if (const auto* failure = std::get_if<HttpFailure>(&got))
    return {failure->is_about_certificate ? certificate_refused : web_silent, {{"message", failure->why}}};
  const auto& answer = std::get<HttpAnswer>(got);
  const auto kind = !member_of(answer, "status") ? web_foreign
                    : answer.status != 200       ? web_unwell
                                                 : web_answers;
  return {kind, {{"url", url}, {"status", std::to_string(answer.status)}}};
}

Finding judge_authorization(const Got& got, TransportMode mode) {
  if (const auto* failure = std::get_if<HttpFailure>(&got)) return {web_silent, {{"message", failure->why}}};
  const auto& answer = std::get<HttpAnswer>(got);
  const std::string reason = member_of(answer, "reason").value_or("");
  if (reason == "malformed" || reason == "wrong_transport") return {web_authorization};
  if (reason != "missing") return {web_no_reason, {{"status", std::to_string(answer.status)}}};
  // The program knows behind which server it runs, and names that server's cure in its answer.
  const auto said = member_of(answer, "error_description");
  const bool apache = !said || said->find("CGIPassAuth") != std::string::npos;
  if (mode == TransportMode::cookie) return {apache ? web_kept_by_apache_from_none : web_kept_from_none};
  return {apache ? web_kept_by_apache : web_kept};
}

}  // namespace

Findings check_web(const SiteSettings& site, TransportMode mode, Http& http) {
  Findings findings;
  if (!site.https() && !is_loopback(site)) findings.push_back({web_in_the_open, {{"url", site.url}}});
  const std::string mount = site.url + site.mount;
  const auto health = get(mount + "/health", http);
  findings.push_back(judge_health(health, mount + "/health"));
  if (findings.back().result() != Result::fail)
    findings.push_back(
        judge_authorization(get(mount + "/verify", http, header("Authorization", "Bearer x")), mode));
  return findings;
}

namespace {

constexpr seconds tolerated_clock{60};

// IMF-fixdate (RFC 9110 section 5.6.7).
std::optional<Instant> time_of(std::string_view date) {
  tm moment{};
  const std::string text(date);
  const char* end = ::strptime(text.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &moment);
  if (end == nullptr || *end != '\0') return std::nullopt;
  return from_unix_seconds(::timegm(&moment));
}

bool is_copy(const HttpAnswer& answer) {
  const auto age = answer.header("age");
  if (!age.empty() && age != "0") return true;
  for (const auto* name : {"x-cache", "cf-cache-status", "x-cache-status", "x-litespeed-cache"}) {
    const auto said = answer.header(name);
    if (said.starts_with("HIT") || said.starts_with("hit")) return true;
  }
  return false;
}

std::string lost_headers(const HttpAnswer& answer) {
  std::string names;
  for (const auto* name : {"x-content-type-options", "x-frame-options", "referrer-policy",
                           "content-security-policy", "cache-control"})
    if (answer.header(name).empty()) names.append(names.empty() ? "" : ", ").append(name);
  return names;
}

}  // namespace

Findings check_way(const SiteSettings& site, Http& http, Instant now) {
  const auto url = site.url + site.mount + "/health";
  const auto got = get(url, http);
  const auto* answer = std::get_if<HttpAnswer>(&got);
  if (answer == nullptr) return {};  // check_web says so
  Findings findings;
  if (is_copy(*answer)) {
    findings.push_back({web_cached, {{"url", url}}});
  } else {
    findings.push_back({web_fresh});
  }
  const auto lost = lost_headers(*answer);
  if (lost.empty()) {
    findings.push_back({web_headers});
  } else {
    findings.push_back({web_headers_lost, {{"names", lost}}});
  }
  const auto date = time_of(answer->header("date"));
  const auto difference = date ? std::chrono::abs(now - *date) : milliseconds{0};
  if (difference > tolerated_clock)
    findings.push_back({clock_off, {{"seconds", std::to_string(difference.count() / 1000)}}});
  return findings;
}

Findings judge_certificate(const std::optional<Instant>& until, Instant now) {
  constexpr std::chrono::days soon{7};
  constexpr std::chrono::days near{21};
  if (!until) return {};
  const auto kind = *until - now < soon   ? certificate_ends_soon
                    : *until - now < near ? certificate_ends
                                          : certificate_valid;
  return {{kind, {{"time", rfc3339(*until)}}}};
}

// Other names

namespace {

bool leads_to(std::string_view location, const SiteSettings& site) {
  return location == site.url || location.starts_with(site.url + "/");
}

// What a name does with one path of the site, as a browser would see it.
Finding judge_name(const Got& got, const std::string& url, const SiteSettings& site) {
  const auto* answer = std::get_if<HttpAnswer>(&got);
  if (answer == nullptr || answer->status >= 400) return {name_unused, {{"url", url}}};
  const auto location = std::string(answer->header("location"));
  const bool is_elsewhere = answer->status >= 300 && location.find("://") != location.npos;
  if (is_elsewhere && leads_to(location, site)) return {name_leads, {{"url", url}, {"site", site.url}}};
  if (is_elsewhere) return {name_elsewhere, {{"url", url}, {"target", location}, {"site", site.url}}};
  if (site.https() && url.starts_with("http://")) return {name_plain, {{"url", url}}};
  return {name_double, {{"url", url}, {"site", site.url}}};
}

std::vector<std::string> other_names(const SiteSettings& site) {
  const auto scheme = site.url.substr(0, site.url.find("://") + 3);
  const std::string host(host_of_origin(site.url));
  if (host.find('.') == host.npos || parse_address(host) || host.starts_with('[')) return {};
  const auto other = host.starts_with("www.") ? host.substr(4) : "www." + host;
  std::vector<std::string> names;
  if (site.https()) names.push_back("http://" + host);
  if (site.url == scheme + host)
    names.push_back(scheme + other);  // with a port of its own it is no site of the public
  return names;
}

}  // namespace

Findings check_names(const SiteSettings& site, Http& http) {
  Findings findings;
  auto page = site.sign_in_page;
  if (const auto place = page.find("{language}"); place != page.npos) page.replace(place, 10, "en");
  for (const auto& name : other_names(site)) {
    auto worst =
        judge_name(get(name + site.mount + "/", http, header("Sec-Fetch-Mode", "navigate")), name, site);
    auto other = judge_name(get(name + page, http), name, site);
    findings.push_back(other.result() > worst.result() ? std::move(other) : std::move(worst));
  }
  return findings;
}

// Gates

namespace {

// "/members/" -> "/%6dembers/": web servers decode it before they look for the file.
std::string other_spelling(const std::string& path) {
  return path.size() < 3 ? path : "/%" + hex_encode(path.substr(1, 1)) + path.substr(2);
}

std::vector<std::string> ways_into(const std::string& path) {
  return {path,
          path + "index.html",
          path + "cardea-look.png",
          path + "cardea-look/",
          path + "cardea-look?page=1",
          other_spelling(path)};
}

bool is_refused(const HttpAnswer& answer, const SiteSettings& site) {
  if (answer.status == 401 || answer.status == 403) return true;
  const auto location = answer.header("location");
  const auto path = location.starts_with(site.url) ? location.substr(site.url.size()) : location;
  return answer.status / 100 == 3 && path.starts_with(site.mount + "/");
}

// Nothing if a stranger is refused there.
std::optional<Finding> judge_way_in(const Got& got, const std::string& url, const SiteSettings& site) {
  if (const auto* failure = std::get_if<HttpFailure>(&got))
    return Finding{gate_unclear, {{"url", url}, {"message", failure->why}}};
  const auto& answer = std::get<HttpAnswer>(got);
  if (is_refused(answer, site)) return std::nullopt;
  const auto status = std::to_string(answer.status);
  if (answer.status / 100 == 2) return Finding{gate_open, {{"url", url}, {"status", status}}};
  return Finding{gate_unclear, {{"url", url}, {"message", "HTTP " + status}}};
}

}  // namespace

Findings check_gates(const Settings& settings, Http& http) {
  if (settings.gate.paths.empty()) return {{gates_unnamed}};
  Findings findings;
  for (const auto& path : settings.gate.paths) {
    const auto before = findings.size();
    const auto ways = ways_into(path);
    for (const auto& way : ways) {
      const auto url = settings.site.url + way;
      if (auto found = judge_way_in(get(url, http), url, settings.site))
        findings.push_back(*std::move(found));
    }
    if (findings.size() == before)
      findings.push_back({gate_shut, {{"path", path}, {"count", std::to_string(ways.size())}}});
  }
  return findings;
}

// Secrets

namespace {

struct SecretFile {
  std::string path;
  std::string_view mark;  // what its text holds
};

std::vector<SecretFile> secret_files(const Settings& settings) {
  std::vector<SecretFile> files{{settings.file, "[database]"}};
  try {
    const KeyDirectory directory(settings.tokens.keys);
    const auto names = directory.names();
    if (!names.empty()) files.push_back({settings.tokens.keys + "/" + names.front().text(), "-----BEGIN "});
  } catch (const KeyError&) {
    // check_keys says so
  }
  if (settings.database.kind == DatabaseKind::sqlite)
    files.push_back({settings.database.path, "SQLite format 3"});
  return files;
}

// "/home/ada/web/cardea/cardea.ini" -> "/cardea.ini", "/cardea/cardea.ini", …: the last three parts at most.
std::vector<std::string> addresses_of(const std::string& path) {
  constexpr std::size_t max_parts = 3;
  std::vector<std::string> addresses;
  auto slash = path.rfind('/');
  while (slash != path.npos && addresses.size() < max_parts) {
    addresses.push_back(path.substr(slash));
    slash = slash == 0 ? path.npos : path.rfind('/', slash - 1);
  }
  return addresses;
}

bool shows(const Got& got, std::string_view mark) {
  const auto* answer = std::get_if<HttpAnswer>(&got);
  return answer != nullptr && answer->status / 100 == 2 && answer->body.find(mark) != std::string::npos;
}

}  // namespace

Findings check_secrets(const Settings& settings, Http& http) {
  Findings findings;
  for (const auto& file : secret_files(settings)) {
    for (const auto& address : addresses_of(file.path)) {
      const auto url = settings.site.url + address;
      if (shows(get(url, http, header("Range", "bytes=0-4095")), file.mark))
        findings.push_back({secret_shown, {{"path", file.path}, {"url", url}}});
    }
  }
  if (findings.empty()) findings.push_back({secrets_hidden});
  return findings;
}

// All of it

namespace {

constexpr seconds patience_with_all{30};

// Passes calls on until the time is over.
class Hurried final : public Http {
 public:
  explicit Hurried(Http& next) : next_(next) {}
  Got call(const HttpCall& call) override {
    if (std::chrono::steady_clock::now() > end_) return HttpFailure{"not asked: the site answers too slowly"};
    return next_.call(call);
  }

 private:
  Http& next_;
  std::chrono::steady_clock::time_point end_ = std::chrono::steady_clock::now() + patience_with_all;
};

}  // namespace

Findings check_outside(const Settings& settings, Http& http, Instant now) {
  Hurried hurried(http);
  auto findings = check_web(settings.site, settings.transport.mode, hurried);
  const bool is_silent = std::any_of(findings.begin(), findings.end(), [](const Finding& finding) {
    return finding.kind == web_silent || finding.kind == certificate_refused || finding.kind == web_foreign;
  });
  if (is_silent) return findings;
  const auto health = get(settings.site.url + settings.site.mount + "/health", hurried);
  if (const auto* answer = std::get_if<HttpAnswer>(&health))
    append(findings, judge_certificate(answer->certificate_until, now));
  append(findings, check_way(settings.site, hurried, now));
  append(findings, check_names(settings.site, hurried));
  append(findings, check_gates(settings, hurried));
  append(findings, check_secrets(settings, hurried));
  return findings;
}

}  // namespace cardea
