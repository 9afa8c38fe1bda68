// Who is there? POST /reauthenticate, /reauthenticate/send. (At a provider: identities.cpp.)
#include "auth/account/reauthentication.h"

#include "web/answer.h"
#include "web/forms.h"
#include "web/origin.h"
#include "web/out.h"
#include "web/routes/common.h"
#include "web/routes/handlers.h"

namespace cardea {
namespace {

Response refuse_reauthentication(const ReauthenticationRefused& refused) {
  switch (refused.why) {
    case ReauthenticationRefusal::wrong_password:
      return refuse({.status = 403,
                     .error = "invalid_credentials",
                     .reason = {},
                     .description = "The password is wrong.",
                     .field = "password"});
    case ReauthenticationRefusal::wrong_code:
      return refuse_mail_proof({.why = MailProofRefusal::bad_code, .tries_left = refused.tries_left});
    case ReauthenticationRefusal::too_many_attempts:
      return refuse_attempts(refused.retry_after);
    case ReauthenticationRefusal::busy:
      return refuse_crowd(refused.retry_after);
    case ReauthenticationRefusal::wrong_person:
    case ReauthenticationRefusal::session_ended:
      break;
  }
  return refuse_access(TokenFault::revoked);
}

Response answer_reauthentication(Fields& fields, const Call& call) {
  const ReauthenticationProof proof{.password = fields.take_secret("password"),
                                    .code = fields.take_secret("code")};
  const auto caller = caller_session(call);
  if (const auto* refused = std::get_if<Response>(&caller)) return *refused;
  if (proof.password.empty() && proof.code.empty()) return refuse_missing("password", fields);
  const auto& state = std::get<SessionState>(caller);
  const auto came_by = transport_of_caller(state.session.id, call);
  const auto outcome = reauthenticate(proof, state, came_by, call.caller, call.deps);
  if (const auto* refused = std::get_if<ReauthenticationRefused>(&outcome))
    return refuse_reauthentication(*refused);
  auto response = deliver(200, std::get<Grant>(outcome), call.request, call.deps.settings);
  response.transport = came_by;
  return response;
}

Response send_code(const Call& call) {
  if (!call.deps.settings.mail.on())
    return refuse({.status = 404,
                   .error = "not_found",
                   .reason = {},
                   .description = "This site sends no mail; prove it by password or at a provider."});
  const auto caller = caller_session(call);
  if (const auto* refused = std::get_if<Response>(&caller)) return *refused;
  const auto wait = send_reauthentication_code(std::get<SessionState>(caller), call.caller, call.deps);
  return wait ? refuse_attempts(*wait) : json_answer(202, {{"accepted", true}});
}

}  // namespace

Response handle_reauthenticate(const Call& call) {
  return answer_account_form(call, answer_reauthentication);
}

// After a success a form comes back to the page that asks, where the code is typed; that page keeps where to go afterwards.
Response handle_send_reauthentication(const Call& call) {
  const auto read = read_fields(call.request);
  if (const auto* refused = std::get_if<Response>(&read)) return *refused;
  const auto& settings = call.deps.settings;
  const auto onwards = way_back(call.request, std::get<Fields>(read), settings.site);
  auto answer = send_code(call);
  if (!onwards) return answer;
  const auto page = page_path("reauthenticate", language_of(call.request, settings), settings.site);
  const auto target = answer.status < 400 ? page_saying(page, *onwards, "") + "#code_sent" : *onwards;
  return redirect_to_account(std::move(answer), target, call.request, settings);
}

}  // namespace cardea
