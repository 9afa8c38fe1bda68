#include "web/delivery.h"
#include "web/fields.h"
#include "web/gate.h"
#include "web/handlers/access.h"
#include "web/handlers/handlers.h"
#include "web/json_answer.h"
#include "web/origin.h"
#include "web/own_path.h"
#include "web/refusal.h"

namespace cardea {
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
  response.keyhole = keyhole_of(call.request);
  response.set("X-Auth-User-Id", claims.user.text());
  response.set("X-Auth-Session-Id", claims.session.text());
  response.set("X-Auth-Scope", claims.scope);
  response.set("X-Auth-Expires", std::to_string(unix_seconds(claims.expires_at)));
  return response;
}

}  // namespace cardea
