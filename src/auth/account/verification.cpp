#include "auth/account/verification.h"

#include <utility>

#include "auth/account/password.h"
#include "auth/account/proof.h"
#include "auth/account/throttle.h"
#include "auth/session/fresh.h"
#include "base/email.h"

namespace cardea {
namespace {

constexpr seconds busy_wait{2};

}  // namespace

// An account that is proven already gets no letter.
std::optional<seconds> send_verification(const std::string& email, const Caller& caller, const Deps& deps) {
  if (const auto wait = count_use(letters_asked_for_by(caller), caller, deps)) return wait;
  const auto parsed = parse_email(email);
  const auto key = parsed ? parsed->key : email;
  const bool may_send = !count_use(letters_by_strangers(key), caller, deps);
  if (may_send) renew_code_tries(key, deps);
  const auto user = parsed ? deps.store.user_of(*parsed) : std::nullopt;
  if (!may_send) return std::nullopt;
  const bool waits = user && user->status == UserStatus::active && user->is_unproven();
  post(waits ? letter_to_prove(*user, caller, deps)
             : letter_to_nobody(LetterKind::verify_address, caller, deps),
       deps);
  return std::nullopt;
}

namespace {

using Refused = VerificationRefused;
using Why = VerificationRefusal;

LinkSubject mark_of(const UserId& user) {
  return {.purpose = LinkPurpose::registration, .user = user};
}

// Whether this browser registered the account.
bool is_marked(const User& user, const Secret& mark, const Caller& caller, const Deps& deps) {
  if (mark.empty()) return false;
  const auto ticket = open_link_token(mark.reveal(), LinkPurpose::registration, deps.keys, caller.now);
  if (!ticket || ticket->link.user != user.id) return false;
  const auto state = link_state(mark_of(user.id), deps.store);
  return state && link_matches_state(*ticket, *state, deps.keys, caller.now);
}

Refused refusal_of(PasswordProblem problem) {
  switch (problem) {
    case PasswordProblem::too_short:
      return {.why = Why::too_short};
    case PasswordProblem::too_long:
      return {.why = Why::too_long};
    case PasswordProblem::not_text:
      return {.why = Why::not_text};
    case PasswordProblem::too_common:
      return {.why = Why::too_common};
  }
  return {.why = Why::not_text};
}

Refused refusal_of(const ProofRefused& refused) {
  switch (refused.why) {
    case ProofRefusal::stale:
      return {.why = Why::password_needed};
    case ProofRefusal::wrong_password:
      return {.why = Why::wrong_password};
    case ProofRefusal::too_many_attempts:
      return {.why = Why::too_many_attempts, .retry_after = refused.retry_after};
    case ProofRefusal::busy:
      return {.why = Why::busy, .retry_after = refused.retry_after};
  }
  return {.why = Why::password_needed};
}

std::variant<NewOwner, Refused> new_owner(const User& user, const Secret& chosen, const Deps& deps) {
  const auto password =
      deps.passwords.choose(chosen, names_of_account(user.email.typed, {}, {}, deps.settings.site));
  if (const auto* problem = std::get_if<PasswordProblem>(&password)) return refusal_of(*problem);
  auto hash = deps.passwords.hash(std::get<ChosenPassword>(password).text);
  if (!hash) return Refused{.why = Why::busy, .retry_after = busy_wait};
  return NewOwner{.password_hash = std::move(*hash)};
}

// Proven in another browser: by the password of the account, or by a new one that takes it over.
std::variant<Verified, Refused> verify_elsewhere(const Verification& request, const User& user,
                                                 const Caller& caller, const Deps& deps) {
  std::optional<NewOwner> owner;
  if (!request.password.empty()) {
    if (const auto wrong = prove_password_of(user, request.password, caller, deps)) return refusal_of(*wrong);
  } else if (!request.chosen.empty() && may_be_taken_over(user, deps.settings)) {
    auto made = new_owner(user, request.chosen, deps);
    if (const auto* refused = std::get_if<Refused>(&made)) return *refused;
    owner = std::get<NewOwner>(std::move(made));
  } else {
    return Refused{.why = Why::password_needed};
  }
  if (!prove_address(user, owner, caller, deps)) return Refused{};
  if (owner) forgive(account_bucket(user.email.key), deps);
  return Verified{};
}

}  // namespace

Secret registration_mark(const User& user, const Caller& caller, const Deps& deps) {
  return make_link_token({.purpose = LinkPurpose::registration,
                          .user = user.id,
                          .session = {},
                          .ends = std::chrono::floor<seconds>(caller.now + mark_life)},
                         registration_state(user), deps.keys, caller.now);
}

std::variant<Verified, VerificationRefused> verify_address(Verification request, const Caller& caller,
                                                           const Deps& deps) {
  const auto proven = check_mail_proof(LinkPurpose::verify_address, request.proof, caller, deps);
  if (const auto* refused = std::get_if<MailProofRefused>(&proven)) return Refused{.proof = *refused};
  auto user = std::get<User>(proven);
  const bool in_session = request.signed_in == user.id;
  const bool marked = !in_session && is_marked(user, request.mark, caller, deps);
  if (!in_session && !marked) return verify_elsewhere(request, user, caller, deps);
  if (!prove_address(user, std::nullopt, caller, deps)) return Refused{};
  if (in_session) return Verified{.grant = {}, .in_session = true};
  user.email_proven_at = caller.now;
  auto started = start_session(std::move(user), std::move(request.device), password_method, caller, deps);
  if (std::holds_alternative<EndedByWatch>(started)) return Refused{.why = Why::ended_by_watch};
  return Verified{.grant = std::get<Grant>(std::move(started))};
}

}  // namespace cardea
