#include "web/origin.h"

#include <algorithm>

#include "web/json_answer.h"

namespace cardea {
namespace {

bool is_listed(std::string_view origin, const SiteSettings& site) {
  return std::find(site.allowed_origins.begin(), site.allowed_origins.end(), origin) !=
         site.allowed_origins.end();
}

bool is_welcome(std::string_view origin, const SiteSettings& site) {
  return origin == site.url || is_listed(origin, site);
}

// "https://example.com/page?x" -> "https://example.com"
std::string_view origin_of(std::string_view url) {
  const auto host = url.find("://");
  if (host == std::string_view::npos) return url;
  return url.substr(0, url.find_first_of("/?#", host + 3));
}

}  // namespace

bool is_same_site_call(const Request& request, const SiteSettings& site) {
  const auto origin = request.header("origin");
  const auto fetch_site = request.header("sec-fetch-site");
  // A form on a page that sends no referrer says "null", even to its own site.
  if (fetch_site == "same-origin") return origin.empty() || origin == "null" || is_welcome(origin, site);
  if (!origin.empty()) return is_welcome(origin, site);
  if (!fetch_site.empty()) return fetch_site == "none";
  const auto referer = request.header("referer");
  return referer.empty() || is_welcome(origin_of(referer), site);
}

void allow_origin(Response& response, const Request& request, const SiteSettings& site) {
  const auto origin = request.header("origin");
  if (!site.allowed_origins.empty()) response.set("Vary", "Origin");
  if (!is_listed(origin, site)) return;
  response.set("Access-Control-Allow-Origin", std::string(origin));
  response.set("Access-Control-Allow-Credentials", "true");
  response.set("Access-Control-Expose-Headers", "Retry-After, WWW-Authenticate");
}

Response answer_options(std::string_view methods, const Request& request, const SiteSettings& site) {
  auto response = empty_answer(204);
  response.set("Allow", std::string(methods));
  const bool is_preflight = !request.header("access-control-request-method").empty();
  if (!is_preflight || !is_listed(request.header("origin"), site)) return response;
  response.set("Access-Control-Allow-Methods", std::string(methods));
  response.set("Access-Control-Allow-Headers", "Authorization, Content-Type, Idempotency-Key");
  response.set("Access-Control-Max-Age", "600");
  return response;
}

}  // namespace cardea
