#include "web/out.h"

#include <algorithm>
#include <array>

#include "auth/session/start.h"
#include "base/encoding.h"
#include "base/utf8.h"
#include "web/answer.h"
#include "web/cookies.h"

namespace cardea {
namespace {

// Longer than any device stays unused.
constexpr seconds device_cookie_age = max_cookie;

// The text after the scheme in Authorization. Scheme names are case-insensitive, and one or more blanks follow them
// (RFC 9110 section 11.4). Nothing if the header has another scheme.
std::optional<std::string_view> credentials_of(const Request& request, std::string_view scheme) {
  auto value = request.header("authorization");
  const auto blank = [](char letter) { return letter == ' ' || letter == '\t'; };
  while (!value.empty() && blank(value.front())) value.remove_prefix(1);
  if (!equal_ignoring_ascii_case(value.substr(0, scheme.size()), scheme)) return std::nullopt;
  value.remove_prefix(scheme.size());
  if (value.empty() || !blank(value.front())) return std::nullopt;
  while (!value.empty() && blank(value.front())) value.remove_prefix(1);
  while (!value.empty() && blank(value.back())) value.remove_suffix(1);
  return value;
}

// RFC 6750 section 2.1.
std::optional<std::string_view> bearer_token(const Request& request) {
  return credentials_of(request, "bearer");
}

[[nodiscard]] bool add_cookies(std::vector<PresentedToken>& tokens, CookieKind kind, const Request& request,
                               const Settings& settings) {
  auto values = read_cookie(kind, request, settings);
  if (!values) return false;
  for (auto& value : *values) tokens.push_back({TokenPlace::cookie, std::move(value)});
  return true;
}

// "Thu, 31 Dec 2026 00:00:00 GMT" (RFC 9110 section 5.6.7), for the beginning of a day.
std::string http_date_of_day(Instant day) {
  constexpr std::array<std::string_view, 7> days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array<std::string_view, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                    "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto date = rfc3339(day);  // 2026-12-31T…
  const std::chrono::weekday weekday{std::chrono::floor<std::chrono::days>(day)};
  const auto month = static_cast<std::size_t>((date[5] - '0') * 10 + (date[6] - '0') - 1);
  std::string text(days.at(weekday.c_encoding()));
  text.append(", ").append(date.substr(8, 2)).append(" ").append(months.at(month)).append(" ");
  return text.append(date.substr(0, 4)).append(" 00:00:00 GMT");
}

bool tokens_stand_in_body(const Grant& grant, TransportMode mode) {
  if (mode != TransportMode::both) return mode == TransportMode::header;
  return grant.came_by != Transport::cookie && !grant.session.said_cookie();
}

Json token_answer(const Grant& grant, Instant now) {
  const auto left = [now](Instant end) {
    return std::max<std::int64_t>(0, unix_seconds(end) - unix_seconds(now));
  };
  return {
      {"token_type", "Bearer"},
      {"expires_in", left(grant.access_expires)},
      {"access_exp", unix_seconds(grant.access_expires)},
      {"refresh_expires_in", left(grant.refresh_expires)},
      {"refresh_exp", unix_seconds(grant.refresh_expires)},
      {"server_time", unix_seconds(now)},
      {"user", {{"id", grant.user.id.text()}, {"email", grant.user.email.typed}, {"name", grant.user.name}}},
      {"device", {{"id", grant.session.device_id}, {"name", grant.session.device_name}}}};
}

}  // namespace

std::optional<PresentedTokens> read_access(const Request& request, const Settings& settings) {
  const auto mode = request.transport_mode;
  PresentedTokens tokens;
  if (mode != TransportMode::header && !add_cookies(tokens.access, CookieKind::access, request, settings))
    return std::nullopt;
  const auto bearer = bearer_token(request);
  if (!bearer) return tokens;
  if (mode == TransportMode::cookie) {
    tokens.header_refused = true;
  } else {
    tokens.access.push_back({TokenPlace::header, std::string(*bearer)});
  }
  return tokens;
}

std::optional<PresentedTokens> read_refresh(const Request& request, const Fields& fields,
                                            const Settings& settings) {
  const auto mode = request.transport_mode;
  auto tokens = read_access(request, settings);
  if (!tokens) return std::nullopt;
  auto in_body = fields.text("refresh_token");
  if (in_body && mode != TransportMode::cookie) {
    tokens->refresh.push_back({TokenPlace::body, std::move(*in_body)});
  } else if (mode != TransportMode::header &&
             !add_cookies(tokens->refresh, CookieKind::refresh, request, settings)) {
    return std::nullopt;
  }
  tokens->header_refused |= in_body.has_value() && mode == TransportMode::cookie;
  if (auto access = fields.text("access_token"))
    tokens->access.push_back({TokenPlace::body, std::move(*access)});
  return tokens;
}

PresentedTokens read_form_tokens(const Request& request, const Fields& fields) {
  PresentedTokens tokens;
  auto refresh = fields.text("refresh_token");
  if (request.transport_mode == TransportMode::cookie) {
    tokens.header_refused = refresh.has_value();
    return tokens;
  }
  if (refresh) tokens.refresh.push_back({TokenPlace::body, std::move(*refresh)});
  if (const auto bearer = bearer_token(request))
    tokens.access.push_back({TokenPlace::header, std::string(*bearer)});
  if (auto access = fields.text("access_token"))
    tokens.access.push_back({TokenPlace::body, std::move(*access)});
  return tokens;
}

std::optional<Secret> read_caller_secret(const Request& request) {
  if (const auto bearer = bearer_token(request)) return Secret::copy_of(*bearer);
  const auto value = credentials_of(request, "basic");
  if (!value) return std::nullopt;
  auto decoded = base64_decode(*value);
  if (!decoded) return std::nullopt;
  const Secret pair(std::move(*decoded));
  const auto colon = pair.reveal().find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  return Secret::copy_of(pair.reveal().substr(colon + 1));
}

std::optional<Transport> read_transport(const Request& request, const Fields& fields) {
  const auto mode = request.transport_mode;
  if (mode != TransportMode::both)
    return mode == TransportMode::cookie ? Transport::cookie : Transport::header;
  const auto told = fields.text("transport");
  if (!told) return fields.text("return_to") ? Transport::cookie : Transport::unknown;
  if (*told == "cookie") return Transport::cookie;
  return *told == "header" ? std::optional{Transport::header} : std::nullopt;
}

void announce_sunset(Response& response, const Settings& settings) {
  const auto& sunset = settings.transport.header_sunset;
  const bool refused_header = response.refusal && response.refusal->reason == "wrong_transport";
  const bool by_header = response.transport == Transport::header || refused_header;
  if (!sunset || !by_header) return;
  response.set("Deprecation", "@" + std::to_string(unix_seconds(*sunset - settings.tokens.refresh_ttl)));
  response.set("Sunset", http_date_of_day(*sunset));
}

std::optional<std::string> read_device(const Request& request, const Settings& settings) {
  if (request.transport_mode == TransportMode::header) return std::nullopt;
  const auto values = read_cookie(CookieKind::device, request, settings);
  if (!values || values->empty() || !is_device_id(values->front())) return std::nullopt;
  return values->front();
}

Response deliver(int status, const Grant& grant, const Request& request, const Settings& settings) {
  const auto mode = request.transport_mode;
  auto body = token_answer(grant, request.now);
  if (tokens_stand_in_body(grant, mode)) {
    body["access_token"] = grant.access_token.reveal();
    body["refresh_token"] = grant.refresh_token.reveal();
  }
  if (grant.common_password) body["password_advice"] = "too_common";
  auto response = json_answer(status, body);
  set_token_cookies(response, grant, request, settings);
  response.log.user = grant.user.id.text();
  response.log.session = grant.session.id.text();
  return response;
}

void set_token_cookies(Response& response, const Grant& grant, const Request& request,
                       const Settings& settings) {
  if (request.transport_mode == TransportMode::header) return;
  const auto age = std::chrono::floor<seconds>(grant.refresh_expires - request.now);
  response.cookies.push_back(
      make_cookie(CookieKind::access, std::string(grant.access_token.reveal()), age, settings));
  response.cookies.push_back(
      make_cookie(CookieKind::refresh, std::string(grant.refresh_token.reveal()), age, settings));
  response.cookies.push_back(
      make_cookie(CookieKind::device, grant.session.device_id, device_cookie_age, settings));
}

void remember_method(Response& response, const Grant& grant, const Request& request,
                     const Settings& settings) {
  if (settings.providers.empty() || request.transport_mode == TransportMode::header) return;
  response.cookies.push_back(
      make_cookie(CookieKind::method, grant.session.method, device_cookie_age, settings));
}

void remember_registration(Response& response, const Secret& mark, const Request& request,
                           const Settings& settings) {
  if (request.transport_mode == TransportMode::header) return;
  constexpr seconds age{std::chrono::hours{24}};
  response.cookies.push_back(
      make_cookie(CookieKind::registration, std::string(mark.reveal()), age, settings));
}

void forget_registration(Response& response, const Settings& settings) {
  response.cookies.push_back(make_cookie(CookieKind::registration, "", seconds{0}, settings));
}

void delete_cookies(Response& response, const Request& request, const Settings& settings) {
  if (request.transport_mode == TransportMode::header) return;
  response.cookies.push_back(make_cookie(CookieKind::access, "", seconds{0}, settings));
  response.cookies.push_back(make_cookie(CookieKind::refresh, "", seconds{0}, settings));
}

}  // namespace cardea
