#include "auth/sign_out.h"
#include "web/delivery.h"
#include "web/form_flow.h"
#include "web/handlers/access.h"
#include "web/handlers/handlers.h"
#include "web/handlers/input.h"
#include "web/json_answer.h"
#include "web/refusal.h"

namespace cardea {

// 204 also when there was nothing to end: a second sign-out, or a session that had expired. "all" is a
// promise about other devices; when we cannot tell whose, that is said.
Response handle_logout(const Call& call) {
  const auto read = read_fields(call.request);
  if (const auto* refused = std::get_if<Response>(&read)) return *refused;
  const auto& fields = std::get<Fields>(read);
  const auto tokens = read_refresh(call.request, fields, call.deps.settings);
  if (!tokens) return refuse_request("The request carries too many copies of a cookie.");

  const auto scope = fields.flag("all") ? SignOutScope::everywhere : SignOutScope::this_device;
  const auto state = session_to_end(*tokens, call.caller, call.deps);
  if (!state && scope == SignOutScope::everywhere) {
    auto response = refuse_access(tokens->access.empty() ? AccessRefusal::missing : AccessRefusal::revoked);
    delete_cookies(response, call.request.now, call.deps.settings);
    return response;
  }
  if (state) sign_out(*state, scope, call.caller, call.deps);
  auto response = empty_answer(204);
  delete_cookies(response, call.request.now, call.deps.settings);
  if (state) {
    response.log.user = state->user.id.text();
    response.log.session = state->session.id.text();
  }
  const auto onwards = way_back(call.request, fields);
  return onwards ? dress_sign_out(std::move(response), *onwards, call.deps.settings.site) : response;
}

}  // namespace cardea
