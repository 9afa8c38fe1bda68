#include "web/fields.h"
#include "web/handlers/access.h"
#include "web/handlers/handlers.h"
#include "web/json_answer.h"
#include "web/refusal.h"

namespace cardea {

// nginx's auth_request asks here too, so the gate's optional mode counts; a location may ask for it with
// ?mode=optional.
Response handle_verify(const Call& call) {
  const auto query = parse_form(call.request.query);
  if (!query) return refuse_request("The query is not well-formed.");
  auto caller = caller_claims(call);
  const bool optional =
      call.deps.settings.gate.mode == GateMode::optional || string_member(*query, "mode") == "optional";
  if (auto* refused = std::get_if<Response>(&caller))
    return optional ? empty_answer(204) : std::move(*refused);
  const auto& claims = std::get<AccessClaims>(caller);
  if (!scope_covers(claims.scope, string_member(*query, "scope").value_or(""))) return refuse_scope();

  auto response = empty_answer(204);
  response.set("X-Auth-User-Id", claims.user.text());
  response.set("X-Auth-Session-Id", claims.session.text());
  response.set("X-Auth-Scope", claims.scope);
  response.set("X-Auth-Expires", std::to_string(unix_seconds(claims.expires_at)));
  return response;
}

}  // namespace cardea
