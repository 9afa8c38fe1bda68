#include "web/http.h"

#include <stdexcept>

#include "base/utf8.h"

namespace cardea {
namespace {

void require_clean(std::string_view text) {
  if (has_ascii_control(text)) throw std::logic_error("control character in a header");
}

void append_line(std::string& bytes, std::string_view name, std::string_view value) {
  require_clean(name);
  require_clean(value);
  bytes.append(name).append(": ").append(value).append("\r\n");
}

// RFC 6265 section 4.1.1. With Max-Age=0 there is also Expires, for clients that do not know Max-Age.
std::string cookie_line(const Cookie& cookie) {
  std::string line = cookie.name + "=" + cookie.value + "; Path=" + cookie.path;
  if (!cookie.domain.empty()) line += "; Domain=" + cookie.domain;
  line += "; Max-Age=" + std::to_string(cookie.max_age.count());
  if (cookie.max_age == seconds{0}) line += "; Expires=Thu, 01 Jan 1970 00:00:00 GMT";
  if (cookie.secure) line += "; Secure";
  line += "; HttpOnly; SameSite=";
  return line.append(cookie.same_site);
}

template <class Headers>
std::string_view value_of(const Headers& headers, std::string_view name) {
  for (const auto& [key, value] : headers)
    if (key == name) return value;
  return {};
}

}  // namespace

std::string_view Request::header(std::string_view name) const {
  return value_of(headers, name);
}

std::string_view Response::header(std::string_view name) const {
  return value_of(headers, name);
}

void Response::set(std::string_view name, std::string value) {
  for (auto& header : headers) {
    if (header.first != name) continue;
    header.second = std::move(value);
    return;
  }
  if (headers.empty()) headers.reserve(12);  // what a usual answer carries
  headers.emplace_back(name, std::move(value));
}

std::string cgi_bytes(const Response& response) {
  std::string bytes;
  bytes.reserve(512 + response.body.size());
  append_line(bytes, "Status",
              std::to_string(response.status) + " " + std::string(reason_phrase(response.status)));
  for (const auto& [name, value] : response.headers) append_line(bytes, name, value);
  for (const auto& cookie : response.cookies) append_line(bytes, "Set-Cookie", cookie_line(cookie));
  bytes.append("\r\n").append(response.body);
  return bytes;
}

std::string_view reason_phrase(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 202:
      return "Accepted";
    case 204:
      return "No Content";
    case 303:
      return "See Other";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 409:
      return "Conflict";
    case 413:
      return "Content Too Large";
    case 415:
      return "Unsupported Media Type";
    case 429:
      return "Too Many Requests";
    case 503:
      return "Service Unavailable";
    default:
      return "Internal Server Error";
  }
}

}  // namespace cardea
