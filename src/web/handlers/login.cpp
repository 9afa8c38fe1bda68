#include "web/handlers/handlers.h"
#include "web/handlers/input.h"
#include "web/refusal.h"

namespace cardea {
namespace {

Response refuse_sign_in(const SignInRefused& refused) {
  switch (refused.why) {
    case SignInRefusal::invalid_credentials:
      return refuse({.status = 401,
                     .error = "invalid_credentials",
                     .reason = {},
                     .description = "The e-mail or the password is wrong."});
    case SignInRefusal::too_many_attempts:
      return refuse_attempts(refused.retry_after);
    case SignInRefusal::account_disabled:
      return refuse_disabled();
    case SignInRefusal::busy:
      return refuse_crowd(refused.retry_after);
  }
  return refuse_request("The request cannot be answered.");
}

Response answer_login(Fields& fields, const Call& call) {
  auto read = read_credentials(fields, call);
  if (auto* refused = std::get_if<Response>(&read)) return std::move(*refused);
  const auto outcome = sign_in(std::get<SignInRequest>(std::move(read)), call.caller, call.deps);
  if (const auto* refused = std::get_if<SignInRefused>(&outcome)) return refuse_sign_in(*refused);
  return deliver_sign_in(200, std::get<Grant>(outcome), call);
}

}  // namespace

Response handle_login(const Call& call) {
  return answer_sign_in_form(call, answer_login);
}

}  // namespace cardea
