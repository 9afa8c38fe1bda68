#include "auth/password_change.h"

#include <utility>

#include "auth/history.h"
#include "auth/letters.h"
#include "auth/revocation.h"
#include "auth/start_session.h"
#include "auth/throttle.h"

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
  }
  return Refusal::not_text;
}

std::optional<PasswordChangeRefused> prove(const Secret& current, const SessionState& state,
                                           const Caller& caller, const Deps& deps) {
  const auto& limits = deps.settings.limits;
  AttemptGuard guard(caller, deps);
  auto wait = guard.admit(address_bucket(caller.address), limits.address_failures);
  if (!wait)
    wait = guard.admit(device_bucket(state.user.id, state.session.device_id), limits.account_failures);
  if (wait) {
    guard.give_back();
    return PasswordChangeRefused{.why = Refusal::too_many_attempts, .retry_after = *wait};
  }
  const auto verdict = deps.passwords.check(current, state.user.password_hash);
  if (verdict == PasswordVerdict::wrong || state.user.password_hash.empty()) {
    record({.kind = EventKind::sign_in_failed,
            .user = state.user.id,
            .session = state.session.id,
            .detail = "wrong password when asking for a new one"},
           caller, deps);
    return PasswordChangeRefused{.why = Refusal::wrong_password};
  }
  guard.give_back();
  if (verdict == PasswordVerdict::busy)
    return PasswordChangeRefused{.why = Refusal::busy, .retry_after = busy_wait};
  return std::nullopt;
}

}  // namespace

std::variant<Grant, PasswordChangeRefused> change_password(const PasswordChangeRequest& request,
                                                           const SessionState& state, const Caller& caller,
                                                           const Deps& deps) {
  const PasswordChangeRefused busy{.why = Refusal::busy, .retry_after = busy_wait};
  const auto prepared = prepare_password(request.chosen, deps.settings.password);
  if (const auto* problem = std::get_if<PasswordProblem>(&prepared))
    return PasswordChangeRefused{.why = refusal_of(*problem)};
  if (const auto refused = prove(request.current, state, caller, deps)) return *refused;
  const auto sameness = deps.passwords.check(request.chosen, state.user.password_hash);
  if (sameness == PasswordVerdict::busy) return busy;
  if (sameness != PasswordVerdict::wrong) return PasswordChangeRefused{.why = Refusal::same_as_before};
  auto hash = deps.passwords.hash(std::get<Secret>(prepared));
  if (!hash) return busy;

  auto user = state.user;
  const PasswordChange change{
      .user = user.id, .epoch = user.epoch, .from = user.password_hash, .to = *hash, .at = caller.now};
  if (!end_sessions(change, caller, deps)) return busy;
  user.password_hash = std::move(*hash);
  ++user.epoch;
  const auto event = record({.kind = EventKind::password_changed,
                             .user = user.id,
                             .session = state.session.id,
                             .detail = "by the user; all other devices were signed out"},
                            caller, deps);
  if (deps.settings.mail.on()) deps.outbox.put(alert_letter(event, state, AlertLink::none, caller, deps));
  DeviceDetails device{.id = state.session.device_id, .name = state.session.device_name};
  if (state.session.said_cookie()) device.keyhole = Keyhole::cookie;
  return start_session(std::move(user), std::move(device), "password", caller, deps);
}

}  // namespace cardea
