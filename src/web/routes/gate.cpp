#include "web/routes/gate.h"

#include <algorithm>
#include <exception>

#include "auth/session/verify.h"
#include "base/descriptor.h"
#include "web/answer.h"
#include "web/fields.h"
#include "web/forms.h"
#include "web/origin.h"
#include "web/out.h"
#include "web/routes/common.h"
#include "web/routes/handlers.h"

namespace cardea {
namespace {

// mod_fcgid adds up the variables of each call it makes for one request ("42, 42"): the second answer stays
// bare.
Response admit(const AccessClaims& claims, const Request& request) {
  if (request.identified_before) return empty_answer(200);
  auto response = let_in(200);
  response.transport = transport_of(request);
  response.set("Variable-REMOTE_USER", claims.user.text());
  response.set("Variable-AUTH_USER_ID", claims.user.text());
  response.set("Variable-AUTH_SESSION_ID", claims.session.text());
  response.set("Variable-AUTH_SCOPE", claims.scope);
  return response;
}

// A sign-in page behind the gate would send the browser to itself for ever.
bool wants_sign_in_page(const Request& request, const SiteSettings& site) {
  const auto path = std::string_view(request.original_uri).substr(0, request.original_uri.find('?'));
  return std::any_of(languages.begin(), languages.end(),
                     [&](Language language) { return page_path("sign-in", language, site) == path; });
}

// Files may have them in their names; no browser reads an encoded one as a slash.
std::string with_backslashes_encoded(std::string_view uri) {
  if (uri.starts_with("/\\")) return std::string(uri);
  std::string encoded;
  for (const char letter : uri) encoded.append(letter == '\\' ? "%5C" : std::string(1, letter));
  return encoded;
}

Response decide(const Request& request, const GateSettings& gate, const Deps& deps) {
  const Caller caller{.now = request.now, .address = request.client, .user_agent = {}};
  const Call call{.request = request, .captured = {}, .caller = caller, .deps = deps};
  auto verified = caller_claims(call);
  const auto* claims = std::get_if<AccessClaims>(&verified);
  const bool optional = gate.mode == GateMode::optional;
  if (claims == nullptr) {
    if (optional) return let_in(200);
    if (request.method == "OPTIONS" && is_allowed_preflight(request, deps.settings.site))
      return answer_preflight(request, deps.settings.site);
    return refuse_connection(std::get<Response>(std::move(verified)), request, deps.settings.site);
  }
  if (!scope_covers(claims->scope, gate.scope)) return optional ? let_in(200) : refuse_scope(gate.scope);
  return admit(*claims, request);
}

}  // namespace

Response answer_gate(const Request& request, const GateSettings& gate, const Deps& deps) {
  Response response;
  try {
    response = decide(request, gate, deps);
  } catch (const std::exception& failure) {
    response = refuse({.status = 503,
                       .error = "temporarily_unavailable",
                       .reason = {},
                       .description = "The server cannot decide this at the moment; try again.",
                       .retry_after = seconds{2}});
    response.log.note = description_of(failure);
  }
  announce_sunset(response, deps.settings);
  if (response.status == 200) return response;
  response.set("Cache-Control", "no-store");
  allow_origin(response, request, deps.settings.site);
  // The server adds the headers of this refusal to those of /denied: each would be there twice, and browsers take
  // a doubled Access-Control-Allow-Origin for none.
  if (request.access_checker) response.headers.clear();
  return response;
}

Response let_in(int status) {
  auto response = empty_answer(status);
  response.set("Cache-Control", "private, no-cache");
  response.set("Vary", "Cookie, Authorization");
  return response;
}

Response refuse_connection(Response refused, const Request& request, const SiteSettings& site) {
  if (refused.status != 401 || !is_page_navigation(request) || wants_sign_in_page(request, site))
    return refused;
  const auto wanted = own_path(with_backslashes_encoded(request.original_uri));
  auto response = see_other(site.mount + "/continue?return_to=" + query_value(wanted.value_or("/")), site);
  response.refusal = std::move(refused.refusal);
  response.log = std::move(refused.log);
  return response;
}

namespace {

// To a server the headers of the page to come, to a client that asks for itself an answer like any other.
Response admit(const Request& request) {
  return is_asked_for(request) ? empty_answer(204) : let_in(204);
}

}  // namespace

// The gate of servers that have no authorizers: nginx's auth_request asks here. So [gate] counts, unless the
// location that asks says otherwise by ?mode= and ?scope=. The method is the client's: nginx hands it on.
Response handle_verify(const Call& call) {
  const auto& site = call.deps.settings.site;
  // For the page that was asked for, /denied answers a preflight: a yes of ours would open that page.
  if (call.request.method == "OPTIONS" && is_asked_for(call.request) &&
      is_allowed_preflight(call.request, site))
    return answer_preflight(call.request, site);
  const auto query = parse_form(call.request.query);
  if (!query) return refuse_request("The query is not well-formed.");
  auto caller = caller_claims(call);
  const auto& gate = call.deps.settings.gate;
  const auto mode = string_member(*query, "mode");
  const bool optional = mode ? *mode == "optional" : gate.mode == GateMode::optional;
  if (auto* refused = std::get_if<Response>(&caller))
    return optional ? admit(call.request) : std::move(*refused);
  const auto& claims = std::get<AccessClaims>(caller);
  const auto needed = string_member(*query, "scope").value_or(gate.scope);
  if (!scope_covers(claims.scope, needed)) return optional ? admit(call.request) : refuse_scope(needed);

  auto response = admit(call.request);
  response.transport = transport_of(call.request);
  response.set("X-Auth-User-Id", claims.user.text());
  response.set("X-Auth-Session-Id", claims.session.text());
  response.set("X-Auth-Scope", claims.scope);
  response.set("X-Auth-Expires", std::to_string(unix_seconds(claims.expires_at)));
  return response;
}

namespace {

// Signed in and sent here all the same. Without ?scope= the gate did not say what it wanted; with it the server
// may have refused for a reason of its own, a directory that has no index page for one.
Response refuse_signed_in(const AccessClaims& claims, const std::optional<std::string>& needed) {
  if (!needed || !scope_covers(claims.scope, *needed)) return refuse_scope(needed.value_or(""));
  return refuse({.status = 403,
                 .error = "access_denied",
                 .reason = {},
                 .description = "The web server does not show this page."});
}

}  // namespace

// Shown by the server after its gate refused (Apache's ErrorDocument 401, nginx's error_page 401 403). The server
// keeps the client's own URI, so this knows which page was wanted; ?scope= says what the gate wanted.
Response handle_denied(const Call& call) {
  const auto& [request, captured, caller, deps] = call;
  const auto& site = deps.settings.site;
  if (is_allowed_preflight(request, site)) return answer_preflight(request, site);
  const auto query = parse_form(request.query);
  if (!query) return refuse_request("The query is not well-formed.");
  auto claims = caller_claims(call);
  if (const auto* known = std::get_if<AccessClaims>(&claims))
    return refuse_signed_in(*known, string_member(*query, "scope"));
  auto refused = std::get<Response>(std::move(claims));
  const bool asked_directly = request.original_uri.starts_with(site.mount + "/");
  return asked_directly ? refused : refuse_connection(std::move(refused), request, site);
}

}  // namespace cardea
