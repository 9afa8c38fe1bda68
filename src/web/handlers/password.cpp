#include "auth/password_change.h"
#include "auth/verify.h"
#include "web/delivery.h"
#include "web/handlers/access.h"
#include "web/handlers/handlers.h"
#include "web/handlers/input.h"
#include "web/refusal.h"

namespace cardea {
namespace {

constexpr std::string_view new_password = "new_password";

Response refuse_change(const PasswordChangeRefused& refused, const PasswordSettings& settings) {
  switch (refused.why) {
    case PasswordChangeRefusal::wrong_password:
      return refuse({.status = 403,
                     .error = "invalid_credentials",
                     .reason = {},
                     .description = "The current password is wrong.",
                     .field = "current_password"});
    case PasswordChangeRefusal::too_short:
      return refuse_password(new_password, PasswordProblem::too_short, settings);
    case PasswordChangeRefusal::too_long:
      return refuse_password(new_password, PasswordProblem::too_long, settings);
    case PasswordChangeRefusal::not_text:
      return refuse_password(new_password, PasswordProblem::not_text, settings);
    case PasswordChangeRefusal::same_as_before:
      return refuse_same_password();
    case PasswordChangeRefusal::too_many_attempts:
      return refuse_attempts(refused.retry_after);
    case PasswordChangeRefusal::busy:
      return refuse_crowd(refused.retry_after);
  }
  return refuse_request("The request cannot be answered.");
}

// How the client of this session sends its access token; afterwards the token counts no more.
Keyhole keyhole_of_session(const Session& session, const Call& call) {
  const auto tokens = read_access(call.request, call.deps.settings).value_or(PresentedTokens{});
  return keyhole_of(tokens, [&](const PresentedToken& token) {
    const auto verified = verify({.access = {token}, .refresh = {}}, call.caller, call.deps);
    const auto* claims = std::get_if<AccessClaims>(&verified);
    return claims != nullptr && claims->session == session.id;
  });
}

Response answer_change(Fields& fields, const Call& call) {
  const auto caller = caller_session(call);
  if (const auto* refused = std::get_if<Response>(&caller)) return *refused;
  const PasswordChangeRequest request{.current = fields.take_secret("current_password"),
                                      .chosen = fields.take_secret("new_password")};
  if (request.current.empty()) return refuse_missing("current_password", fields);
  if (request.chosen.empty()) return refuse_missing(new_password, fields);
  const auto came_by = keyhole_of_session(std::get<SessionState>(caller).session, call);
  auto outcome = change_password(request, std::get<SessionState>(caller), call.caller, call.deps);
  if (const auto* refused = std::get_if<PasswordChangeRefused>(&outcome))
    return refuse_change(*refused, call.deps.settings.password);
  auto grant = std::get<Grant>(std::move(outcome));
  grant.came_by = came_by;
  return deliver(200, grant, call.request.now, call.deps.settings);
}

}  // namespace

Response handle_change_password(const Call& call) {
  return answer_account_form(call, answer_change);
}

}  // namespace cardea
