#include "auth/registration.h"
#include "base/json.h"
#include "web/delivery.h"
#include "web/handlers/handlers.h"
#include "web/handlers/input.h"
#include "web/json_answer.h"
#include "web/refusal.h"

namespace cardea {
namespace {

Response refuse_in_use(const RegistrationRefused& refused) {
  auto response = json_answer(409, {{"code", 409},
                                    {"error", "email_in_use"},
                                    {"error_description", "There is an account with this e-mail already."},
                                    {"strategy", refused.strategy}});
  response.log.error = "email_in_use";
  return response;
}

Response refuse_registration(const RegistrationRefused& refused, const PasswordSettings& settings) {
  switch (refused.why) {
    case RegistrationRefusal::closed:
      return refuse({.status = 403,
                     .error = "invalid_request",
                     .reason = {},
                     .description = "Registration is closed on this site."});
    case RegistrationRefusal::bad_email:
      return refuse_request("This is not an e-mail address we can use.");
    case RegistrationRefusal::password_too_short:
    case RegistrationRefusal::password_too_long:
      return refuse_password_length(settings);
    case RegistrationRefusal::password_not_text:
      return refuse_request("The password must be text.");
    case RegistrationRefusal::email_in_use:
      return refuse_in_use(refused);
    case RegistrationRefusal::too_many_attempts:
      return refuse_attempts(refused.retry_after);
    case RegistrationRefusal::busy:
      return refuse_crowd(refused.retry_after);
  }
  return refuse_request("The request cannot be answered.");
}

Response answer_register(Fields& fields, const Call& call) {
  auto read = read_credentials(fields, call);
  if (auto* refused = std::get_if<Response>(&read)) return std::move(*refused);
  auto name = clean_name(fields.text("name").value_or(""));
  if (!name || !fields.is_text_or_absent("name"))
    return refuse_request("name must have at most 100 bytes of visible text.");
  auto& [email, password, device] = std::get<SignInRequest>(read);
  const auto outcome = register_user({.email = std::move(email),
                                      .password = std::move(password),
                                      .name = std::move(*name),
                                      .device = std::move(device)},
                                     call.caller, call.deps);
  if (const auto* refused = std::get_if<RegistrationRefused>(&outcome))
    return refuse_registration(*refused, call.deps.settings.password);
  return deliver(201, std::get<Grant>(outcome), call.request.now, call.deps.settings);
}

}  // namespace

Response handle_register(const Call& call) {
  return answer_sign_in_form(call, answer_register);
}

}  // namespace cardea
