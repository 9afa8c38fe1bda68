#include "web/origin.h"

#include <algorithm>
#include <cctype>

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

// What names of methods and headers are made of (RFC 9110 section 5.6.2), as far as anybody uses it.
bool is_token_list(std::string_view text) {
  constexpr std::size_t limit = 1024;
  constexpr std::string_view others = "-_.!*+, ";
  return text.size() <= limit && std::all_of(text.begin(), text.end(), [&](unsigned char letter) {
           return std::isalnum(letter) != 0 || others.find(static_cast<char>(letter)) != others.npos;
         });
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
  const auto vary = response.header("Vary");
  if (!site.allowed_origins.empty())
    response.set("Vary", vary.empty() ? "Origin" : std::string(vary) + ", Origin");
  if (!is_listed(origin, site)) return;
  response.set("Access-Control-Allow-Origin", std::string(origin));
  response.set("Access-Control-Allow-Credentials", "true");
  response.set("Access-Control-Expose-Headers", "Retry-After, WWW-Authenticate");
}

bool is_allowed_preflight(const Request& request, const SiteSettings& site) {
  return !request.header("access-control-request-method").empty() &&
         is_listed(request.header("origin"), site);
}

Response answer_preflight(const Request& request, const SiteSettings& site) {
  const auto methods = request.header("access-control-request-method");
  const auto headers = request.header("access-control-request-headers");
  auto response = answer_options(is_token_list(methods) ? methods : "GET, HEAD, POST", request, site);
  if (!headers.empty() && is_token_list(headers))
    response.set("Access-Control-Allow-Headers", std::string(headers));
  return response;
}

Response answer_options(std::string_view methods, const Request& request, const SiteSettings& site) {
  auto response = empty_answer(204);
  response.set("Allow", std::string(methods));
  if (!is_allowed_preflight(request, site)) return response;
  response.set("Access-Control-Allow-Methods", std::string(methods));
  response.set("Access-Control-Allow-Headers", "Authorization, Content-Type, Idempotency-Key");
  response.set("Access-Control-Max-Age", "600");
  return response;
}

}  // namespace cardea
