#include "web/origin.h"

#include <algorithm>
#include <cctype>

#include "base/network.h"
#include "base/utf8.h"
#include "http/connection.h"
#include "web/answer.h"

namespace cardea {
namespace {

bool is_listed(std::string_view origin, const SiteSettings& site) {
  return std::find(site.allowed_origins.begin(), site.allowed_origins.end(), origin) !=
         site.allowed_origins.end();
}

bool is_allowed(std::string_view origin, const SiteSettings& site) {
  return origin == site.url || is_listed(origin, site);
}

// The characters of names of methods and headers (RFC 9110 section 5.6.2) that are in use.
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
  // A form on a page with the policy no-referrer sends "null", even to its own site.
  if (fetch_site == "same-origin") return origin.empty() || origin == "null" || is_allowed(origin, site);
  if (!origin.empty()) return is_allowed(origin, site);
  if (!fetch_site.empty()) return fetch_site == "none";
  const auto referer = request.header("referer");
  return referer.empty() || is_allowed(origin_of(referer), site);
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

namespace {

bool is_unreserved(unsigned char letter) {
  return std::isalnum(letter) != 0 || letter == '-' || letter == '.' || letter == '_' || letter == '~' ||
         letter == '/';
}

void append_encoded(std::string& text, unsigned char letter) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  text.append({'%', digits[letter >> 4], digits[letter & 15]});
}

// Whether the character at that place of a path needs no encoding.
bool may_stay(std::string_view text, std::size_t place) {
  const auto is_digit = [text](std::size_t at) {
    return at < text.size() && std::isxdigit(static_cast<unsigned char>(text[at])) != 0;
  };
  const auto letter = static_cast<unsigned char>(text[place]);
  if (letter == '%') return is_digit(place + 1) && is_digit(place + 2);
  return letter > 0x20 && letter < 0x7F && letter != '\\';
}

// Of ASCII or of UTF-8: U+0080 to U+009F, and the separators U+2028 and U+2029.
bool has_control(std::string_view text) {
  if (has_ascii_control(text)) return true;
  for (auto at = text.find('\xC2'); at != text.npos; at = text.find('\xC2', at + 1))
    if (at + 1 < text.size() && static_cast<unsigned char>(text[at + 1]) < 0xA0) return true;
  return text.find("\xE2\x80\xA8") != text.npos || text.find("\xE2\x80\xA9") != text.npos;
}

}  // namespace

std::optional<std::string> own_path(std::string_view text) {
  if (text.empty() || text.size() > own_path_limit || text.front() != '/') return std::nullopt;
  const auto second = text.find_first_not_of(' ', 1);
  const bool has_two_slashes = second != text.npos && (text[second] == '/' || text[second] == '\\');
  if (has_two_slashes || has_control(text)) return std::nullopt;
  if (text.substr(0, text.find_first_of("?#")).find('\\') != text.npos) return std::nullopt;
  std::string path;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (may_stay(text, i)) {
      path.push_back(text[i]);
    } else {
      append_encoded(path, static_cast<unsigned char>(text[i]));
    }
  }
  return path.size() <= own_path_limit ? std::optional{std::move(path)} : std::nullopt;
}

std::string query_value(std::string_view text) {
  std::string encoded;
  for (const unsigned char letter : text) {
    if (is_unreserved(letter)) {
      encoded.push_back(static_cast<char>(letter));
    } else {
      append_encoded(encoded, letter);
    }
  }
  return encoded;
}

bool is_page_navigation(const Request& request) {
  if (request.method != "GET" && request.method != "HEAD") return false;
  const auto mode = request.header("sec-fetch-mode");
  if (!mode.empty()) return mode == "navigate" && request.header("sec-fetch-dest") != "iframe";
  return request.header("accept").find("text/html") != std::string_view::npos;
}

bool is_form_navigation(const Request& request) {
  if (request.method != "POST" || !request.content_type.starts_with("application/x-www-form-urlencoded"))
    return false;
  const auto mode = request.header("sec-fetch-mode");
  if (!mode.empty()) return mode == "navigate";
  return request.header("accept").find("text/html") != std::string_view::npos;
}

namespace {

std::string without_usual_port(std::string host) {
  for (const std::string_view port : {":80", ":443"})
    if (host.ends_with(port)) host.resize(host.size() - port.size());
  return host;
}

// "www.example.com", "example.com:8443": by which name the browser called the site; empty if that is not known.
std::string asked_host(const Request& request) {
  auto told = request.header("x-forwarded-host");
  if (told.empty()) told = request.header("host");
  told = told.substr(0, told.find(','));
  while (told.ends_with(' ')) told.remove_suffix(1);
  return without_usual_port(ascii_lower(told));
}

bool is_public_name(std::string_view host) {
  const bool is_six = host.starts_with('[');
  const auto name = is_six ? host.substr(1, host.find(']') - 1) : host.substr(0, host.find(':'));
  if (const auto address = parse_address(name)) return is_public_address(*address);
  for (const std::string_view inner : {".local", ".localhost", ".internal", ".lan"})
    if (name.ends_with(inner)) return false;
  return name.find('.') != name.npos;
}

}  // namespace

bool is_under_other_name(const Request& request, const SiteSettings& site) {
  const auto host = asked_host(request);
  const auto origin = (request.secure ? "https://" : "http://") + host;
  if (host.empty() || !is_public_name(host) || is_listed(origin, site)) return false;
  const auto own = without_usual_port(site.url.substr(site.url.find("://") + 3));
  return host != own || (site.https() && !request.secure);
}

bool is_from_other_name(const Request& request, const SiteSettings& site) {
  if (!is_under_other_name(request, site)) return false;
  const auto origin = request.header("origin");
  const auto from = origin.empty() || origin == "null" ? origin_of(request.header("referer")) : origin;
  if (from.empty()) return request.header("sec-fetch-site") == "same-origin";
  return from.find("://") != from.npos &&
         without_usual_port(ascii_lower(from.substr(from.find("://") + 3))) == asked_host(request);
}

bool is_asked_for(const Request& request) {
  const std::string_view asked = request.original_uri;
  return asked.substr(0, asked.find('?')) == request.path;
}

Response see_other(std::string_view path, const SiteSettings& site) {
  Response response;
  response.status = 303;
  response.set("Location", site.url + std::string(path));
  return response;
}

}  // namespace cardea
