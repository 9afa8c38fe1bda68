#include "web/delivery.h"

#include <algorithm>

#include "auth/start_session.h"
#include "base/utf8.h"
#include "web/cookies.h"
#include "web/json_answer.h"

namespace cardea {
namespace {

// Longer than any device stays unused.
constexpr seconds device_cookie_age = longest_cookie;

// The token of "Authorization: Bearer …" (RFC 6750 section 2.1); scheme names are case-insensitive (RFC 9110
// section 11.1). Nothing if the scheme is another one: that header is not for us.
std::optional<std::string> bearer_token(const Request& request) {
  const auto value = request.header("authorization");
  if (value.size() < 7 || ascii_lower(value.substr(0, 7)) != "bearer ") return std::nullopt;
  return std::string(value.substr(7));
}

[[nodiscard]] bool add_cookies(std::vector<PresentedToken>& tokens, CookieKind kind, const Request& request,
                               const Settings& settings) {
  auto values = cookie_values(request.header("cookie"), cookie_name(kind, settings));
  if (!values) return false;
  for (auto& value : *values) tokens.push_back({Transport::cookie, std::move(value)});
  return true;
}

Json user_json(const User& user) {
  return {{"id", user.id.text()}, {"email", user.email.typed}, {"name", user.name}};
}

Json token_answer(const Grant& grant, Instant now) {
  const auto left = [now](Instant end) {
    return std::max<std::int64_t>(0, unix_seconds(end) - unix_seconds(now));
  };
  return {{"token_type", "Bearer"},
          {"expires_in", left(grant.access_expires)},
          {"access_exp", unix_seconds(grant.access_expires)},
          {"refresh_expires_in", left(grant.refresh_expires)},
          {"refresh_exp", unix_seconds(grant.refresh_expires)},
          {"server_time", unix_seconds(now)},
          {"user", user_json(grant.user)},
          {"device", {{"id", grant.session.device_id}, {"name", grant.session.device_name}}}};
}

}  // namespace

TransportMode mode_at(Instant now, const TransportSettings& settings) {
  const bool sunset = settings.header_sunset && now >= *settings.header_sunset;
  return sunset ? TransportMode::cookie : settings.mode;
}

std::optional<PresentedTokens> read_access(const Request& request, const Settings& settings) {
  const auto mode = mode_at(request.now, settings.transport);
  PresentedTokens tokens;
  if (mode != TransportMode::header && !add_cookies(tokens.access, CookieKind::access, request, settings))
    return std::nullopt;
  auto bearer = bearer_token(request);
  if (!bearer) return tokens;
  if (mode == TransportMode::cookie) {
    tokens.header_refused = true;
  } else {
    tokens.access.push_back({Transport::header, std::move(*bearer)});
  }
  return tokens;
}

std::optional<PresentedTokens> read_refresh(const Request& request, const Fields& fields,
                                            const Settings& settings) {
  const auto mode = mode_at(request.now, settings.transport);
  auto tokens = read_access(request, settings);
  if (!tokens) return std::nullopt;
  auto in_body = fields.text("refresh_token");
  if (in_body && mode != TransportMode::cookie) {
    tokens->refresh.push_back({Transport::body, std::move(*in_body)});
  } else if (mode != TransportMode::header &&
             !add_cookies(tokens->refresh, CookieKind::refresh, request, settings)) {
    return std::nullopt;
  }
  tokens->header_refused |= in_body.has_value() && mode == TransportMode::cookie;
  if (auto access = fields.text("access_token"))
    tokens->access.push_back({Transport::body, std::move(*access)});
  return tokens;
}

std::optional<std::string> read_device(const Request& request, const Settings& settings) {
  if (mode_at(request.now, settings.transport) == TransportMode::header) return std::nullopt;
  const auto values = cookie_values(request.header("cookie"), cookie_name(CookieKind::device, settings));
  if (!values || values->empty() || !is_device_id(values->front())) return std::nullopt;
  return values->front();
}

Response deliver(int status, const Grant& grant, Instant now, const Settings& settings) {
  const auto mode = mode_at(now, settings.transport);
  auto body = token_answer(grant, now);
  if (mode != TransportMode::cookie) {
    body["access_token"] = grant.access_token.reveal();
    body["refresh_token"] = grant.refresh_token.reveal();
  }
  auto response = json_answer(status, body);
  set_token_cookies(response, grant, now, settings);
  response.log.user = grant.user.id.text();
  response.log.session = grant.session.id.text();
  return response;
}

void set_token_cookies(Response& response, const Grant& grant, Instant now, const Settings& settings) {
  if (mode_at(now, settings.transport) == TransportMode::header) return;
  const auto age = std::chrono::floor<seconds>(grant.refresh_expires - now);
  response.cookies.push_back(
      make_cookie(CookieKind::access, std::string(grant.access_token.reveal()), age, settings));
  response.cookies.push_back(
      make_cookie(CookieKind::refresh, std::string(grant.refresh_token.reveal()), age, settings));
  response.cookies.push_back(
      make_cookie(CookieKind::device, grant.session.device_id, device_cookie_age, settings));
}

void delete_cookies(Response& response, Instant now, const Settings& settings) {
  if (mode_at(now, settings.transport) == TransportMode::header) return;
  response.cookies.push_back(make_cookie(CookieKind::access, "", seconds{0}, settings));
  response.cookies.push_back(make_cookie(CookieKind::refresh, "", seconds{0}, settings));
}

}  // namespace cardea
