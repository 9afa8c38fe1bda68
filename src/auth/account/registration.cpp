#include "auth/account/registration.h"

#include <utility>

#include "auth/account/password.h"
#include "auth/account/proof.h"
#include "auth/account/sign_in.h"
#include "auth/account/throttle.h"
#include "auth/account/verification.h"
#include "auth/session/fresh.h"
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

// The user who has the address, or may have it back.
std::optional<User> holder_of(const Email& email, const Caller& caller, const Deps& deps) {
  if (auto holder = deps.store.user_of(email)) return holder;
  const auto reserved = deps.store.address_reserved_for(email.key, caller.now);
  return reserved ? deps.store.user_by_id(*reserved) : std::nullopt;
}

// Telling that an e-mail is in use is counted like telling that a password is wrong.
std::optional<RegistrationRefused> refuse_taken(const Email& email, const Caller& caller, const Deps& deps) {
  const auto holder = holder_of(email, caller, deps);
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
  user.last_method = password_method;
  user.created_at = caller.now;
  return user;
}

using Refusal = RegistrationRefusal;

RegistrationRefused refuse(Refusal why, seconds wait = seconds{0}) {
  return {.why = why, .strategy = {}, .retry_after = wait};
}

// A request whose fields are valid.
struct Opening {
  Email email;
  Username username;
  ChosenPassword password;
  std::string name;
  DeviceDetails device;
  std::string work;
};

std::variant<Username, RegistrationRefused> check_username(const std::string& text, const Deps& deps) {
  const auto usernames = deps.settings.usernames;
  if (text.empty() && usernames == Usernames::required) return refuse(Refusal::username_missing);
  if (text.empty()) return Username{};
  const auto name = parse_username(text);
  if (!name || usernames == Usernames::no) return refuse(Refusal::bad_username);
  return *name;
}

// Asking about user names is counted like asking about e-mails.
std::optional<RegistrationRefused> refuse_taken_name(const Username& name, const Caller& caller,
                                                     const Deps& deps) {
  if (name.key.empty() || !deps.store.user_by_username(name.key)) return std::nullopt;
  if (const auto wait = count_failure(failures_of_address(caller, deps), caller, deps))
    return refuse(Refusal::too_many_attempts, *wait);
  return refuse(Refusal::username_in_use);
}

std::variant<Opening, RegistrationRefused> check_fields(RegistrationRequest request, const Deps& deps) {
  if (!deps.settings.registration_open) return refuse(Refusal::closed);
  auto email = parse_email(request.email);
  if (!email) return refuse(Refusal::bad_email);
  auto username = check_username(request.username, deps);
  if (auto* refused = std::get_if<RegistrationRefused>(&username)) return std::move(*refused);
  auto chosen = deps.passwords.choose(
      request.password, names_of_account(email->typed, request.name, request.username, deps.settings.site));
  if (const auto* problem = std::get_if<PasswordProblem>(&chosen)) return refuse(refusal_of(*problem));
  return Opening{.email = std::move(*email),
                 .username = std::get<Username>(std::move(username)),
                 .password = std::get<ChosenPassword>(std::move(chosen)),
                 .name = std::move(request.name),
                 .device = std::move(request.device),
                 .work = std::move(request.work)};
}

// An account, hashed and counted, but not added yet.
struct Prepared {
  User user;
  Buckets counted;
};

// The work is spent last before the hash. Of simultaneous requests no more are free than of requests in a row.
std::variant<Prepared, RegistrationRefused> prepare(const Opening& opening, const Caller& caller,
                                                    const Deps& deps) {
  const auto limits = registration_limits(caller, deps);
  auto admitted = admit(limits, opening.work, caller, deps);
  if (auto* owed = std::get_if<WorkOwed>(&admitted)) return refuse_without_work(std::move(*owed));
  auto& counted = std::get<Buckets>(admitted);
  auto hash = deps.passwords.hash(opening.password.text);
  if (!hash) return refuse(Refusal::busy, busy_wait);
  if (const auto wait = count_use(counted, caller, deps))
    return refuse_without_work({.challenge = price(limits, caller, deps), .retry_after = *wait});
  Prepared prepared{.user = new_user(opening.email, opening.name, std::move(*hash), caller, deps),
                    .counted = std::move(counted)};
  prepared.user.username = opening.username;
  prepared.user.language = opening.device.language;
  return prepared;
}

