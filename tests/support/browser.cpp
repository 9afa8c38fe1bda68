#include "support/browser.h"

#include <algorithm>

#include "web/handle.h"
#include "web/in.h"

namespace cardea::testing {
namespace {

bool path_fits(std::string_view request_path, std::string_view cookie_path) {
  if (!request_path.starts_with(cookie_path)) return false;
  return request_path.size() == cookie_path.size() || cookie_path.ends_with('/') ||
         request_path[cookie_path.size()] == '/';
}

}  // namespace

Request request_to(const House& house, std::string_view method, std::string_view path, Headers headers) {
  Request request;
  request.now = house.now;
  request.method = method;
  const auto question = path.find('?');
  request.path = path.substr(0, question);
  if (question != std::string_view::npos) request.query = path.substr(question + 1);
  request.original_uri = path;
  request.secure = true;
  request.client = *parse_address("192.0.2.7");
  for (const auto& [name, value] : headers) add_header(request, name, value);
  return request;
}

Request json_to(const House& house, std::string_view path, const Json& fields, Headers headers) {
  auto request = request_to(house, "POST", path, headers);
  request.content_type = "application/json";
  request.body = Secret(json_text(fields));
  return request;
}

Request form_to(const House& house, std::string_view path, std::string_view form, Headers headers) {
  auto request = request_to(house, "POST", path, headers);
  request.content_type = "application/x-www-form-urlencoded";
  request.body = Secret::copy_of(form);
  return request;
}

void add_header(Request& request, std::string_view name, std::string_view value) {
  request.headers.emplace_back(name, value);
}

Response ask(House& house, const Request& request) {
  auto completed = request;
  complete_request(completed, house.settings);
  return handle(completed, house.deps());
}

std::string header_of(const Response& response, std::string_view name) {
  return std::string(response.header(name));
}

std::string led_to(const Response& response) {
  return response.status == 303 ? header_of(response, "Location") : "";
}

Json json_of(const Response& response) {
  return parse_json(response.body).value_or(Json(nullptr));
}

Cookie cookie_of(const Response& response, std::string_view name) {
  for (const auto& cookie : response.cookies)
    if (cookie.name == name) return cookie;
  return {};
}

std::string gist(const Response& response) {
  auto text = std::to_string(response.status);
  const auto body = json_of(response);
  if (const auto error = string_member(body, "error")) text += " " + *error;
  if (const auto reason = string_member(body, "reason")) text += "/" + *reason;
  return text;
}

std::string field_of(const Response& response) {
  return string_member(json_of(response), "field").value_or("");
}

std::string refused_field(const Response& response) {
  return field_of(response) + " " + string_member(json_of(response), "reason").value_or("");
}

Response Browser::get(std::string_view path, Headers headers) {
  return send(request_to(house_, "GET", path, headers));
}

Response Browser::post(std::string_view path, const Json& fields, Headers headers) {
  return send(json_to(house_, path, fields, headers));
}

Response Browser::send(Request request) {
  request.now = house_.now;
  const auto cookies = cookie_header(request.path);
  if (!cookies.empty()) add_header(request, "cookie", cookies);
  add_header(request, "sec-fetch-site", "same-origin");
  if (request.method != "GET" && request.method != "HEAD")
    add_header(request, "origin", house_.settings.site.url);
  auto response = ask(house_, request);
  keep(response);
  return response;
}

bool Browser::sign_in(std::string_view email, std::string_view password) {
  return post("/auth/login", {{"email", email}, {"password", password}}).status == 200;
}

std::string Browser::cookie(std::string_view name) const {
  for (const auto& [place, kept] : jar_)
    if (place.first == name && kept.until > house_.now) return kept.value;
  return "";
}

void Browser::set_cookie(std::string_view name, std::string_view value, std::string_view path) {
  jar_[{std::string(name), std::string(path)}] = {std::string(value), house_.now + std::chrono::years{1}};
}

void Browser::drop_cookie(std::string_view name) {
  std::erase_if(jar_, [&](const auto& entry) { return entry.first.first == name; });
}

std::string Browser::cookie_header(std::string_view path) const {
  std::string header;
  for (const auto& [place, kept] : jar_) {
    if (kept.until <= house_.now || !path_fits(path, place.second)) continue;
    if (!header.empty()) header += "; ";
    header += place.first + "=" + kept.value;
  }
  return header;
}

void Browser::keep(const Response& response) {
  for (const auto& cookie : response.cookies) {
    const Place place{cookie.name, cookie.path};
    if (cookie.max_age <= seconds{0}) {
      jar_.erase(place);
    } else {
      jar_[place] = {cookie.value, house_.now + cookie.max_age};
    }
  }
}

}  // namespace cardea::testing
