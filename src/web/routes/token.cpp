// The endpoints of OAuth for programs that know only these: POST /token (RFC 6749 section 6), /revoke (RFC 7009),
// /introspect (RFC 7662). They read forms and set no cookies.
#include <algorithm>

#include "auth/account/throttle.h"
#include "auth/session/refresh.h"
#include "auth/session/sign_out.h"
#include "auth/session/verify.h"
#include "base/encoding.h"
#include "base/utf8.h"
#include "web/answer.h"
#include "web/out.h"
#include "web/routes/common.h"
#include "web/routes/handlers.h"
#include "web/routes/session.h"

namespace cardea {
namespace {

Response refuse_grant(std::string_view error, std::string_view description) {
  return refuse({.status = 400, .error = error, .reason = {}, .description = description});
}

// The fields of a form; RFC 6749 appendix B knows no other body.
std::variant<Fields, Response> read_form(const Request& request) {
  const auto type = ascii_lower(request.content_type);
  if (!type.starts_with("application/x-www-form-urlencoded"))
    return refuse_request("The request must be a form, application/x-www-form-urlencoded.");
  return read_fields(request);
}

// RFC 6749 section 5.1: the answer has the scope if it is not the one that was asked for.
Response token_response(const Grant& grant, std::string_view asked_scope, Instant now) {
  Json body{{"access_token", grant.access_token.reveal()},
            {"token_type", "Bearer"},
            {"expires_in", std::max<std::int64_t>(0, unix_seconds(grant.access_expires) - unix_seconds(now))},
            {"refresh_token", grant.refresh_token.reveal()}};
  if (!grant.user.scope.empty() || !asked_scope.empty()) body["scope"] = grant.user.scope;
  auto response = json_answer(200, body);
  response.transport = Transport::header;
  response.log.user = grant.user.id.text();
  response.log.session = grant.session.id.text();
  return response;
}

// The new token has the scopes that the user has now (RFC 6749 section 6: none that was not granted).
Response renew(const Fields& fields, const Call& call) {
  const RefreshRequest request{.tokens = read_form_tokens(call.request, fields),
                               .idempotency_key = {},
                               .answers_in_body = call.request.transport_mode == TransportMode::both};
  const auto outcome = refresh(request, call.caller, call.deps);
  if (const auto* why = std::get_if<RefreshRefusal>(&outcome)) return refuse_refresh(*why, 400);
  return token_response(std::get<Grant>(outcome), fields.text("scope").value_or(""), call.request.now);
}

Response answer_token(const Call& call) {
  const auto read = read_form(call.request);
  if (const auto* refused = std::get_if<Response>(&read)) return *refused;
  const auto& fields = std::get<Fields>(read);
  const auto grant_type = fields.text("grant_type");
  if (grant_type.value_or("").empty()) return refuse_grant("invalid_request", "grant_type is missing.");
  if (*grant_type != "refresh_token")
    return refuse_grant("unsupported_grant_type", "Only grant_type refresh_token is answered here.");
  if (!fields.text("refresh_token")) return refuse_grant("invalid_request", "refresh_token is missing.");
  return renew(fields, call);
}

Json introspection_json(const LiveToken& token, const TokenSettings& settings) {
  const auto& [session, user] = token.state;
  Json body{{"active", true},           {"sub", user.id.text()},
            {"iss", settings.issuer},   {"exp", unix_seconds(token.expires_at)},
            {"sid", session.id.text()}, {"did", session.device_id}};
  if (!settings.audience.empty()) body["aud"] = settings.audience;
  const auto& scope = token.claims ? token.claims->scope : user.scope;
  if (!scope.empty()) body["scope"] = scope;
  if (token.claims) {
    body["token_type"] = "Bearer";
    body["iat"] = unix_seconds(token.claims->issued_at);
    body["jti"] = token.claims->token_id;
  }
  return body;
}

// RFC 7662 section 2.3, RFC 6749 section 5.2: the challenge says how a server can send its secret.
Response refuse_caller() {
  auto response = refuse({.status = 401,
                          .error = "invalid_client",
                          .reason = {},
                          .description = "This call needs the secret of introspection_secret_file."});
  response.set("WWW-Authenticate", "Basic realm=\"cardea\", Bearer realm=\"cardea\"");
  return response;
}

// There is one secret, so an address may guess it as often as the password of one account, and an IPv6 network as often
// as one address. A request without a secret is no guess.
std::optional<Response> refuse_stranger(const Call& call) {
  const auto& [request, captured, caller, deps] = call;
  const auto shown = read_caller_secret(request);
  if (!shown) return refuse_caller();
  const auto guesses = introspections_of_address(caller, deps);
  if (const auto wait = closed_for(guesses, caller, deps)) return refuse_attempts(*wait);
  const auto& secret = deps.settings.tokens.introspection_secret;
  if (equal_in_constant_time(shown->reveal(), secret.reveal())) return std::nullopt;
  if (const auto wait = count_failure(guesses, caller, deps)) return refuse_attempts(*wait);
  return refuse_caller();
}

}  // namespace

Response handle_token(const Call& call) {
  auto response = answer_token(call);
  response.set("Cache-Control", "no-store");
  response.set("Pragma", "no-cache");
  return response;
}

// Any client with a token may end its session, by any transport; 200 also if the token is not ours.
Response handle_oauth_revoke(const Call& call) {
  const auto read = read_form(call.request);
  if (const auto* refused = std::get_if<Response>(&read)) return *refused;
  const auto token = std::get<Fields>(read).text("token");
  if (!token) return refuse_field("token", "missing", "token is missing.");
  const PresentedToken presented{TokenPlace::body, *token};
  const auto state = session_to_end({.access = {presented}, .refresh = {presented}}, call.caller, call.deps);
  auto response = empty_answer(200);
  if (!state) return response;
  sign_out(*state, SignOutScope::this_device, call.caller, call.deps);
  response.log.user = state->user.id.text();
  response.log.session = state->session.id.text();
  return response;
}

Response handle_introspect(const Call& call) {
  const auto& settings = call.deps.settings;
  if (settings.tokens.introspection_secret.empty())
    return refuse({.status = 404,
                   .error = "not_found",
                   .reason = {},
                   .description = "Introspection is off; introspection_secret_file is not set."});
  if (auto refused = refuse_stranger(call)) return std::move(*refused);
  const auto read = read_form(call.request);
  if (const auto* refused = std::get_if<Response>(&read)) return *refused;
  const auto token = std::get<Fields>(read).text("token");
  if (!token) return refuse_field("token", "missing", "token is missing.");
  const auto live = look_at_token(*token, call.caller, call.deps);
  return json_answer(200, live ? introspection_json(*live, settings.tokens) : Json{{"active", false}});
}

}  // namespace cardea
