#include "auth/account/password.h"

#include <utility>

#include "auth/account/letters.h"
#include "auth/account/providers.h"
#include "auth/account/throttle.h"
#include "auth/session/end.h"
#include "auth/session/fresh.h"
#include "auth/session/start.h"
#include "auth/watch/events.h"
#include "base/digest.h"
#include "base/email.h"
#include "config/values.h"
#include "token/link_token.h"

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
  const PasswordChange change{
      .user = user.id, .epoch = user.epoch, .from = user.password_hash, .to = *hash, .at = caller.now};
  if (const auto wait = count_use(notices, caller, deps)) return refuse_for_now(*wait);
  if (!end_sessions(change, caller, deps)) {
    give_back(notices, deps);
    return busy;
  }
  user.password_hash = std::move(*hash);
  ++user.epoch;
  const auto event = record({.kind = EventKind::password_changed,
                             .user = user.id,
                             .session = state.session.id,
                             .detail = "by the user; all other devices were signed out"},
                            caller, deps);
  if (gets_letters(user, deps)) deps.outbox.put(alert_letter(event, state, AlertLink::none, caller, deps));
  auto started = start_session(std::move(user), same_device(state.session), password_method, caller, deps);
  if (auto* grant = std::get_if<Grant>(&started))
    grant->common_password = std::get<ChosenPassword>(chosen).is_common;
  return grant_or(PasswordChangeRefused{.why = Refusal::ended_by_watch}, std::move(started));
}

namespace {

constexpr FailureLimit mails_to_one_address{.failures = 3, .window = std::chrono::hours{1}};
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

// The user of the link, if the link is still valid.
std::optional<User> user_of_link(std::string_view token, const Caller& caller, const Deps& deps) {
  const auto ticket = open_link_token(token, LinkPurpose::reset_password, deps.keys, caller.now);
  if (!ticket) return std::nullopt;
  auto user = deps.store.user_by_id(ticket->link.user);
  if (!user || user->status != UserStatus::active ||
      !link_matches_state(*ticket, reset_state(*user), deps.keys, caller.now))
    return std::nullopt;
  return user;
}

// The mail names all providers that were removed: one that a thief had connected would let the thief in again.
void record_reset(const User& user, const std::vector<ProviderIdentity>& removed, const Caller& caller,
                  const Deps& deps) {
  const auto event =
      record({.kind = EventKind::password_reset, .user = user.id, .session = {}, .detail = ""}, caller, deps);
  std::vector<std::string> labels;
  for (const auto& identity : removed) {
    record({.kind = EventKind::identity_unlinked,
            .user = user.id,
            .session = {},
            .detail = "provider=" + identity.provider},
           caller, deps);
    labels.push_back(label_of(identity, deps.settings));
  }
  if (gets_letters(user, deps)) deps.outbox.put(reset_done_letter(event, user, labels, caller, deps));
}

}  // namespace

std::optional<seconds> request_password_reset(const std::string& email, const Caller& caller,
                                              const Deps& deps) {
  const auto requests =
      around(caller.address, "reset network", requests_of_one_address, requests_of_one_network);
  if (const auto wait = count_use(requests, caller, deps)) return wait;
  const auto parsed = parse_email(email);
  const auto key = parsed ? parsed->key : email;
  const bool may_send = !count_use({{sha256("reset mail\n" + key), mails_to_one_address}}, caller, deps);
  const auto user = parsed ? deps.store.user_of(*parsed) : std::nullopt;
  record({.kind = EventKind::password_reset_requested,
          .user = user ? std::optional{user->id} : std::nullopt,
          .session = {},
          .detail = user ? "" : "no such user"},
         caller, deps);
  if (user && may_send && user->status == UserStatus::active)
    deps.outbox.put(reset_letter(*user, caller, deps));
  return std::nullopt;
}

std::optional<ResetRefusal> reset_password(std::string_view token, const Secret& chosen, const Caller& caller,
                                           const Deps& deps) {
  const auto user = user_of_link(token, caller, deps);
  if (!user) return ResetRefusal::bad_link;
  const auto password =
      deps.passwords.choose(chosen, names_of_account(user->email.typed, user->name, deps.settings.site));
  if (const auto* problem = std::get_if<PasswordProblem>(&password)) return reset_refusal_of(*problem);
  const auto sameness = deps.passwords.check(chosen, user->password_hash);
  if (sameness == PasswordVerdict::busy) return ResetRefusal::busy;
  if (sameness != PasswordVerdict::wrong) return ResetRefusal::same_as_before;
  const auto hash = deps.passwords.hash(std::get<ChosenPassword>(password).text);
  if (!hash) return ResetRefusal::busy;
  const PasswordChange change{
      .user = user->id, .epoch = user->epoch, .from = user->password_hash, .to = *hash, .at = caller.now};
  std::vector<ProviderIdentity> removed;
  if (!end_sessions(PasswordReset{change, removed}, caller, deps)) return ResetRefusal::bad_link;
  forgive(bucket_of(*user), deps);
  record_reset(*user, removed, caller, deps);
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
