#include "web/cookies.h"

#include <algorithm>
#include <string>
#include <vector>

#include "base/network.h"
#include "config/values.h"
#include "web/origin.h"

namespace cardea {
namespace {

std::string_view base_name(CookieKind kind) {
  switch (kind) {
    case CookieKind::access:
      return "cardea_access";
    case CookieKind::refresh:
      return "cardea_refresh";
    case CookieKind::device:
      return "cardea_device";
    case CookieKind::turns:
      return "cardea_turns";
    case CookieKind::method:
      return "cardea_method";
    case CookieKind::language:
      return "cardea_language";
    case CookieKind::registration:
      return "cardea_registration";
    case CookieKind::moved:
      return "cardea_moved";
  }
  return "";
}

constexpr std::string_view host_prefix = "__Host-";
constexpr std::string_view secure_prefix = "__Secure-";

// Never for a whole domain: a sibling subdomain that plants the cookie of its own registration would get the account that the
// owner of the address proves.
std::string domain_of(CookieKind kind, const Settings& settings) {
  return kind == CookieKind::registration ? "" : settings.cookies.domain;
}

std::string path_of(CookieKind kind, const Settings& settings) {
  const auto& cookies = settings.cookies;
  if (kind == CookieKind::access) return cookies.access_path;
  const bool needs_its_path = kind == CookieKind::refresh || kind == CookieKind::device;
  const bool may_be_host = settings.site.https() && domain_of(kind, settings).empty();
  return may_be_host && !needs_its_path ? "/" : cookies.refresh_path;
}

// __Host- demands Path=/ and no Domain; the others demand Secure only.
std::string_view prefix_of(CookieKind kind, const Settings& settings) {
  if (!settings.site.https()) return "";
  const bool may_be_host = domain_of(kind, settings).empty() && path_of(kind, settings) == "/";
  return may_be_host ? host_prefix : secure_prefix;
}

std::string_view same_site_text(SameSite value) {
  switch (value) {
    case SameSite::lax:
      return "Lax";
    case SameSite::strict:
      return "Strict";
    case SameSite::none:
      return "None";
  }
  return "Lax";
}

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ') || text.starts_with('\t')) text.remove_prefix(1);
  while (text.ends_with(' ') || text.ends_with('\t')) text.remove_suffix(1);
  return text;
}

std::string_view unquoted(std::string_view value) {
  const bool quoted = value.size() >= 2 && value.front() == '"' && value.back() == '"';
  return quoted ? value.substr(1, value.size() - 2) : value;
}

bool is_from_browser(const Request& request) {
  return !request.header("sec-fetch-site").empty() || request.header("user-agent").starts_with("Mozilla/");
}

// Whether the text begins with the name of one of our cookies.
bool is_ours(std::string_view text, bool of_browser) {
  constexpr std::string_view host_only = "__Host-";
  constexpr std::string_view secure = "__Secure-";
  if (text.starts_with(host_only)) {
    if (of_browser) return false;
    text.remove_prefix(host_only.size());
  } else if (text.starts_with(secure)) {
    text.remove_prefix(secure.size());
  }
  return text.starts_with("cardea_");
}

}  // namespace

std::string cookie_name(CookieKind kind, const Settings& settings) {
  return std::string(prefix_of(kind, settings)).append(base_name(kind));
}

std::string former_cookie_name(CookieKind kind, const Settings& settings) {
  const bool is_old = kind != CookieKind::access && kind != CookieKind::moved;
  const bool was_renamed = is_old && prefix_of(kind, settings) == host_prefix;
  return was_renamed ? std::string(secure_prefix).append(base_name(kind)) : "";
}

std::optional<std::vector<std::string>> read_cookie(CookieKind kind, const Request& request,
                                                    const Settings& settings) {
  auto values = cookie_values(request.cookies, cookie_name(kind, settings));
  if (!values || !values->empty()) return values;
  if (kind == CookieKind::turns || kind == CookieKind::registration) return values;
  const auto former = former_cookie_name(kind, settings);
  return former.empty() ? values : cookie_values(request.cookies, former);
}

Cookie make_cookie(CookieKind kind, std::string value, seconds max_age, const Settings& settings) {
  return {.name = cookie_name(kind, settings),
          .value = std::move(value),
          .path = path_of(kind, settings),
          .domain = domain_of(kind, settings),
          .max_age = std::clamp(max_age, seconds{0}, max_cookie),
          .secure = settings.site.https(),
          .same_site = same_site_text(settings.cookies.same_site)};
}

ReceivedCookies parse_cookies(std::string_view header) {
  ReceivedCookies cookies;
  while (!header.empty()) {
    const auto pair = header.substr(0, header.find(';'));
    header.remove_prefix(std::min(header.size(), pair.size() + 1));
    const auto equals = pair.find('=');
    if (equals == std::string_view::npos) continue;
    cookies.emplace_back(trimmed(pair.substr(0, equals)), unquoted(trimmed(pair.substr(equals + 1))));
  }
  return cookies;
}

