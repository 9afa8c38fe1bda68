#include "web/routes/common.h"

#include <algorithm>
#include <string>

#include "base/utf8.h"
#include "web/answer.h"
#include "web/forms.h"
#include "web/html.h"
#include "web/out.h"

namespace cardea {
namespace {

using Answer = Response (*)(Fields&, const Call&);
using Redirect = Response (*)(Response, std::string_view, const Request&, const Settings&);

Response answer_form(const Call& call, Answer answer, Redirect redirect) {
  auto read = read_fields(call.request);
  if (auto* refused = std::get_if<Response>(&read)) return std::move(*refused);
  auto& fields = std::get<Fields>(read);
  const auto onwards = way_back(call.request, fields, call.deps.settings.site);
  auto answered = answer(fields, call);
  return onwards ? redirect(std::move(answered), *onwards, call.request, call.deps.settings) : answered;
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
  for (const auto* name : {"refresh_token", "access_token"})
    if (!fields.is_text_or_absent(name))
      return refuse_field(name, "malformed", "refresh_token and access_token must be strings.");
  auto tokens = read_refresh(call.request, fields, call.deps.settings);
  if (!tokens) return refuse_request("The request carries too many copies of a cookie.");
  return std::move(*tokens);
}

std::variant<DeviceDetails, Response> read_device_details(const Fields& fields, const Call& call) {
  for (const auto* name : {"device_id", "device_name", "language"})
    if (!fields.is_text_or_absent(name))
      return refuse_field(name, "invalid", "device_id, device_name and language must be strings.");
  auto id = fields.text("device_id");
  if (id && !is_device_id(*id))
    return refuse_field(
        "device_id", "invalid",
        "device_id must have 1 to 64 letters, digits, dots, underscores and hyphens, and more than one or two "
        "dots.");
  if (!id) id = read_device(call.request, call.deps.settings);
  const auto language = language_of_tag(fields.text("language").value_or(""));
  const auto transport = read_transport(call.request, fields);
  if (!transport || !fields.is_text_or_absent("transport"))
    return refuse_field("transport", "invalid", "transport must be cookie or header.");
  return DeviceDetails{.id = id.value_or(""),
                       .name = display_name(fields.text("device_name").value_or("")),
                       .language = language,
                       .transport = *transport};
}

std::variant<SignInRequest, Response> read_credentials(Fields& fields, const Call& call) {
  auto device = read_device_details(fields, call);
  if (auto* refused = std::get_if<Response>(&device)) return std::move(*refused);
  auto login = fields.text("login"), email = fields.text("email");
  if (login && email) return refuse_field("login", "invalid", "Send login or email, not both.");
  if (login) email = std::move(login);
  auto password = fields.take_secret("password");
  if (!email || email->empty()) return refuse_missing("email", fields);
  if (password.empty()) return refuse_missing("password", fields);
  auto work = fields.text("work").value_or("");
  if (work.size() > max_work_size || !fields.is_text_or_absent("work"))
    return refuse_field("work", "invalid", "work must be the challenge, a dot and a number.");
  return SignInRequest{.login = std::move(*email),
                       .password = std::move(password),
                       .device = std::get<DeviceDetails>(std::move(device)),
                       .work = std::move(work)};
}

Response answer_sign_in_form(const Call& call, Response (*answer)(Fields&, const Call&)) {
  return answer_form(call, answer, redirect_after_sign_in);
}

Response answer_account_form(const Call& call, Response (*answer)(Fields&, const Call&)) {
  return answer_form(call, answer, redirect_to_account);
}

Response refuse_missing(std::string_view field, const Fields& fields) {
  if (!fields.is_text_or_absent(field))
    return refuse_field(field, "invalid", std::string(field) + " must be a string.");
  return refuse_field(field, "missing", std::string(field) + " is required.");
}

Response refuse_password(std::string_view field, PasswordProblem problem, const PasswordSettings& settings) {
  if (problem == PasswordProblem::not_text)
    return refuse_field(field, "invalid", "The password must be text.");
  if (problem == PasswordProblem::too_common)
    return refuse_field(
        field, "too_common",
        "Many people use this password, or it is made of a name of the site or the account; choose "
        "another one.");
  return refuse_field(field, problem == PasswordProblem::too_short ? "too_short" : "too_long",
                      "The password must have at least " + std::to_string(settings.min_length) +
                          " characters and at most " + std::to_string(settings.max_length) +
                          " bytes; 15 characters or more are better.");
}

Response refuse_same_password() {
  return refuse_field("new_password", "same_as_before", "The new password is the one that you have already.");
}

Response deliver_sign_in(int status, const Grant& grant, const Call& call) {
  auto response = deliver(status, grant, call.request, call.deps.settings);
  remember_method(response, grant, call.request, call.deps.settings);
  return response;
}

std::variant<MailProof, Response> read_mail_proof(Fields& fields) {
  MailProof proof{.token = fields.take_secret("token"),
                  .email = fields.text("email").value_or(""),
                  .code = fields.take_secret("code")};
  if (!proof.token.empty()) return proof;
  if (proof.code.empty() && proof.email.empty()) return refuse_missing("token", fields);
  if (proof.email.empty()) return refuse_missing("email", fields);
  if (proof.code.empty()) return refuse_missing("code", fields);
  return proof;
}

namespace {

Response refuse_code(int tries_left) {
  auto response =
      json_answer(400, {{"code", 400},
                        {"error", "invalid_code"},
                        {"error_description", "This code is wrong, was used already, or is too old."},
                        {"tries_left", tries_left},
                        {"field", "code"}});
  response.refusal = {.error = "invalid_code", .reason = {}, .field = "code", .strategy = {}};
  response.log.error = "invalid_code";
  response.log.field = "code";
  return response;
}

}  // namespace

Response refuse_mail_proof(const MailProofRefused& refused) {
  switch (refused.why) {
    case MailProofRefusal::bad_code:
      return refuse_code(refused.tries_left);
    case MailProofRefusal::too_many_attempts:
      return refuse_attempts(refused.retry_after);
    case MailProofRefusal::bad_link:
      break;
  }
  return refuse({.status = 400,
                 .error = "invalid_link",
                 .reason = {},
                 .description = "This link has been used already, or is too old.",
                 .field = "token"});
}

Response refuse_email_in_use(const std::string& strategy) {
  auto response = json_answer(409, {{"code", 409},
                                    {"error", "email_in_use"},
                                    {"error_description", "There is an account with this e-mail already."},
                                    {"strategy", strategy},
                                    {"field", "email"}});
  response.refusal = {.error = "email_in_use", .reason = {}, .field = "email", .strategy = strategy};
  response.log.error = "email_in_use";
  response.log.field = "email";
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

Response refuse_closed_account(const ReopeningOffer& offer) {
  Json body{{"code", 403},
            {"error", "account_closed"},
            {"error_description", "This account was closed by its user, who can reopen it."},
            {"erased_at", unix_seconds(offer.erased_at)}};
  if (!offer.token.empty()) body["reopen_token"] = offer.token.reveal();
  auto response = json_answer(403, body);
  response.refusal = {.error = "account_closed",
                      .reason = {},
                      .field = {},
                      .strategy = {},
                      .reopen_token = std::string(offer.token.reveal()),
                      .erased_at = offer.erased_at};
  response.log.error = "account_closed";
  return response;
}

Response ask_whether_to_reopen(Response answer, const Call& call) {
  const auto& settings = call.deps.settings;
  const bool asks = answer.status == 303 && answer.refusal && !answer.refusal->reopen_token.empty();
  if (!asks) return answer;
  auto page = html_answer(reopening_page(answer.refusal->reopen_token, answer.refusal->erased_at,
                                         language_of(call.request, settings), settings.site));
  page.status = 403;
  page.cookies = std::move(answer.cookies);
  page.refusal = std::move(answer.refusal);
  page.log = std::move(answer.log);
  return page;
}

Response refuse_unverified() {
  return refuse({.status = 403,
                 .error = "email_unverified",
                 .reason = {},
                 .description = "The e-mail address of this account must be verified first."});
}

Response refuse_ended_by_watch() {
  return refuse({.status = 401,
                 .error = "invalid_grant",
                 .reason = "revoked",
                 .description = "This sign-in looked wrong and was ended at once."});
}

Json work_members(const WorkChallenge& challenge, Instant now) {
  const auto left = std::chrono::floor<seconds>(challenge.ends - now).count();
  return {{"challenge", challenge.text}, {"bits", challenge.bits}, {"expires_in", left}};
}

Response refuse_attempts(seconds retry_after, const std::optional<WorkChallenge>& challenge, Instant now) {
  Refusal refusal{.status = 429,
                  .error = "too_many_attempts",
                  .reason = {},
                  .description = "Too many attempts; wait before the next one.",
                  .retry_after = retry_after};
  if (challenge) {
    refusal.description = "Too many attempts from this network; wait, or send work for the challenge.";
    refusal.members = work_members(*challenge, now);
  }
  return refuse(refusal);
}

Response refuse_without_work(const WorkChallenge& challenge, Instant now) {
  return refuse({.status = 403,
                 .error = "challenge_required",
                 .reason = {},
                 .description = "Much has come from this network; send work for the challenge.",
                 .members = work_members(challenge, now)});
}

Response refuse_crowd(seconds retry_after) {
  return refuse({.status = 503,
                 .error = "temporarily_unavailable",
                 .reason = {},
                 .description = "Too many people are signing in at this moment; try again.",
                 .retry_after = retry_after});
}

namespace {

Response invalid_token(std::string_view reason, std::string_view description) {
  return refuse({.status = 401, .error = "invalid_token", .reason = reason, .description = description});
}

Response too_many_copies() {
  return refuse_request("The request carries too many copies of a cookie.");
}

// Only Apache keeps Authorization back unless it is configured otherwise; a server that does not say its name may be
// Apache.
Response refuse_without_token(std::string_view server_software) {
  if (!server_software.empty() && server_software.find("Apache") == std::string_view::npos)
    return invalid_token("missing", "No access token reached this server.");
  return invalid_token(
      "missing",
      "No access token reached this server. If one was sent in the Authorization header, the web "
      "server keeps it back: Apache needs CGIPassAuth On.");
}

// Scopes that can be part of a sentence: the characters of RFC 6749 section 3.3, and not too many of them.
bool is_readable_scope(std::string_view scope) {
  constexpr std::size_t limit = 200;
  return !scope.empty() && scope.size() <= limit && std::all_of(scope.begin(), scope.end(), [](char letter) {
    return letter >= 0x20 && letter <= 0x7E && letter != '"' && letter != '\\';
  });
}

}  // namespace

Response refuse_access(TokenFault why, std::string_view server_software) {
  switch (why) {
    case TokenFault::missing:
      return refuse_without_token(server_software);
    case TokenFault::wrong_transport:
      return invalid_token("wrong_transport",
                           "This site takes its access token by cookie only, not by header.");
    case TokenFault::malformed:
      return invalid_token("malformed", "The access token provided is malformed.");
    case TokenFault::unknown_key:
      return invalid_token("unknown_key", "The access token provided was signed by an unknown key.");
    case TokenFault::bad_signature:
      return invalid_token("bad_signature", "The access token provided has a bad signature.");
    case TokenFault::wrong_issuer:
      return invalid_token("wrong_issuer", "The access token provided was issued for another site.");
    case TokenFault::clock_skew:
      return invalid_token("clock_skew",
                           "The access token provided comes from the future; a clock is wrong.");
    case TokenFault::expired:
      return invalid_token("expired", "The access token provided has expired.");
    case TokenFault::revoked:
      return invalid_token("revoked", "The access token provided has been revoked.");
    case TokenFault::disabled:
      return refuse({.status = 403,
                     .error = "account_disabled",
                     .reason = "revoked",
                     .description = "This account has been disabled."});
  }
  return invalid_token("malformed", "The access token provided is malformed.");
}

Response refuse_scope(std::string_view needed) {
  std::string description = "The access token provided does not carry the scope that is needed here";
  if (is_readable_scope(needed)) description.append(": ").append(needed);
  description += '.';
  auto refused =
      refuse({.status = 403, .error = "insufficient_scope", .reason = {}, .description = description});
  if (is_readable_scope(needed)) refused.refusal->scope = needed;
  return refused;
}

Response refuse_proof(const ProofRefused& refused, const FactorSettings& settings) {
  switch (refused.why) {
    case ProofRefusal::wrong_password:
      return refuse({.status = 403,
                     .error = "invalid_credentials",
                     .reason = {},
                     .description = "The current password is wrong."});
    case ProofRefusal::too_many_attempts:
      return refuse_attempts(refused.retry_after);
    case ProofRefusal::busy:
      return refuse_crowd(refused.retry_after);
    case ProofRefusal::stale:
      break;
  }
  return refuse(
      {.status = 401,
       .error = "insufficient_user_authentication",
       .reason = {},
       .description =
           "This needs a fresh sign-in: confirm who you are (POST /reauthenticate), or send password.",
       .max_age = settings.fresh});
}

Transport transport_of_caller(const SessionId& session, const Call& call) {
  const auto tokens = read_access(call.request, call.deps.settings).value_or(PresentedTokens{});
  // The only token is the one that was accepted: it need not be verified a second time.
  const bool is_only_one = tokens.access.size() == 1;
  return transport_of(tokens, [&](const PresentedToken& token) {
    if (is_only_one) return true;
    const auto verified = verify({.access = {token}, .refresh = {}}, call.caller, call.deps);
    const auto* claims = std::get_if<AccessClaims>(&verified);
    return claims != nullptr && claims->session == session;
  });
}

std::variant<AccessClaims, Response> caller_claims(const Call& call) {
  const auto tokens = read_access(call.request, call.deps.settings);
  if (!tokens) return too_many_copies();
  auto verified = verify(*tokens, call.caller, call.deps);
  if (const auto* why = std::get_if<TokenFault>(&verified))
    return refuse_access(*why, call.request.server_software);
  return std::get<AccessClaims>(std::move(verified));
}

std::variant<SessionState, Response> caller_session(const Call& call) {
  const auto tokens = read_access(call.request, call.deps.settings);
  if (!tokens) return too_many_copies();
  auto verified = verify_live(*tokens, call.caller, call.deps);
  if (const auto* why = std::get_if<TokenFault>(&verified))
    return refuse_access(*why, call.request.server_software);
  return std::get<SessionState>(std::move(verified));
}

}  // namespace cardea
