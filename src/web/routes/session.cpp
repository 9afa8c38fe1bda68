// POST /login, POST /refresh, POST /logout.
#include "web/routes/session.h"

#include "auth/session/refresh.h"
#include "auth/session/sign_out.h"
#include "web/answer.h"
#include "web/forms.h"
#include "web/out.h"
#include "web/routes/common.h"
#include "web/routes/handlers.h"

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
    case SignInRefusal::account_closed:
      return refuse_closed_account(refused.offer);
    case SignInRefusal::busy:
      return refuse_crowd(refused.retry_after);
    case SignInRefusal::ended_by_watch:
      return refuse_ended_by_watch();
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
  return ask_whether_to_reopen(answer_sign_in_form(call, answer_login), call);
}

namespace {

constexpr std::size_t idempotency_key_limit = 255;

// The session has ended for good: the browser's cookies can be deleted.
bool is_over(RefreshRefusal why) {
  return why == RefreshRefusal::expired || why == RefreshRefusal::revoked || why == RefreshRefusal::reused ||
         why == RefreshRefusal::disabled;
}

}  // namespace

Response handle_refresh(const Call& call) {
  const auto read = read_fields(call.request);
  if (const auto* refused = std::get_if<Response>(&read)) return *refused;
  auto tokens = read_tokens(std::get<Fields>(read), call);
  if (const auto* refused = std::get_if<Response>(&tokens)) return *refused;
  RefreshRequest request{.tokens = std::get<PresentedTokens>(std::move(tokens)), .idempotency_key = {}};
  const auto key = call.request.header("idempotency-key");
  if (key.size() > idempotency_key_limit)
    return refuse_request("The Idempotency-Key is longer than 255 bytes.");
  if (!key.empty()) request.idempotency_key = key;
  auto device = read_device_details(std::get<Fields>(read), call);
  if (const auto* refused = std::get_if<Response>(&device)) return *refused;
  request.device = std::get<DeviceDetails>(std::move(device));

  const auto outcome = refresh(request, call.caller, call.deps);
  if (const auto* grant = std::get_if<Grant>(&outcome)) {
    auto response = deliver(200, *grant, call.request, call.deps.settings);
    response.transport = grant->came_by;
    return response;
  }
  const auto why = std::get<RefreshRefusal>(outcome);
  auto response = refuse_refresh(why, 401);
  if (is_over(why)) delete_cookies(response, call.request, call.deps.settings);
  return response;
}

namespace {

struct Words {
  std::string_view reason;
  std::string_view description;
};

Words words_for(RefreshRefusal why) {
  switch (why) {
    case RefreshRefusal::missing:
      return {"missing", "No refresh token reached this server."};
    case RefreshRefusal::wrong_transport:
      return {"wrong_transport", "This site takes its refresh token by cookie only, not in a body."};
    case RefreshRefusal::malformed:
      return {"malformed", "The refresh token provided is not one of ours."};
    case RefreshRefusal::companion_missing:
      return {"missing",
              "The refresh token provided counts only together with the access token of its session, "
              "which did not come with it; it may be expired."};
    case RefreshRefusal::companion_invalid:
      return {"bad_signature", "The access token provided beside the refresh token is not one of ours."};
    case RefreshRefusal::other_session:
      return {"other_session", "The access token and the refresh token provided are of two sessions."};
    case RefreshRefusal::expired:
      return {"expired", "The refresh token provided has expired."};
    case RefreshRefusal::revoked:
      return {"revoked", "This session has been signed out."};
    case RefreshRefusal::disabled:
      return {"revoked", "This account has been disabled."};
    case RefreshRefusal::reused:
      return {"reused", "The refresh token provided had been used before; this device has been signed out."};
  }
  return {"malformed", "The refresh token provided is not one of ours."};
}

}  // namespace

Response refuse_refresh(RefreshRefusal why, int status) {
  const auto [reason, description] = words_for(why);
  const bool account = why == RefreshRefusal::disabled && status == 401;
  return refuse({.status = account ? 403 : status,
                 .error = account ? "account_disabled" : "invalid_grant",
                 .reason = reason,
                 .description = description});
}

namespace {

// Why a sign-out without a session is not answered 204: "all" was asked for, but it is not known for which user; or a
// token came that was not read.
std::optional<TokenFault> sign_out_fault(const PresentedTokens& tokens, SignOutScope scope) {
  const bool nothing_came = tokens.access.empty() && tokens.refresh.empty();
  if (nothing_came && tokens.header_refused) return TokenFault::wrong_transport;
  if (scope == SignOutScope::this_device) return std::nullopt;
  return nothing_came ? TokenFault::missing : TokenFault::revoked;
}

Response refuse_sign_out(TokenFault why, const Call& call) {
  auto response = refuse_access(why, call.request.server_software);
  delete_cookies(response, call.request, call.deps.settings);
  return response;
}

Response confirm_sign_out(const std::optional<SessionState>& ended, const Call& call) {
  auto response = empty_answer(204);
  delete_cookies(response, call.request, call.deps.settings);
  if (ended) {
    response.log.user = ended->user.id.text();
    response.log.session = ended->session.id.text();
  }
  return response;
}

}  // namespace

// 204 also when there was nothing to end: a second sign-out, or a session that had expired.
Response handle_logout(const Call& call) {
  const auto read = read_fields(call.request);
  if (const auto* refused = std::get_if<Response>(&read)) return *refused;
  const auto& fields = std::get<Fields>(read);
  if (!fields.is_flag_or_absent("all")) return refuse_field("all", "invalid", "all must be true or false.");
  const auto presented = read_tokens(fields, call);
  if (const auto* refused = std::get_if<Response>(&presented)) return *refused;
  const auto& tokens = std::get<PresentedTokens>(presented);

  const auto scope = fields.flag("all") ? SignOutScope::everywhere : SignOutScope::this_device;
  const auto state = session_to_end(tokens, call.caller, call.deps);
  if (state) {
    sign_out(*state, scope, call.caller, call.deps);
  } else if (const auto why = sign_out_fault(tokens, scope)) {
    return refuse_sign_out(*why, call);
  }
  auto response = confirm_sign_out(state, call);
  const auto onwards = way_back(call.request, fields, call.deps.settings.site);
  return onwards ? redirect_after_sign_out(std::move(response), *onwards, call.deps.settings.site) : response;
}

}  // namespace cardea
