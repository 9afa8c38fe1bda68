#include "web/copies.h"

#include <algorithm>
#include <string>
#include <vector>

#include "base/network.h"
#include "config/values.h"
#include "web/cookies.h"
#include "web/own_path.h"

namespace cardea {
namespace {

constexpr std::size_t most_domains = 3;
constexpr std::size_t most_paths = 4;

// "/auth/refresh": "/", "/auth", "/auth/refresh".
std::vector<std::string> paths_to(std::string_view path) {
  std::vector<std::string> paths{"/"};
  for (auto slash = path.find('/', 1); paths.size() < most_paths; slash = path.find('/', slash + 1)) {
    if (slash != 0 && path.size() > 1) paths.emplace_back(path.substr(0, slash));
    if (slash == std::string_view::npos) break;
  }
  return paths;
}

// "www.example.com": none (the host alone), "www.example.com", "example.com".
std::vector<std::string> domains_of(std::string_view host) {
  std::vector<std::string> domains{""};
  if (parse_address(host) || host.starts_with('[')) return domains;
  while (host.find('.') != std::string_view::npos && domains.size() < most_domains) {
    domains.emplace_back(host);
    host.remove_prefix(host.find('.') + 1);
  }
  return domains;
}

std::size_t copies_of(std::string_view name, std::string_view header) {
  std::size_t copies = 0;
  const auto wanted = std::string(name) + "=";
  for (std::size_t at = 0; at < header.size();) {
    const auto pair = header.substr(at, header.find(';', at) - at);
    at += pair.size() + 1;
    copies += pair.substr(std::min(pair.find_first_not_of(" \t"), pair.size())).starts_with(wanted) ? 1 : 0;
  }
  return copies;
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

// A cookie that has got a new name is still in the browser under the old one.
void delete_former_names(Response& response, const Request& request, const Settings& settings) {
  for (const auto kind : {CookieKind::refresh, CookieKind::device, CookieKind::method, CookieKind::turns,
                          CookieKind::language}) {
    const auto former = former_cookie_name(kind, settings);
    if (former.empty() || copies_of(former, request.header("cookie")) == 0) continue;
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
    const auto copies = copies_of(name, request.header("cookie"));
    const bool wanted = copies > cookie_copies_limit || (copies > 1 && !response.cookies.empty());
    if (!wanted) continue;
    const auto gone = deletions(kind, request, settings);
    response.cookies.insert(response.cookies.begin(), gone.begin(), gone.end());
    return;
  }
}

}  // namespace cardea
