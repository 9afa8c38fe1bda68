#include "auth/account/password.h"

#include <utility>

#include "auth/account/letters.h"
#include "auth/account/throttle.h"
#include "auth/session/end.h"
#include "auth/session/fresh.h"
#include "auth/session/start.h"
#include "auth/watch/events.h"
#include "base/digest.h"
#include "base/email.h"
#include "config/values.h"

namespace cardea {
namespace {

using Refusal = PasswordChangeRefusal;

constexpr seconds busy_wait{2};

Refusal refusal_of(PasswordProblem problem) {
  switch (problem) {
    case PasswordProblem::too_short:
      return Refusal::too_short;
    case PasswordProblem::too_long:
      return Refusal::too_long;
    case PasswordProblem::not_text:
      return Refusal::not_text;
    case PasswordProblem::too_common:
      return Refusal::too_common;
  }
  return Refusal::not_text;
}

PasswordChangeRefused refusal_of(const ProofRefused& refused) {
  const auto why = [&] {
    switch (refused.why) {
      case ProofRefusal::too_many_attempts:
        return Refusal::too_many_attempts;
      case ProofRefusal::busy:
        return Refusal::busy;
      case ProofRefusal::stale:
      case ProofRefusal::wrong_password:
        break;
    }
    return Refusal::wrong_password;
  }();
  return {.why = why, .retry_after = refused.retry_after};
}

DeviceDetails same_device(const Session& session) {
  DeviceDetails device{.id = session.device_id, .name = session.device_name};
  if (session.said_cookie()) device.transport = Transport::cookie;
  return device;
}

PasswordChangeRefused refuse_for_now(seconds wait) {
  return {.why = Refusal::too_many_attempts, .retry_after = wait};
}

PasswordChange change_to(const std::string& hash, const User& user, OutboxLetters letters,
                         const Caller& caller) {
  return {.user = user.id,
          .epoch = user.epoch,
          .from = user.password_hash,
          .to = hash,
          .at = caller.now,
          .letters = std::move(letters)};
}

OutboxLetters letter_about_password(const SessionState& state, const Caller& caller, const Deps& deps) {
  auto facts = facts_of_act(state.session.user_agent, caller);
  facts.event = EventKind::password_changed;
  return letter_to(recipient_of(state.user), LetterKind::password_changed, std::move(facts), caller, deps);
}

}  // namespace

std::vector<std::string_view> names_of_account(std::string_view email, std::string_view name,
                                               const SiteSettings& site) {
  return {site.name, host_of_origin(site.url), email, email.substr(0, email.rfind('@')), name};
}

std::variant<Grant, PasswordChangeRefused> change_password(const PasswordChangeRequest& request,
                                                           const SessionState& state, const Caller& caller,
                                                           const Deps& deps) {
  const PasswordChangeRefused busy{.why = Refusal::busy, .retry_after = busy_wait};
  const auto chosen = deps.passwords.choose(
      request.chosen, names_of_account(state.user.email.typed, state.user.name, deps.settings.site));
  if (const auto* problem = std::get_if<PasswordProblem>(&chosen))
    return PasswordChangeRefused{.why = refusal_of(*problem)};
  const auto notices = notices_to(state.user, Notice::password_changed, deps);
  if (const auto wait = closed_for(notices, caller, deps)) return refuse_for_now(*wait);
  if (const auto refused = prove_password(request.current, "when asking for a new one", state, caller, deps))
    return refusal_of(*refused);
  const auto sameness = deps.passwords.check(request.chosen, state.user.password_hash);
  if (sameness == PasswordVerdict::busy) return busy;
  if (sameness != PasswordVerdict::wrong) return PasswordChangeRefused{.why = Refusal::same_as_before};
  auto hash = deps.passwords.hash(std::get<ChosenPassword>(chosen).text);
  if (!hash) return busy;

  auto user = state.user;
  const auto change = change_to(*hash, user, letter_about_password(state, caller, deps), caller);
  if (const auto wait = count_use(notices, caller, deps)) return refuse_for_now(*wait);
  if (!end_sessions(change, caller, deps)) {
    give_back(notices, deps);
    return busy;
  }
  user.password_hash = std::move(*hash);
  ++user.epoch;
  record({.kind = EventKind::password_changed,
          .user = user.id,
          .session = state.session.id,
          .detail = "by the user; all other devices were signed out"},
         caller, deps);
  auto started = start_session(std::move(user), same_device(state.session), password_method, caller, deps);
  if (auto* grant = std::get_if<Grant>(&started))
    grant->common_password = std::get<ChosenPassword>(chosen).is_common;
  return grant_or(PasswordChangeRefused{.why = Refusal::ended_by_watch}, std::move(started));
}

namespace {

constexpr FailureLimit requests_of_one_address{.failures = 20, .window = std::chrono::hours{1}};
constexpr FailureLimit requests_of_one_network{.failures = 60, .window = std::chrono::hours{1}};

ResetRefusal reset_refusal_of(PasswordProblem problem) {
  switch (problem) {
    case PasswordProblem::too_short:
      return ResetRefusal::too_short;
    case PasswordProblem::too_long:
      return ResetRefusal::too_long;
    case PasswordProblem::not_text:
      return ResetRefusal::not_text;
    case PasswordProblem::too_common:
      return ResetRefusal::too_common;
  }
  return ResetRefusal::not_text;
}

// The bucket that sign-ins of this user are counted in: by the key that their address has today.
Digest bucket_of(const User& user) {
  const auto email = parse_email(user.email.typed);
  return account_bucket(email ? email->key : user.email.key);
}

OutboxLetters reset_letter(const std::optional<User>& user, const Caller& caller, const Deps& deps) {
  if (!user || user->status != UserStatus::active) return letter_to_nobody(LetterKind::reset, caller, deps);
  return letter_to(recipient_of(*user), LetterKind::reset, facts_of_act(caller.user_agent, caller), caller,
                   deps);
}

// The store adds what it removes.
OutboxLetters letter_about_reset(const User& user, const Caller& caller, const Deps& deps) {
  auto facts = facts_of_act(caller.user_agent, caller);
  facts.event = EventKind::password_reset;
  return letter_to(recipient_of(user), LetterKind::reset_done, std::move(facts), caller, deps);
}

void record_reset(const User& user, const std::vector<ProviderIdentity>& removed, const Caller& caller,
                  const Deps& deps) {
  record({.kind = EventKind::password_reset, .user = user.id, .session = {}, .detail = ""}, caller, deps);
  for (const auto& identity : removed)
    record({.kind = EventKind::identity_unlinked,
            .user = user.id,
            .session = {},
            .detail = "provider=" + identity.provider},
           caller, deps);
}

}  // namespace

std::optional<seconds> request_password_reset(const std::string& email, const Caller& caller,
                                              const Deps& deps) {
  const auto requests =
      around(caller.address, "reset network", requests_of_one_address, requests_of_one_network);
  if (const auto wait = count_use(requests, caller, deps)) return wait;
  const auto parsed = parse_email(email);
  const auto key = parsed ? parsed->key : email;
  const bool may_send = !count_use(letters_by_strangers(key), caller, deps);
  if (may_send) renew_code_tries(key, deps);
  const auto user = parsed ? deps.store.user_of(*parsed) : std::nullopt;
  record({.kind = EventKind::password_reset_requested,
          .user = user ? std::optional{user->id} : std::nullopt,
          .session = {},
          .detail = user ? "" : "no such user"},
         caller, deps);
  if (may_send) post(reset_letter(user, caller, deps), deps);
  return std::nullopt;
}

std::optional<ResetRefused> reset_password(const MailProof& proof, const Secret& chosen, const Caller& caller,
                                           const Deps& deps) {
  const auto proven = check_mail_proof(LinkPurpose::reset_password, proof, caller, deps);
  if (const auto* refused = std::get_if<MailProofRefused>(&proven)) return ResetRefused{.proof = *refused};
  const auto& user = std::get<User>(proven);
  const auto password =
      deps.passwords.choose(chosen, names_of_account(user.email.typed, user.name, deps.settings.site));
  if (const auto* problem = std::get_if<PasswordProblem>(&password))
    return ResetRefused{.why = reset_refusal_of(*problem)};
  const auto sameness = deps.passwords.check(chosen, user.password_hash);
  if (sameness == PasswordVerdict::busy) return ResetRefused{.why = ResetRefusal::busy};
  if (sameness != PasswordVerdict::wrong) return ResetRefused{.why = ResetRefusal::same_as_before};
  const auto hash = deps.passwords.hash(std::get<ChosenPassword>(password).text);
  if (!hash) return ResetRefused{.why = ResetRefusal::busy};
  const auto change = change_to(*hash, user, letter_about_reset(user, caller, deps), caller);
  std::vector<ProviderIdentity> removed;
  if (!end_sessions(PasswordReset{change, removed}, caller, deps)) return ResetRefused{};
  forgive(bucket_of(user), deps);
  record_reset(user, removed, caller, deps);
  return std::nullopt;
}

namespace {

ProofRefused refuse_proof_for_now(seconds wait) {
  return {.why = ProofRefusal::too_many_attempts, .retry_after = wait};
}

// The address counts too, but guesses from a neighbour's device do not stop a user who is signed in.
Buckets guess_buckets(const SessionState& state, const Caller& caller, const Deps& deps) {
  auto buckets = failures_of_device(state.user.id, state.session.device_id, deps);
  const auto address = failures_of_address(caller, deps);
  if (!closed_for(address, caller, deps)) buckets.insert(buckets.end(), address.begin(), address.end());
  return buckets;
}

}  // namespace

std::optional<ProofRefused> prove_password(const Secret& password, const std::string& purpose,
                                           const SessionState& state, const Caller& caller,
                                           const Deps& deps) {
  const auto buckets = guess_buckets(state, caller, deps);
  if (const auto wait = closed_for(buckets, caller, deps)) return refuse_proof_for_now(*wait);
  const auto verdict = deps.passwords.check(password, state.user.password_hash);
  if (verdict == PasswordVerdict::busy)
    return ProofRefused{.why = ProofRefusal::busy, .retry_after = busy_wait};
  const bool wrong = verdict == PasswordVerdict::wrong || state.user.password_hash.empty();
  const auto wait = wrong ? count_failure(buckets, caller, deps) : closed_for(buckets, caller, deps);
  if (wait) return refuse_proof_for_now(*wait);
  if (!wrong) return std::nullopt;
  record({.kind = EventKind::sign_in_failed,
          .user = state.user.id,
          .session = state.session.id,
          .detail = "wrong password " + purpose},
         caller, deps);
  return ProofRefused{.why = ProofRefusal::wrong_password};
}

std::optional<ProofRefused> prove_presence(const Secret& password, const std::string& purpose,
                                           const SessionState& state, const Caller& caller,
                                           const Deps& deps) {
  if (is_fresh(state.session, deps.settings, caller.now)) return std::nullopt;
  if (password.empty()) return ProofRefused{};
  return prove_password(password, purpose, state, caller, deps);
}

}  // namespace cardea
