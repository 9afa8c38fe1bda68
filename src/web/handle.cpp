#include "web/handle.h"

#include <optional>
#include <string>

#include "base/descriptor.h"
#include "base/utf8.h"
#include "web/answer.h"
#include "web/cookies.h"
#include "web/origin.h"
#include "web/out.h"
#include "web/refusal_page.h"
#include "web/routes.h"
#include "web/routes/gate.h"
#include "web/routes/handlers.h"

namespace cardea {
namespace {

struct Match {
  const Route* route = nullptr;
  std::string_view captured;
};

// What {id} stands for, if the path matches that of the route.
std::optional<std::string_view> fit(std::string_view path, const Route& route) {
  const auto brace = route.brace;
  if (brace == std::string_view::npos)
    return path == route.path ? std::optional{std::string_view{}} : std::nullopt;
  const auto tail = route.path.substr(route.path.find('}') + 1);
  if (path.size() <= brace + tail.size() || !path.starts_with(route.path.substr(0, brace)) ||
      !path.ends_with(tail))
    return std::nullopt;
  const auto segment = path.substr(brace, path.size() - brace - tail.size());
  return segment.find('/') == std::string_view::npos ? std::optional{segment} : std::nullopt;
}

Match find_route(std::string_view path, std::string_view method) {
  for (const auto& route : route_table()) {
    const bool answers =
        route.method == method || route.method == every_method || (route.method == "GET" && method == "HEAD");
    if (!answers) continue;
    if (const auto captured = fit(path, route)) return {&route, *captured};
  }
  return {};
}

// Of all routes with this path, for Allow; empty if there is none.
std::string methods_of(std::string_view path) {
  std::string methods;
  for (const auto& route : route_table()) {
    if (!fit(path, route)) continue;
    methods.append(route.method).append(route.method == "GET" ? ", HEAD, " : ", ");
  }
  return methods.empty() ? methods : methods + "OPTIONS";
}

Response answer_without_route(std::string_view path, const Request& request, const SiteSettings& site) {
  const auto methods = methods_of(path);
  if (methods.empty())
    return refuse({.status = 404,
                   .error = "not_found",
                   .reason = {},
                   .description = "There is nothing at this address."});
  if (request.method == "OPTIONS") return answer_options(methods, request, site);
  auto response = refuse({.status = 405,
                          .error = "method_not_allowed",
                          .reason = {},
                          .description = "This address does not answer that method; see the Allow header."});
  response.set("Allow", methods);
  return response;
}

// Why a call that changes something is refused before its handler; nothing if it may be made.
std::optional<Response> refuse_foreign(const Request& request, const SiteSettings& site) {
  if (!is_same_site_call(request, site))
    return refuse({.status = 403,
                   .error = "csrf_refused",
                   .reason = {},
                   .description = "Another site made this request; only pages of this site may."});
  if (site.https() && !request.secure)
    return refuse({.status = 403,
                   .error = "https_required",
                   .reason = {},
                   .description =
                       "This call needs https. Behind a proxy that ends TLS, list it in trusted_proxies "
                       "and let it send X-Forwarded-Proto."});
  return std::nullopt;
}

// The User-Agent goes into the database, so it must be UTF-8.
std::string readable(std::string_view text) {
  std::string kept(text);
  if (is_utf8(kept)) return kept;
  for (auto& letter : kept)
    if (static_cast<unsigned char>(letter) >= 0x80) letter = '?';
  return kept;
}

// Empty if the path is not below the mount.
std::string_view below_mount(std::string_view path, const SiteSettings& site) {
  return path.starts_with(site.mount) ? path.substr(site.mount.size()) : std::string_view{};
}

// The same page under [site] url, for a browser that came by another name of the site: its cookies and forms are those of
// url. Nothing if the browser was led there a moment ago: a proxy that hides the browser's Host would send it in circles.
std::optional<Response> lead_to_url(const Request& request, const Settings& settings) {
  constexpr seconds moment{10};
  if (!is_page_navigation(request) || !is_asked_for(request) || !is_under_other_name(request, settings.site))
    return std::nullopt;
  const auto led = read_cookie(CookieKind::moved, request, settings);
  if (!led || !led->empty()) return std::nullopt;
  const auto with_query = request.query.empty() ? request.path : request.path + "?" + request.query;
  Response response;
  response.status = 301;
  response.set("Location", settings.site.url + own_path(with_query).value_or(request.path));
  response.cookies.push_back(make_cookie(CookieKind::moved, "1", moment, settings));
  return response;
}

Response route(const Request& request, const Deps& deps) {
  const auto below = below_mount(request.path, deps.settings.site);
  const auto match = find_route(below, request.method);
  if (match.route == nullptr) return answer_without_route(below, request, deps.settings.site);
  if (match.route->effect == Effect::changes)
    if (auto refused = refuse_foreign(request, deps.settings.site)) return std::move(*refused);
  if (match.route->effect == Effect::shows)
    if (auto led = lead_to_url(request, deps.settings)) return std::move(*led);
  const Caller caller{.now = request.now,
                      .address = request.client,
                      .user_agent = readable(request.header("user-agent")),
                      .language = preferred_language(request.header("accept-language"))};
  return match.route->handler(
      {.request = request, .captured = match.captured, .caller = caller, .deps = deps});
}

Response our_mistake(const std::exception& failure) {
  auto response = refuse({.status = 500,
                          .error = "server_error",
                          .reason = {},
                          .description = "The server made a mistake; it is logged."});
  response.log.note = failure.what();
  return response;
}

// Where the exceptions of the routes end. (Those of the gate end in web/routes/gate.cpp.)
Response guarded(const Request& request, const Deps& deps) {
  try {
    return route(request, deps);
  } catch (const StoreUnavailable& failure) {
    return refuse_unavailable(failure);
  } catch (const KeyError& failure) {
    return refuse_unavailable(failure);
  } catch (const RevocationsUnreadable& failure) {
    return refuse_unavailable(failure);
  } catch (const std::exception& failure) {
    return is_failure_of_machine(failure) ? refuse_unavailable(failure) : our_mistake(failure);
  }
}

bool has_header(const Response& response, std::string_view name) {
  for (const auto& header : response.headers)
    if (header.first == name) return true;
  return false;
}

}  // namespace

Lane lane_of(const Request& request, const SiteSettings& site) {
  if (request.role != Role::responder) return Lane::memory;
  const auto* route = find_route(below_mount(request.path, site), request.method).route;
  if (route == nullptr) return Lane::memory;
  return route->handler == handle_denied && may_name_account(request) ? Lane::database : route->lane;
}

void add_common_headers(Response& response) {
  if (!has_header(response, "Cache-Control")) response.set("Cache-Control", "no-store");
  if (response.status == 204) return;  // there is no body that a browser could misread
  response.set("X-Content-Type-Options", "nosniff");
  response.set("X-Frame-Options", "DENY");
  if (!has_header(response, "Referrer-Policy")) response.set("Referrer-Policy", "no-referrer");
  if (!has_header(response, "Content-Security-Policy"))
    response.set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
}

Response handle(const Request& request, const Deps& deps) {
  auto response = guarded(request, deps);
  // A server that asks for a page of its own reads the status of /verify alone.
  if (below_mount(request.path, deps.settings.site) != "/verify")
    response = page_of_refusal(std::move(response), request, deps.settings);
  add_common_headers(response);
  announce_sunset(response, deps.settings);
  clean_up_copies(response, request, deps.settings);
  allow_origin(response, request, deps.settings.site);
  if (request.method == "HEAD") response.body.clear();
  return response;
}

}  // namespace cardea
