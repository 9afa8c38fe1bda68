#include "auth/fresh.h"

#include "auth/history.h"
#include "auth/legacy.h"
#include "auth/throttle.h"

namespace cardea {
namespace {

constexpr seconds busy_wait{2};
constexpr std::chrono::minutes clock_difference{1};  // between the hosts of one site

ProofRefused refuse_for_now(seconds wait) {
  return {.why = ProofRefusal::too_many_attempts, .retry_after = wait};
}

// The address counts too, but a neighbour's guesses do not stop somebody who is signed in.
Buckets judges_of(const SessionState& state, const Caller& caller, const Deps& deps) {
  auto judges = failures_of_device(state.user.id, state.session.device_id, deps);
  const auto address = failures_of_address(caller, deps);
  if (!closed_for(address, caller, deps)) judges.insert(judges.end(), address.begin(), address.end());
  return judges;
}

}  // namespace

bool is_fresh(const Session& session, Instant now) {
  const auto age = now - session.created_at;
  return session.method != legacy_provider && age <= fresh_life && age >= -clock_difference;
}

std::optional<ProofRefused> prove_password(const Secret& password, const std::string& purpose,
                                           const SessionState& state, const Caller& caller,
                                           const Deps& deps) {
  const auto judges = judges_of(state, caller, deps);
  if (const auto wait = closed_for(judges, caller, deps)) return refuse_for_now(*wait);
  const auto verdict = deps.passwords.check(password, state.user.password_hash);
  if (verdict == PasswordVerdict::busy)
    return ProofRefused{.why = ProofRefusal::busy, .retry_after = busy_wait};
  const bool wrong = verdict == PasswordVerdict::wrong || state.user.password_hash.empty();
  const auto wait = wrong ? count_failure(judges, caller, deps) : closed_for(judges, caller, deps);
  if (wait) return refuse_for_now(*wait);
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
  if (is_fresh(state.session, caller.now)) return std::nullopt;
  if (password.empty()) return ProofRefused{};
  return prove_password(password, purpose, state, caller, deps);
}

}  // namespace cardea
