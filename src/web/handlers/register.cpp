#include "auth/registration.h"
#include "base/display_name.h"
#include "web/handlers/handlers.h"
#include "web/handlers/input.h"
#include "web/refusal.h"

namespace cardea {
namespace {

Response refuse_registration(const RegistrationRefused& refused, const PasswordSettings& settings) {
  switch (refused.why) {
    case RegistrationRefusal::closed:
      return refuse_closed();
    case RegistrationRefusal::bad_email:
      return refuse_field("email", "invalid", "This is not an e-mail address we can use.");
    case RegistrationRefusal::password_too_short:
      return refuse_password("password", PasswordProblem::too_short, settings);
    case RegistrationRefusal::password_too_long:
      return refuse_password("password", PasswordProblem::too_long, settings);
    case RegistrationRefusal::password_not_text:
      return refuse_password("password", PasswordProblem::not_text, settings);
    case RegistrationRefusal::email_in_use:
      return refuse_email_in_use(refused.strategy);
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
  if (!fields.is_text_or_absent("name")) return refuse_field("name", "invalid", "name must be a string.");
  auto& [email, password, device] = std::get<SignInRequest>(read);
  const auto outcome = register_user({.email = std::move(email),
                                      .password = std::move(password),
                                      .name = display_name(fields.text("name").value_or("")),
                                      .device = std::move(device)},
                                     call.caller, call.deps);
  if (const auto* refused = std::get_if<RegistrationRefused>(&outcome))
    return refuse_registration(*refused, call.deps.settings.password);
  return deliver_sign_in(201, std::get<Grant>(outcome), call);
}

}  // namespace

Response handle_register(const Call& call) {
  return answer_sign_in_form(call, answer_register);
}

}  // namespace cardea
