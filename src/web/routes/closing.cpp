// The end of an account: POST /me/delete, POST /me/reopen; and a copy of all that is stored: GET /me/export.
#include "auth/account/closing.h"

#include "auth/session/fresh.h"
#include "web/answer.h"
#include "web/forms.h"
#include "web/origin.h"
#include "web/out.h"
#include "web/routes/common.h"
#include "web/routes/gate.h"
#include "web/routes/handlers.h"

namespace cardea {
namespace {

Response refuse_closing(const ClosingRefused& refused) {
  return refused.why == ClosingRefusal::too_many_attempts ? refuse_attempts(refused.retry_after)
                                                          : refuse_access(TokenFault::revoked);
}

Response answer_closing(Fields& fields, const Call& call) {
  const auto password = fields.take_secret("password");
  const auto caller = caller_session(call);
  if (const auto* refused = std::get_if<Response>(&caller)) return *refused;
  const auto& state = std::get<SessionState>(caller);
  if (const auto refused =
          prove_presence(password, "when closing the account", state, call.caller, call.deps))
    return refuse_proof(*refused, call.deps.settings.factors);
  const auto outcome = close_account(state, call.caller, call.deps);
  if (const auto* refused = std::get_if<ClosingRefused>(&outcome)) return refuse_closing(*refused);
  auto response = json_answer(202, {{"erased_at", unix_seconds(std::get<Instant>(outcome))}});
  delete_cookies(response, call.request, call.deps.settings);
  response.log.user = state.user.id.text();
  return response;
}

Response answer_reopening(Fields& fields, const Call& call) {
  const auto proof = read_mail_proof(fields);
  if (const auto* missing = std::get_if<Response>(&proof)) return *missing;
  const auto refused = reopen_account(std::get<MailProof>(proof), call.caller, call.deps);
  return refused ? refuse_mail_proof(*refused) : empty_answer(204);
}

// A browser that follows the link on the account page is led to the page that asks, and from there back.
Response refuse_export(const Call& call) {
  const auto& settings = call.deps.settings;
  auto refused = refuse_proof({}, settings.factors);
  if (!is_page_navigation(call.request)) return refused;
  const auto language = language_of(call.request, settings);
  const auto back = page_path("account", language, settings.site) + "#export";
  auto response =
      see_other(page_saying(page_path("reauthenticate", language, settings.site), back, ""), settings.site);
  response.refusal = std::move(refused.refusal);
  response.log = std::move(refused.log);
  return response;
}

Response as_file(const Json& copy) {
  constexpr int indent = 2;
  Response response;
  response.set("Content-Type", "application/json");
  response.set("Content-Disposition", "attachment; filename=\"account.json\"");
  response.body = copy.dump(indent, ' ', false, Json::error_handler_t::replace) + '\n';
  return response;
}

}  // namespace

Response handle_close_account(const Call& call) {
  return answer_account_form(call, answer_closing);
}

Response handle_reopen_account(const Call& call) {
  return answer_account_form(call, answer_reopening);
}

Response handle_export(const Call& call) {
  auto caller = caller_session(call);
  if (auto* refused = std::get_if<Response>(&caller))
    return refuse_connection(std::move(*refused), call.request, call.deps.settings.site);
  const auto& state = std::get<SessionState>(caller);
  if (!is_fresh(state.session, call.deps.settings, call.request.now)) return refuse_export(call);
  const auto outcome = export_account(state, call.caller, call.deps);
  if (const auto* wait = std::get_if<seconds>(&outcome)) return refuse_attempts(*wait);
  auto response = as_file(std::get<Json>(outcome));
  response.transport = transport_of_caller(state.session.id, call);
  response.log.user = state.user.id.text();
  return response;
}

}  // namespace cardea
