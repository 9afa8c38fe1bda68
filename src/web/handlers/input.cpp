#include "web/handlers/input.h"

#include "base/utf8.h"
#include "web/delivery.h"
#include "web/form_flow.h"
#include "web/json_answer.h"
#include "web/refusal.h"

namespace cardea {
namespace {

using Answer = Response (*)(Fields&, const Call&);
using Dress = Response (*)(Response, std::string_view, const Request&, const Settings&);

Response answer_form(const Call& call, Answer answer, Dress dress) {
  auto read = read_fields(call.request);
  if (auto* refused = std::get_if<Response>(&read)) return std::move(*refused);
  auto& fields = std::get<Fields>(read);
  const auto onwards = way_back(call.request, fields, call.deps.settings.site);
  auto answered = answer(fields, call);
  return onwards ? dress(std::move(answered), *onwards, call.request, call.deps.settings) : answered;
}

}  // namespace

std::variant<Fields, Response> read_fields(const Request& request) {
  auto fields = Fields::of(request);
  if (const auto* fault = std::get_if<FieldsFault>(&fields)) {
    if (*fault == FieldsFault::malformed)
      return refuse_request("The request body is not well-formed JSON or form data with unique names.");
    return refuse({.status = 415,
                   .error = "invalid_request",
                   .reason = "malformed",
                   .description = "Send application/json or application/x-www-form-urlencoded."});
  }
  return std::get<Fields>(std::move(fields));
}

std::variant<PresentedTokens, Response> read_tokens(const Fields& fields, const Call& call) {
  if (!fields.is_text_or_absent("refresh_token") || !fields.is_text_or_absent("access_token"))
    return refuse_request("refresh_token and access_token must be strings.");
  auto tokens = read_refresh(call.request, fields, call.deps.settings);
  if (!tokens) return refuse_request("The request carries too many copies of a cookie.");
  return std::move(*tokens);
}

std::variant<DeviceDetails, Response> read_device_details(const Fields& fields, const Call& call) {
  for (const auto* name : {"device_id", "device_name", "language"})
    if (!fields.is_text_or_absent(name))
      return refuse_request("device_id, device_name and language must be strings.");
  auto id = fields.text("device_id");
  if (id && !is_device_id(*id))
    return refuse_request(
        "device_id must have 1 to 64 letters, digits, dots, underscores and hyphens, and more than one or two "
        "dots.");
  if (!id) id = read_device(call.request, call.deps.settings);
  auto name = clean_name(fields.text("device_name").value_or(""));
  if (!name) return refuse_request("device_name must have at most 100 bytes of visible text.");
  const auto language = language_of_tag(fields.text("language").value_or(""));
  const auto keyhole = read_keyhole(call.request, fields, call.deps.settings);
  if (!keyhole || !fields.is_text_or_absent("transport"))
    return refuse_request("transport must be cookie or header.");
  return DeviceDetails{
      .id = id.value_or(""), .name = std::move(*name), .language = language, .keyhole = *keyhole};
}

std::variant<SignInRequest, Response> read_credentials(Fields& fields, const Call& call) {
  auto device = read_device_details(fields, call);
  if (auto* refused = std::get_if<Response>(&device)) return std::move(*refused);
  auto email = fields.text("email");
  auto password = fields.take_secret("password");
  if (!email || email->empty() || password.empty()) return refuse_request("email and password are required.");
  return SignInRequest{.email = std::move(*email),
                       .password = std::move(password),
                       .device = std::get<DeviceDetails>(std::move(device))};
}

Response answer_sign_in_form(const Call& call, Response (*answer)(Fields&, const Call&)) {
  return answer_form(call, answer, dress_sign_in);
}

Response answer_account_form(const Call& call, Response (*answer)(Fields&, const Call&)) {
  return answer_form(call, answer, dress_account);
}

Response refuse_password_length(const PasswordSettings& settings) {
  return refuse_request("The password must have at least " + std::to_string(settings.min_length) +
                        " characters and at most " + std::to_string(settings.max_length) +
                        " bytes; 15 characters or more are better.");
}

Response deliver_sign_in(int status, const Grant& grant, const Call& call) {
  auto response = deliver(status, grant, call.request.now, call.deps.settings);
  remember_method(response, grant, call.request.now, call.deps.settings);
  return response;
}

Response refuse_email_in_use(const std::string& strategy) {
  auto response = json_answer(409, {{"code", 409},
                                    {"error", "email_in_use"},
                                    {"error_description", "There is an account with this e-mail already."},
                                    {"strategy", strategy}});
  response.log.error = "email_in_use";
  response.log.reason = strategy;
  return response;
}

Response refuse_closed() {
  return refuse({.status = 403,
                 .error = "invalid_request",
                 .reason = {},
                 .description = "Registration is closed on this site."});
}

Response refuse_disabled() {
  return refuse({.status = 403,
                 .error = "account_disabled",
                 .reason = {},
                 .description = "This account has been disabled."});
}

Response refuse_attempts(seconds retry_after) {
  return refuse({.status = 429,
                 .error = "too_many_attempts",
                 .reason = {},
                 .description = "Too many attempts; wait before the next one.",
                 .retry_after = retry_after});
}

Response refuse_crowd(seconds retry_after) {
  return refuse({.status = 503,
                 .error = "temporarily_unavailable",
                 .reason = {},
                 .description = "Too many people are signing in at this moment; try again.",
                 .retry_after = retry_after});
}

std::optional<std::string> clean_name(std::string_view typed) {
  while (typed.starts_with(' ')) typed.remove_prefix(1);
  while (typed.ends_with(' ')) typed.remove_suffix(1);
  auto name = normalize_nfc(typed);
  if (!name || name->size() > name_size_limit || has_invisible(*name)) return std::nullopt;
  return name;
}

}  // namespace cardea
