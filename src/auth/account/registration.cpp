#include "auth/account/registration.h"

#include <utility>

#include "auth/account/password.h"
#include "auth/account/sign_in.h"
#include "auth/account/throttle.h"
#include "auth/watch/events.h"
#include "base/email.h"

namespace cardea {
namespace {

constexpr seconds busy_wait{2};

RegistrationRefusal refusal_of(PasswordProblem problem) {
  switch (problem) {
    case PasswordProblem::too_short:
      return RegistrationRefusal::password_too_short;
    case PasswordProblem::too_long:
      return RegistrationRefusal::password_too_long;
    case PasswordProblem::not_text:
      return RegistrationRefusal::password_not_text;
    case PasswordProblem::too_common:
      return RegistrationRefusal::password_too_common;
  }
  return RegistrationRefusal::password_not_text;
}

// Telling that an e-mail is in use is counted like telling that a password is wrong.
std::optional<RegistrationRefused> refuse_taken(const Email& email, const Caller& caller, const Deps& deps) {
  const auto holder = deps.store.user_of(email);
  if (!holder) return std::nullopt;
  if (const auto wait = count_failure(failures_of_address(caller, deps), caller, deps))
    return RegistrationRefused{
        .why = RegistrationRefusal::too_many_attempts, .strategy = {}, .retry_after = *wait};
  return RegistrationRefused{.why = RegistrationRefusal::email_in_use, .strategy = strategy_of(*holder)};
}

RegistrationRefused refuse_without_work(WorkOwed owed) {
  const auto why =
      owed.challenge ? RegistrationRefusal::challenge_required : RegistrationRefusal::too_many_attempts;
  return {
      .why = why, .strategy = {}, .retry_after = owed.retry_after, .challenge = std::move(owed.challenge)};
}

User new_user(Email email, std::string name, std::string password_hash, const Caller& caller,
              const Deps& deps) {
  User user;
  user.id = UserId::make(caller.now, deps.entropy);
  user.email = std::move(email);
  user.name = std::move(name);
  user.password_hash = std::move(password_hash);
  user.last_method = "password";
  user.created_at = caller.now;
  return user;
}

}  // namespace

std::variant<Grant, RegistrationRefused> register_user(RegistrationRequest request, const Caller& caller,
                                                       const Deps& deps) {
  const auto refuse = [](RegistrationRefusal why, seconds wait = seconds{0}) {
    return RegistrationRefused{.why = why, .strategy = {}, .retry_after = wait};
  };
  if (!deps.settings.registration_open) return refuse(RegistrationRefusal::closed);
  auto email = parse_email(request.email);
  if (!email) return refuse(RegistrationRefusal::bad_email);
  const auto chosen = deps.passwords.choose(request.password,
                                            names_of_account(email->typed, request.name, deps.settings.site));
  if (const auto* problem = std::get_if<PasswordProblem>(&chosen)) return refuse(refusal_of(*problem));
  const auto& password = std::get<ChosenPassword>(chosen);

  const auto asking = failures_of_address(caller, deps);
  if (const auto wait = closed_for(asking, caller, deps))
    return refuse(RegistrationRefusal::too_many_attempts, *wait);
  if (auto taken = refuse_taken(*email, caller, deps)) return std::move(*taken);
  const auto limits = registration_limits(caller, deps);
  auto admitted = admit(limits, request.work, caller, deps);
  if (auto* owed = std::get_if<WorkOwed>(&admitted)) return refuse_without_work(std::move(*owed));
  const auto& accounts = std::get<Buckets>(admitted);
  auto hash = deps.passwords.hash(password.text);
  if (!hash) return refuse(RegistrationRefusal::busy, busy_wait);
  if (const auto wait = count_use(accounts, caller, deps))  // others were first since
    return refuse_without_work({.challenge = price(limits, caller, deps), .retry_after = *wait});

  const auto user = new_user(std::move(*email), std::move(request.name), std::move(*hash), caller, deps);
  if (!deps.store.add_user(user)) {  // another request was first since we looked
    give_back(accounts, deps);
    return refuse_taken(user.email, caller, deps).value_or(refuse(RegistrationRefusal::busy, busy_wait));
  }
  record({.kind = EventKind::registered, .user = user.id, .session = {}, .detail = "registered by password"},
         caller, deps);
  auto started = start_session(user, std::move(request.device), "password", caller, deps);
  if (auto* grant = std::get_if<Grant>(&started)) grant->common_password = password.is_common;
  return grant_or(refuse(RegistrationRefusal::ended_by_watch), std::move(started));
}

}  // namespace cardea
