#include "web/gate.h"

#include <algorithm>
#include <exception>

#include "auth/verify.h"
#include "base/failure.h"
#include "web/delivery.h"
#include "web/handlers/access.h"
#include "web/json_answer.h"
#include "web/origin.h"
#include "web/own_path.h"
#include "web/pages.h"
#include "web/refusal.h"

namespace cardea {
namespace {

// mod_fcgid adds up the variables of each call it makes for one request ("42, 42"): the second answer stays
// bare.
Response admit(const AccessClaims& claims, const Request& request) {
  if (request.identified_before) return empty_answer(200);
  auto response = let_in(200);
  response.keyhole = keyhole_of(request);
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
    return turn_away(std::get<Response>(std::move(verified)), request, deps.settings.site);
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

Response turn_away(Response refused, const Request& request, const SiteSettings& site) {
  if (refused.status != 401 || !is_page_navigation(request) || wants_sign_in_page(request, site))
    return refused;
  const auto wanted = own_path(with_backslashes_encoded(request.original_uri));
  auto response = see_other(site.mount + "/continue?return_to=" + query_value(wanted.value_or("/")), site);
  response.log = refused.log;
  return response;
}

}  // namespace cardea
