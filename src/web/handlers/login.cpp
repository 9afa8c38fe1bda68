#include "auth/sign_in.h"
#include "web/delivery.h"
#include "web/form_flow.h"
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
      return refuse({.status = 429,
                     .error = "too_many_attempts",
                     .reason = {},
                     .description = "Too many failed attempts; wait before the next one.",
                     .retry_after = refused.retry_after});
    case SignInRefusal::account_disabled:
      return refuse({.status = 403,
                     .error = "account_disabled",
                     .reason = {},
                     .description = "This account has been disabled."});
    case SignInRefusal::busy:
      return refuse({.status = 503,
                     .error = "temporarily_unavailable",
                     .reason = {},
                     .description = "Too many people are signing in at this moment; try again.",
                     .retry_after = refused.retry_after});
  }
  return refuse_request("The request cannot be answered.");
}

Response answer_login(Fields& fields, const Call& call) {
  auto device = read_device_details(fields, call);
  if (auto* refused = std::get_if<Response>(&device)) return std::move(*refused);

  const auto email = fields.text("email");
  auto password = fields.take_secret("password");
  if (!email || email->empty() || password.empty()) return refuse_request("email and password are required.");
  const auto outcome = sign_in({.email = *email,
                                .password = std::move(password),
                                .device = std::get<DeviceDetails>(std::move(device))},
                               call.caller, call.deps);
  if (const auto* refused = std::get_if<SignInRefused>(&outcome)) return refuse_sign_in(*refused);
  return deliver(200, std::get<Grant>(outcome), call.request.now, call.deps.settings);
}

}  // namespace

Response handle_login(const Call& call) {
  auto read = read_fields(call.request);
  if (auto* refused = std::get_if<Response>(&read)) return std::move(*refused);
  auto& fields = std::get<Fields>(read);
  const auto onwards = way_back(call.request, fields);
  auto answer = answer_login(fields, call);
  return onwards ? dress_sign_in(std::move(answer), *onwards, call.deps.settings.site) : answer;
}

}  // namespace cardea