std::optional<std::vector<std::string>> cookie_values(const ReceivedCookies& cookies, std::string_view name) {
  std::vector<std::string> values;
  for (const auto& [key, value] : cookies) {
    if (key != name || value.empty()) continue;
    if (values.size() == cookie_copies_limit) return std::nullopt;
    values.push_back(value);
  }
  return values;
}

void split_joined_cookies(Request& request) {
  const auto found = std::find_if(request.headers.begin(), request.headers.end(),
                                  [](const auto& header) { return header.first == "cookie"; });
  if (found == request.headers.end()) return;
  auto& header = found->second;
  const bool of_browser = is_from_browser(request);
  bool in_ours = is_ours(header, false);
  for (auto end = header.find_first_of(",;"); end != std::string::npos;
       end = header.find_first_of(",;", end + 1)) {
    const auto next = std::min(header.find_first_not_of(" \t", end + 1), header.size());
    const auto rest = std::string_view(header).substr(next);
    const bool ends = header[end] == ';' || in_ours || is_ours(rest, of_browser);
    if (!ends) continue;
    header[end] = ';';
    in_ours = is_ours(rest, false);
  }
}

namespace {

constexpr std::size_t max_domains = 3;
constexpr std::size_t max_paths = 4;

// "/auth/refresh": "/", "/auth", "/auth/refresh".
std::vector<std::string> paths_to(std::string_view path) {
  std::vector<std::string> paths{"/"};
  for (auto slash = path.find('/', 1); paths.size() < max_paths; slash = path.find('/', slash + 1)) {
    if (slash != 0 && path.size() > 1) paths.emplace_back(path.substr(0, slash));
    if (slash == std::string_view::npos) break;
  }
  return paths;
}

// "www.example.com": "" (the host alone), "www.example.com", "example.com".
std::vector<std::string> domains_of(std::string_view host) {
  std::vector<std::string> domains{""};
  if (parse_address(host) || host.starts_with('[')) return domains;
  while (host.find('.') != std::string_view::npos && domains.size() < max_domains) {
    domains.emplace_back(host);
    host.remove_prefix(host.find('.') + 1);
  }
  return domains;
}

// Empty ones count too.
std::size_t copies_of(std::string_view name, const ReceivedCookies& cookies) {
  return static_cast<std::size_t>(std::count_if(cookies.begin(), cookies.end(),
                                                [name](const auto& cookie) { return cookie.first == name; }));
}

std::vector<Cookie> deletions(CookieKind kind, const Request& request, const Settings& settings) {
  std::vector<Cookie> all;
  const auto ours = make_cookie(kind, "", seconds{0}, settings);
  for (const auto& path : paths_to(request.path)) {
    for (const auto& domain : domains_of(host_of_origin(settings.site.url))) {
      if (path == ours.path && domain == ours.domain) continue;
      auto deletion = ours;
      deletion.path = path;
      deletion.domain = domain;
      all.push_back(std::move(deletion));
    }
  }
  return all;
}

bool sets(const Response& response, std::string_view name) {
  return std::any_of(response.cookies.begin(), response.cookies.end(),
                     [name](const Cookie& cookie) { return cookie.name == name; });
}

// A cookie whose name changed is still in the browser under its former name.
void delete_former_names(Response& response, const Request& request, const Settings& settings) {
  for (const auto kind : {CookieKind::refresh, CookieKind::device, CookieKind::method, CookieKind::turns,
                          CookieKind::language}) {
    const auto former = former_cookie_name(kind, settings);
    if (former.empty() || copies_of(former, request.cookies) == 0) continue;
    if (!sets(response, cookie_name(kind, settings))) continue;
    auto deletion = make_cookie(kind, "", seconds{0}, settings);
    deletion.name = former;
    deletion.path = settings.cookies.refresh_path;
    response.cookies.insert(response.cookies.begin(), std::move(deletion));
  }
}

}  // namespace

void clean_up_copies(Response& response, const Request& request, const Settings& settings) {
  delete_former_names(response, request, settings);
  if (response.cookies.empty() && response.status != 400) return;
  if (!is_asked_for(request)) return;
  for (const auto kind : {CookieKind::access, CookieKind::refresh, CookieKind::device}) {
    const auto name = cookie_name(kind, settings);
    if (name.starts_with("__Host-")) continue;  // there can be only one
    const auto copies = copies_of(name, request.cookies);
    const bool wanted = copies > cookie_copies_limit || (copies > 1 && !response.cookies.empty());
    if (!wanted) continue;
    const auto gone = deletions(kind, request, settings);
    response.cookies.insert(response.cookies.begin(), gone.begin(), gone.end());
    return;
  }
}

}  // namespace cardea
