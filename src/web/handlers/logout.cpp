#include "auth/sign_out.h"
#include "web/delivery.h"
#include "web/form_flow.h"
#include "web/handlers/access.h"
#include "web/handlers/handlers.h"
#include "web/handlers/input.h"
#include "web/json_answer.h"
#include "web/refusal.h"

namespace cardea {
namespace {

// What a 204 would be a lie about: "all", when nobody can tell whose; or a token that was not looked at.
std::optional<AccessRefusal> broken_promise(const PresentedTokens& tokens, SignOutScope scope) {
  const bool nothing_came = tokens.access.empty() && tokens.refresh.empty();
  if (nothing_came && tokens.header_refused) return AccessRefusal::wrong_transport;
  if (scope == SignOutScope::this_device) return std::nullopt;
  return nothing_came ? AccessRefusal::missing : AccessRefusal::revoked;
}

Response refuse_sign_out(AccessRefusal why, const Call& call) {
  auto response = refuse_access(why, call.request.server_software);
  delete_cookies(response, call.request.now, call.deps.settings);
  return response;
}

Response confirm_sign_out(const std::optional<SessionState>& ended, const Call& call) {
  auto response = empty_answer(204);
  delete_cookies(response, call.request.now, call.deps.settings);
  if (ended) {
    response.log.user = ended->user.id.text();
    response.log.session = ended->session.id.text();
  }
  return response;
}

}  // namespace

// 204 also when there was nothing to end: a second sign-out, or a session that had expired.
Response handle_logout(const Call& call) {
  const auto read = read_fields(call.request);
  if (const auto* refused = std::get_if<Response>(&read)) return *refused;
  const auto& fields = std::get<Fields>(read);
  if (!fields.is_flag_or_absent("all")) return refuse_field("all", "invalid", "all must be true or false.");
  const auto presented = read_tokens(fields, call);
  if (const auto* refused = std::get_if<Response>(&presented)) return *refused;
  const auto& tokens = std::get<PresentedTokens>(presented);

  const auto scope = fields.flag("all") ? SignOutScope::everywhere : SignOutScope::this_device;
  const auto state = session_to_end(tokens, call.caller, call.deps);
  if (state) {
    sign_out(*state, scope, call.caller, call.deps);
  } else if (const auto why = broken_promise(tokens, scope)) {
    return refuse_sign_out(*why, call);
  }
  auto response = confirm_sign_out(state, call);
  const auto onwards = way_back(call.request, fields, call.deps.settings.site);
  return onwards ? dress_sign_out(std::move(response), *onwards, call.deps.settings.site) : response;
}

}  // namespace cardea