void record_registration(const User& user, const Caller& caller, const Deps& deps) {
  record({.kind = EventKind::registered, .user = user.id, .session = {}, .detail = "registered by password"},
         caller, deps);
}

// Letters past the limit of an address are left out; the user asks for another one later.
void post_to_prove(const User& user, const Caller& caller, const Deps& deps) {
  if (count_use(letters_by_strangers(user.email.key), caller, deps)) return;
  renew_code_tries(user.email.key, deps);
  post(letter_to_prove(user, caller, deps), deps);
}

RegistrationOutcome open_at_once(Opening opening, const Caller& caller, const Deps& deps) {
  if (auto taken = refuse_taken(opening.email, caller, deps)) return std::move(*taken);
  auto prepared = prepare(opening, caller, deps);
  if (auto* refused = std::get_if<RegistrationRefused>(&prepared)) return std::move(*refused);
  auto& [user, counted] = std::get<Prepared>(prepared);
  if (!deps.store.add_user(user)) {  // another request was first since we looked
    give_back(counted, deps);
    if (auto taken = refuse_taken_name(user.username, caller, deps)) return std::move(*taken);
    return refuse_taken(user.email, caller, deps).value_or(refuse(Refusal::busy, busy_wait));
  }
  record_registration(user, caller, deps);
  if (deps.settings.verify_email == VerifyEmail::later) post_to_prove(user, caller, deps);
  auto started = start_session(std::move(user), std::move(opening.device), password_method, caller, deps);
  if (std::holds_alternative<EndedByWatch>(started)) return refuse(Refusal::ended_by_watch);
  auto grant = std::get<Grant>(std::move(started));
  grant.common_password = opening.password.is_common;
  return grant;
}

// Whether the address has an account is asked by adding one: so both cases run the same statements. What is read then is
// the new row, or that of the holder. Who has the address back only by an undo gets no letter here: it went already.
RegistrationOutcome open_with_proof(const Opening& opening, const Caller& caller, const Deps& deps) {
  auto prepared = prepare(opening, caller, deps);
  if (auto* refused = std::get_if<RegistrationRefused>(&prepared)) return std::move(*refused);
  const auto& user = std::get<Prepared>(prepared).user;
  const bool added = deps.store.add_user(user);
  const auto holder = deps.store.user_of(opening.email);
  if (!added && !holder)  // another request was first with the user name
    if (auto taken = refuse_taken_name(user.username, caller, deps)) return std::move(*taken);
  if (added)
    record_registration(user, caller, deps);
  else
    record({.kind = EventKind::registration_repeated,
            .user = holder ? std::optional{holder->id} : std::nullopt,
            .session = {},
            .detail = ""},
           caller, deps);
  if (holder) post_to_prove(*holder, caller, deps);
  return VerificationSent{registration_mark(user, caller, deps)};
}

}  // namespace

RegistrationOutcome register_user(RegistrationRequest request, const Caller& caller, const Deps& deps) {
  auto checked = check_fields(std::move(request), deps);
  if (auto* refused = std::get_if<RegistrationRefused>(&checked)) return std::move(*refused);
  const auto asking = failures_of_address(caller, deps);
  if (const auto wait = closed_for(asking, caller, deps)) return refuse(Refusal::too_many_attempts, *wait);
  auto& opening = std::get<Opening>(checked);
  if (auto taken = refuse_taken_name(opening.username, caller, deps)) return std::move(*taken);
  if (deps.settings.verify_email == VerifyEmail::first) return open_with_proof(opening, caller, deps);
  return open_at_once(std::move(opening), caller, deps);
}

}  // namespace cardea
