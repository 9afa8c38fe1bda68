#include "auth/standing.h"

#include <algorithm>

namespace cardea {

Instant end_of(const Session& session) {
  if (session.absolute_until == never) return session.idle_until;
  return std::min(session.idle_until, session.absolute_until);
}

Standing standing_of(const SessionState& state, Instant now) {
  if (state.session.revoked_at != never) return Standing::revoked;
  if (state.user.status == UserStatus::disabled) return Standing::disabled;
  if (state.session.user_epoch != state.user.epoch) return Standing::ended;
  if (now >= end_of(state.session)) return Standing::expired;
  return Standing::stands;
}

}  // namespace cardea
