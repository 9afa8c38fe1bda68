// Links and codes in letters: POST /alert, /password/forgot, /password/reset. A link leads to a page of ours, which posts the
// token here when a person presses its button. GET changes nothing, because mail scanners follow links.
#include "web/routes/handlers.h"

#include "auth/account/password.h"
#include "auth/session/sign_out.h"
#include "web/answer.h"
#include "web/routes/common.h"

namespace cardea {
namespace {

Response answer_disown(Fields& fields, const Call& call) {
  const auto proof = read_mail_proof(fields);
  if (const auto* missing = std::get_if<Response>(&proof)) return *missing;
  const auto found = disown_device(std::get<MailProof>(proof), call.caller, call.deps);
  if (const auto* refused = std::get_if<MailProofRefused>(&found)) return refuse_mail_proof(*refused);
  const auto* state = &std::get<SessionState>(found);
  const auto& session = state->session;
  auto response = json_answer(200, {{"signed_out", true},
                                    {"device", {{"id", session.device_id}, {"name", session.device_name}}},
                                    {"has_password", !state->user.password_hash.empty()}});
  response.log.user = state->user.id.text();
  response.log.session = session.id.text();
  return response;
}

Response answer_forgotten(Fields& fields, const Call& call) {
  if (!call.deps.settings.mail.on())
    return refuse({.status = 404,
                   .error = "not_found",
                   .reason = {},
                   .description = "This site sends no mail; ask its administrator for a new password."});
  const auto email = fields.text("email");
  if (!email || email->empty()) return refuse_missing("email", fields);
  if (const auto wait = request_password_reset(*email, call.caller, call.deps)) return refuse_attempts(*wait);
  return json_answer(202, {{"accepted", true}});
}

Response answer_reset(Fields& fields, const Call& call) {
  const auto proof = read_mail_proof(fields);
  if (const auto* missing = std::get_if<Response>(&proof)) return *missing;
  const auto chosen = fields.take_secret("new_password");
  if (chosen.empty()) return refuse_missing("new_password", fields);
  const auto refused = reset_password(std::get<MailProof>(proof), chosen, call.caller, call.deps);
  if (!refused) return empty_answer(204);
  switch (refused->why) {
    case ResetRefusal::bad_proof:
      return refuse_mail_proof(refused->proof);
    case ResetRefusal::too_short:
      return refuse_password("new_password", PasswordProblem::too_short, call.deps.settings.password);
    case ResetRefusal::too_long:
      return refuse_password("new_password", PasswordProblem::too_long, call.deps.settings.password);
    case ResetRefusal::not_text:
      return refuse_password("new_password", PasswordProblem::not_text, call.deps.settings.password);
    case ResetRefusal::too_common:
      return refuse_password("new_password", PasswordProblem::too_common, call.deps.settings.password);
    case ResetRefusal::same_as_before:
      return refuse_same_password();
    case ResetRefusal::busy:
      return refuse_crowd(seconds{2});
  }
  return refuse_mail_proof(refused->proof);
}

}  // namespace

Response handle_disown(const Call& call) {
  return answer_account_form(call, answer_disown);
}

Response handle_forgotten_password(const Call& call) {
  return answer_account_form(call, answer_forgotten);
}

Response handle_reset_password(const Call& call) {
  return answer_account_form(call, answer_reset);
}

}  // namespace cardea
