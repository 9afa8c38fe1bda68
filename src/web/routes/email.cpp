// The address of an account: POST /email/verify, /email/verify/send, /email, /email/confirm, /email/undo. Links and codes come by
// letters; a page of ours posts them when a person presses its button.
#include "auth/account/address.h"
#include "auth/account/verification.h"
#include "web/answer.h"
#include "web/cookies.h"
#include "web/forms.h"
#include "web/out.h"
#include "web/routes/common.h"
#include "web/routes/handlers.h"

namespace cardea {
namespace {

// Whose session the request comes from; nothing if from none that stands.
std::optional<UserId> signed_in_user(const Call& call) {
  const auto caller = caller_session(call);
  const auto* state = std::get_if<SessionState>(&caller);
  return state == nullptr ? std::nullopt : std::optional{state->user.id};
}

Response refuse_verification(const VerificationRefused& refused, const PasswordSettings& settings) {
  constexpr std::string_view field = "new_password";
  switch (refused.why) {
    case VerificationRefusal::bad_proof:
      return refuse_mail_proof(refused.proof);
    case VerificationRefusal::password_needed:
      return refuse_field(
          field, "missing",
          "This account was registered in another browser: send its password, or new_password.");
    case VerificationRefusal::wrong_password:
      return refuse_proof({.why = ProofRefusal::wrong_password}, {});
    case VerificationRefusal::too_short:
      return refuse_password(field, PasswordProblem::too_short, settings);
    case VerificationRefusal::too_long:
      return refuse_password(field, PasswordProblem::too_long, settings);
    case VerificationRefusal::not_text:
      return refuse_password(field, PasswordProblem::not_text, settings);
    case VerificationRefusal::too_common:
      return refuse_password(field, PasswordProblem::too_common, settings);
    case VerificationRefusal::too_many_attempts:
      return refuse_attempts(refused.retry_after);
    case VerificationRefusal::busy:
      return refuse_crowd(refused.retry_after);
    case VerificationRefusal::ended_by_watch:
      return refuse_ended_by_watch();
  }
  return refuse_mail_proof(refused.proof);
}

std::variant<Verification, Response> read_verification(Fields& fields, const Call& call) {
  auto device = read_device_details(fields, call);
  if (auto* refused = std::get_if<Response>(&device)) return std::move(*refused);
  auto proof = read_mail_proof(fields);
  if (auto* missing = std::get_if<Response>(&proof)) return std::move(*missing);
  auto marks = read_cookie(CookieKind::registration, call.request, call.deps.settings);
  const bool is_marked = marks && !marks->empty();
  return Verification{.proof = std::get<MailProof>(std::move(proof)),
                      .signed_in = signed_in_user(call),
                      .mark = is_marked ? Secret(std::move(marks->front())) : Secret{},
                      .password = fields.take_secret("password"),
                      .chosen = fields.take_secret("new_password"),
                      .device = std::get<DeviceDetails>(std::move(device))};
}

// What a form needs besides the answer: whether the browser is signed in now.
struct VerifyAnswer {
  Response response;
  bool signed_in = false;
};

VerifyAnswer answer_verification(Fields& fields, const Call& call) {
  const auto& settings = call.deps.settings;
  auto read = read_verification(fields, call);
  if (auto* refused = std::get_if<Response>(&read)) return {std::move(*refused)};
  const auto outcome = verify_address(std::get<Verification>(std::move(read)), call.caller, call.deps);
  if (const auto* refused = std::get_if<VerificationRefused>(&outcome))
    return {refuse_verification(*refused, settings.password)};
  const auto& verified = std::get<Verified>(outcome);
  if (!verified.grant) return {empty_answer(204), verified.in_session};
  auto response = deliver_sign_in(200, *verified.grant, call);
  forget_registration(response, settings);
  return {std::move(response), true};
}

}  // namespace

// A form of a browser that is signed in is led on through /continue, which renews the access token: the new one says that the
// address is proven. Any other has to sign in.
Response handle_verify_email(const Call& call) {
  auto read = read_fields(call.request);
  if (const auto* refused = std::get_if<Response>(&read)) return *refused;
  const auto& [request, captured, caller, deps] = call;
  auto& fields = std::get<Fields>(read);
  const auto onwards = way_back(request, fields, deps.settings.site);
  auto [answer, signed_in] = answer_verification(fields, call);
  if (!onwards) return std::move(answer);
  if (signed_in) return redirect_after_sign_in(std::move(answer), *onwards, request, deps.settings);
  const auto page = answer.status < 400
                        ? sign_in_page(*onwards, "", request, deps.settings) + "#verify_done"
                        : *onwards;
  return redirect_to_account(std::move(answer), page, request, deps.settings);
}

namespace {

Response refuse_without_mail() {
  return refuse({.status = 404,
                 .error = "not_found",
                 .reason = {},
                 .description = "This site sends no mail, so it verifies no addresses."});
}

Response say_sent() {
  return json_answer(202, {{"verification", "sent"}});
}

Response send_verification_to(const Fields& fields, const Call& call) {
  if (!call.deps.settings.mail.on()) return refuse_without_mail();
  const auto email = fields.text("email");
  if (!email || email->empty()) return refuse_missing("email", fields);
  if (const auto wait = send_verification(*email, call.caller, call.deps)) return refuse_attempts(*wait);
  return say_sent();
}

// After a success a form comes to that page, which keeps where to go afterwards.
Response lead_to_code(Response answer, std::string_view page, std::string_view message, const Fields& fields,
                      const Call& call) {
  const auto& settings = call.deps.settings;
  const auto onwards = way_back(call.request, fields, settings.site);
  if (!onwards) return answer;
  auto target =
      page_saying(page_path(page, language_of(call.request, settings), settings.site), *onwards, "");
  target.append("#").append(message);
  return redirect_to_account(std::move(answer), answer.status < 400 ? target : *onwards, call.request,
                             settings);
}

}  // namespace

Response handle_send_verification(const Call& call) {
  const auto read = read_fields(call.request);
  if (const auto* refused = std::get_if<Response>(&read)) return *refused;
  const auto& fields = std::get<Fields>(read);
  return lead_to_code(send_verification_to(fields, call), "verify", "verify_sent", fields, call);
}

namespace {

Response refuse_change(const ChangeRefused& refused) {
  switch (refused.why) {
    case ChangeRefusal::bad_email:
      return refuse_field("new_email", "invalid", "This is not an e-mail address we can use.");
    case ChangeRefusal::same_as_before:
      return refuse_field("new_email", "same_as_before", "The account has this address already.");
    case ChangeRefusal::too_many_attempts:
      break;
  }
  return refuse_attempts(refused.retry_after);
}

Response ask_for_change(Fields& fields, const Call& call) {
  const auto& settings = call.deps.settings;
  if (!settings.mail.on()) return refuse_without_mail();
  const auto password = fields.take_secret("password");
  const auto caller = caller_session(call);
  if (const auto* refused = std::get_if<Response>(&caller)) return *refused;
  const auto& state = std::get<SessionState>(caller);
  const auto stale = prove_presence(password, "when changing the address", state, call.caller, call.deps);
  if (stale) return refuse_proof(*stale, settings.factors);
  const auto email = fields.text("new_email");
  if (!email || email->empty()) return refuse_missing("new_email", fields);
  if (const auto refused = request_address_change(*email, state, call.caller, call.deps))
    return refuse_change(*refused);
  return say_sent();
}

}  // namespace

Response handle_change_email(const Call& call) {
  auto read = read_fields(call.request);
  if (const auto* refused = std::get_if<Response>(&read)) return *refused;
  auto& fields = std::get<Fields>(read);
  auto answer = ask_for_change(fields, call);
  return lead_to_code(std::move(answer), "confirm", "email_sent", fields, call);
}

namespace {

Response refuse_taken_address() {
  return refuse({.status = 409,
                 .error = "email_in_use",
                 .reason = {},
                 .description = "Another account has this address by now.",
                 .field = "email"});
}

Response refuse_confirmation(const ConfirmationRefused& refused, const FactorSettings& settings) {
  switch (refused.why) {
    case ConfirmationRefusal::bad_proof:
      return refuse_mail_proof(refused.proof);
    case ConfirmationRefusal::bad_password:
      return refuse_proof(refused.password, settings);
    case ConfirmationRefusal::taken:
      return refuse_taken_address();
    case ConfirmationRefusal::too_many_attempts:
      break;
  }
  return refuse_attempts(refused.retry_after);
}

Response answer_confirmation(Fields& fields, const Call& call) {
  auto proof = read_mail_proof(fields);
  if (auto* missing = std::get_if<Response>(&proof)) return std::move(*missing);
  const auto outcome = confirm_address_change({.proof = std::get<MailProof>(std::move(proof)),
                                               .signed_in = signed_in_user(call),
                                               .password = fields.take_secret("password")},
                                              call.caller, call.deps);
  if (const auto* refused = std::get_if<ConfirmationRefused>(&outcome))
    return refuse_confirmation(*refused, call.deps.settings.factors);
  auto response = empty_answer(204);
  response.log.user = std::get<User>(outcome).id.text();
  return response;
}

Response answer_undo(Fields& fields, const Call& call) {
  const auto proof = read_mail_proof(fields);
  if (const auto* missing = std::get_if<Response>(&proof)) return *missing;
  const auto outcome = undo_address_change(std::get<MailProof>(proof), call.caller, call.deps);
  if (const auto* refused = std::get_if<UndoRefused>(&outcome))
    return refused->taken ? refuse_taken_address() : refuse_mail_proof(refused->proof);
  auto response = empty_answer(204);
  response.log.user = std::get<User>(outcome).id.text();
  return response;
}

}  // namespace

Response handle_confirm_email(const Call& call) {
  return answer_account_form(call, answer_confirmation);
}

Response handle_undo_email(const Call& call) {
  return answer_account_form(call, answer_undo);
}

}  // namespace cardea
