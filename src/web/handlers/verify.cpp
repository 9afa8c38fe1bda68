#include "web/delivery.h"
#include "web/fields.h"
#include "web/handlers/access.h"
#include "web/handlers/handlers.h"
#include "web/json_answer.h"
#include "web/refusal.h"

namespace cardea {

// The gate of servers that have no authorizers: nginx's auth_request asks here. So [gate] counts, unless the
// location that asks says otherwise by ?mode= and ?scope=.
Response handle_verify(const Call& call) {
  const auto query = parse_form(call.request.query);
  if (!query) return refuse_request("The query is not well-formed.");
  auto caller = caller_claims(call);
  const auto& gate = call.deps.settings.gate;
  const auto mode = string_member(*query, "mode");
  const bool optional = mode ? *mode == "optional" : gate.mode == GateMode::optional;
  if (auto* refused = std::get_if<Response>(&caller))
    return optional ? empty_answer(204) : std::move(*refused);
  const auto& claims = std::get<AccessClaims>(caller);
  if (!scope_covers(claims.scope, string_member(*query, "scope").value_or(gate.scope)))
    return optional ? empty_answer(204) : refuse_scope();

  auto response = empty_answer(204);
  response.keyhole = keyhole_of(call.request);
  response.set("X-Auth-User-Id", claims.user.text());
  response.set("X-Auth-Session-Id", claims.session.text());
  response.set("X-Auth-Scope", claims.scope);
  response.set("X-Auth-Expires", std::to_string(unix_seconds(claims.expires_at)));
  return response;
}

}  // namespace cardea
