#include "auth/password_change.h"

#include <utility>

#include "auth/fresh.h"
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

PasswordChangeRefused refuse_for_now(seconds wait) {
  return {.why = Refusal::too_many_attempts, .retry_after = wait};
}

}  // namespace

std::variant<Grant, PasswordChangeRefused> change_password(const PasswordChangeRequest& request,
                                                           const SessionState& state, const Caller& caller,
                                                           const Deps& deps) {
  const PasswordChangeRefused busy{.why = Refusal::busy, .retry_after = busy_wait};
  const auto prepared = prepare_password(request.chosen, deps.settings.password);
  if (const auto* problem = std::get_if<PasswordProblem>(&prepared))
    return PasswordChangeRefused{.why = refusal_of(*problem)};
  const auto notices = notices_to(state.user, Notice::password_changed, deps);
  if (const auto wait = closed_for(notices, caller, deps)) return refuse_for_now(*wait);
  if (const auto refused = prove_password(request.current, "when asking for a new one", state, caller, deps))
    return refusal_of(*refused);
  const auto sameness = deps.passwords.check(request.chosen, state.user.password_hash);
  if (sameness == PasswordVerdict::busy) return busy;
  if (sameness != PasswordVerdict::wrong) return PasswordChangeRefused{.why = Refusal::same_as_before};
  auto hash = deps.passwords.hash(std::get<Secret>(prepared));
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
  DeviceDetails device{.id = state.session.device_id, .name = state.session.device_name};
  if (state.session.said_cookie()) device.keyhole = Keyhole::cookie;
  return start_session(std::move(user), std::move(device), "password", caller, deps);
}

}  // namespace cardea
