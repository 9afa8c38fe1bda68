// What several handlers share: reading fields, tokens and credentials; who is calling; refusals that more than one route
// answers.
#pragma once

#include <optional>
#include <string_view>
#include <variant>

#include "auth/account/mail_proof.h"
#include "auth/account/password.h"
#include "auth/account/sign_in.h"
#include "auth/session/context.h"
#include "auth/session/verify.h"
#include "password/password.h"
#include "web/http.h"
#include "web/in.h"
#include "web/route.h"

namespace cardea {

// The fields of the body; or the 400/415 that answers it.
[[nodiscard]] std::variant<Fields, Response> read_fields(const Request& request);

// The tokens that came with the request and in its body; or the 400 that answers it.
[[nodiscard]] std::variant<PresentedTokens, Response> read_tokens(const Fields& fields, const Call& call);

// device_id, device_name, language and transport of the body; without device_id, the id of the device cookie. A refusal
// if one of them is not valid.
[[nodiscard]] std::variant<DeviceDetails, Response> read_device_details(const Fields& fields,
                                                                        const Call& call);

// email, password and the device. A refusal if one of them is missing or not valid.
[[nodiscard]] std::variant<SignInRequest, Response> read_credentials(Fields& fields, const Call& call);

// Reads the body and lets `answer` answer it; for a form without JavaScript the answer becomes a redirect
// (redirect_after_sign_in in web/forms.h).
[[nodiscard]] Response answer_sign_in_form(const Call& call, Response (*answer)(Fields&, const Call&));

// The same for the forms of users who are signed in (redirect_to_account).
[[nodiscard]] Response answer_account_form(const Call& call, Response (*answer)(Fields&, const Call&));

// What a person brings from a letter: token, or email and code. A refusal if neither is there.
[[nodiscard]] std::variant<MailProof, Response> read_mail_proof(Fields& fields);
// 400 invalid_link, 400 invalid_code with tries_left, or 429.
[[nodiscard]] Response refuse_mail_proof(const MailProofRefused& refused);

// 400: the field must be there, and not empty; or, if it is there, it must be a string.
[[nodiscard]] Response refuse_missing(std::string_view field, const Fields& fields);
// 400: the new password in that field is refused.
[[nodiscard]] Response refuse_password(std::string_view field, PasswordProblem problem,
                                       const PasswordSettings& settings);
// 400: the new password is the one that the account has.
[[nodiscard]] Response refuse_same_password();
// The answer with the tokens of a sign-in, and the cookie with its method.
[[nodiscard]] Response deliver_sign_in(int status, const Grant& grant, const Call& call);

// 409: there is an account with that e-mail; the answer says how it signs in.
[[nodiscard]] Response refuse_email_in_use(const std::string& strategy);
// 403: registration is closed.
[[nodiscard]] Response refuse_closed();
[[nodiscard]] Response refuse_disabled();
// 403: the address of the account is not proven.
[[nodiscard]] Response refuse_unverified();
// 403 account_closed, with what reopens the account.
[[nodiscard]] Response refuse_closed_account(const ReopeningOffer& offer);
// The redirect of a form or a provider's trip that was refused so becomes a page that asks whether to reopen it.
[[nodiscard]] Response ask_whether_to_reopen(Response answer, const Call& call);
// 401: the sign-in succeeded, but the watch ended its session at once.
[[nodiscard]] Response refuse_ended_by_watch();
// 429: this account or this address has failed, or asked, too often.
// 429 too_many_attempts; with a challenge if work helps at once.
[[nodiscard]] Response refuse_attempts(seconds retry_after,
                                       const std::optional<WorkChallenge>& challenge = std::nullopt,
                                       Instant now = {});
// 403 challenge_required.
[[nodiscard]] Response refuse_without_work(const WorkChallenge& challenge, Instant now);
// challenge, bits, expires_in.
[[nodiscard]] Json work_members(const WorkChallenge& challenge, Instant now);
// 503: no hashing slot became free.
[[nodiscard]] Response refuse_crowd(seconds retry_after);

// server_software: SERVER_SOFTWARE, because advice about one web server does not fit another.
[[nodiscard]] Response refuse_access(TokenFault why, std::string_view server_software = {});
// 403 insufficient_scope. needed: the required scopes, for the description; may be empty.
[[nodiscard]] Response refuse_scope(std::string_view needed);

// 401 insufficient_user_authentication with its challenge (RFC 9470) if a newer sign-in or the password is needed; 403
// for a wrong password; 429 or 503 if the password was not checked.
[[nodiscard]] Response refuse_proof(const ProofRefused& refused, const FactorSettings& settings);

// How the client of this session sends its access token: header if it sent a valid one there (auth/session/context.h).
[[nodiscard]] Transport transport_of_caller(const SessionId& session, const Call& call);

// The caller's claims, without the database; or the refusal that answers the call.
[[nodiscard]] std::variant<AccessClaims, Response> caller_claims(const Call& call);
// The caller's session and user as the database has them now.
[[nodiscard]] std::variant<SessionState, Response> caller_session(const Call& call);

}  // namespace cardea
