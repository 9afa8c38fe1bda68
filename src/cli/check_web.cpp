#include <set>

#include "base/json.h"
#include "cli/check.h"
#include "http/client.h"

namespace cardea {
namespace {

constexpr char area[] = "web";
constexpr std::size_t max_hops = 5;

// The site may stand on this host or in the same network, and may be without https.
std::variant<HttpAnswer, HttpFailure> get(const std::string& url, std::string authorization = "") {
  HttpCall call;
  call.url = url;
  call.trust.allow_private_addresses = true;
  if (!authorization.empty()) call.headers.emplace_back("Authorization", Secret(std::move(authorization)));
  return HttpsClient().call(call);
}

bool is_loopback(const SiteSettings& site) {
  const std::string_view host = std::string_view(site.url).substr(site.url.find("://") + 3);
  for (const std::string_view own : {"localhost", "127.", "[::1]"})
    if (host.starts_with(own)) return true;
  return false;
}

// The member of the JSON object in the body; nothing if it has none, as the answer of another program would.
std::optional<std::string> member_of(const HttpAnswer& answer, std::string_view name) {
  const auto json = parse_json(answer.body);
  return json && json->is_object() ? string_member(*json, name) : std::nullopt;
}

Finding judge_health(const std::variant<HttpAnswer, HttpFailure>& got, const std::string& url) {
  if (const auto* failure = std::get_if<HttpFailure>(&got))
    return {Result::fail, area, failure->why, "see [site] url and whether the web server runs"};
  const auto& answer = std::get<HttpAnswer>(got);
  const std::string seen = url + " answers " + std::to_string(answer.status);
  if (!member_of(answer, "status"))
    return {Result::fail, area, seen + ", and not by this program",
            "see [site] mount and the web server's files in conf/"};
  if (answer.status != 200)
    return {Result::fail, area, seen + ": the program runs there but is not well",
            "run `cardea check` as the web server's user"};
  return {Result::ok, area, seen, ""};
}

Finding judge_authorization(const std::variant<HttpAnswer, HttpFailure>& got, TransportMode mode) {
  if (const auto* failure = std::get_if<HttpFailure>(&got)) return {Result::fail, area, failure->why, ""};
  const auto& answer = std::get<HttpAnswer>(got);
  const std::string reason = member_of(answer, "reason").value_or("");
  if (reason == "malformed" || reason == "wrong_transport")
    return {Result::ok, area, "the Authorization header reaches the program", ""};
  if (reason != "missing")
    return {Result::warn, area,
            "/verify answers " + std::to_string(answer.status) + " without a known reason",
            "see whether the mount leads to this version of the program"};
  // The program knows behind which server it runs, and names that server's cure in its answer.
  const auto said = member_of(answer, "error_description");
  const bool apache = !said || said->find("CGIPassAuth") != std::string::npos;
  const std::string cure =
      apache ? "Apache: `CGIPassAuth On` in the mount's <Location>, <Directory> or .htaccess"
             : "let the web server, and a proxy in front of it, hand the header on";
  const std::string text = "the web server keeps the Authorization header from the program";
  if (mode == TransportMode::cookie)
    return {Result::warn, area, text + "; cookies do not need it",
            cure + ", before mode becomes both or header"};
  return {Result::fail, area, text, cure};
}

Findings by_hand(const SiteSettings& site) {
  const std::string mount = site.url + site.mount;
  return {{Result::skip, area, "an https site is not asked by this program", "curl -i " + mount + "/health"},
          {Result::skip, area, "this should answer reason malformed or wrong_transport, not missing",
           "curl -i -H 'Authorization: Bearer x' " + mount + "/verify"}};
}

}  // namespace

Findings judge_proxies(const std::vector<Network>& trusted, const std::vector<Event>& events) {
  Findings findings;
  if (holds_strangers(trusted))
    findings.push_back({Result::fail, "proxies",
                        "[site] trusted_proxies holds so much of the internet that strangers are in it: they "
                        "may claim any address, and read /metrics",
                        "list the addresses of your own proxies alone"});
  std::set<std::string> unknown;
  for (const Event& event : events)
    if (event.ip.starts_with("unknown") && unknown.size() < max_hops) unknown.insert(event.ip);
  if (!unknown.empty()) {
    std::string text = "clients came without an address that is understood:";
    for (const auto& name : unknown) text += " " + name;
    findings.push_back(
        {Result::warn, "proxies", text,
         "let the proxy write each client's address into X-Forwarded-For, and list it in [site] "
         "trusted_proxies"});
  }
  if (findings.empty() && !trusted.empty())
    findings.push_back({Result::ok, "proxies", "trusted_proxies is as narrow as it should be", ""});
  return findings;
}

Findings check_proxies(Tools& tools) {
  std::vector<Event> events;
  try {
    EventFilter filter;
    filter.since = tools.now() - std::chrono::days{7};
    filter.limit = 1000;
    events = tools.store().events(filter);
  } catch (const std::runtime_error&) {
    // The database has its own finding.
  }
  return judge_proxies(tools.settings().site.trusted_proxies, events);
}

Findings check_web(const SiteSettings& site, TransportMode mode) {
  if (site.https()) return by_hand(site);
  Findings findings;
  if (!is_loopback(site))
    findings.push_back({Result::warn, area,
                        site.url + " is not https: passwords and tokens travel in the open",
                        "a certificate, and [site] url = https://…"});
  const std::string mount = site.url + site.mount;
  findings.push_back(judge_health(get(mount + "/health"), mount + "/health"));
  if (findings.back().result != Result::fail)
    findings.push_back(judge_authorization(get(mount + "/verify", "Bearer x"), mode));
  return findings;
}

}  // namespace cardea
