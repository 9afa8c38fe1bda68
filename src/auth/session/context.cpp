#include "auth/session/context.h"

#include <algorithm>

namespace cardea {

TokenPolicy token_policy(const Settings& settings, VerifiedTokens* remembered) {
  return {.issuer = settings.tokens.issuer,
          .audience = settings.tokens.audience,
          .clock_skew = settings.tokens.clock_skew,
          .remembered = remembered};
}

// The system clock may be set back while a request runs.
Instant present_time(const Caller& caller, const Deps& deps) {
  return deps.clock == nullptr ? caller.now : std::max(caller.now, deps.clock->now());
}

Transport transport_of(const PresentedTokens& tokens,
                       const std::function<bool(const PresentedToken&)>& is_genuine) {
  const auto on_purpose = [&](const PresentedToken& token) {
    return token.place != TokenPlace::cookie && is_genuine(token);
  };
  const bool any = std::any_of(tokens.refresh.begin(), tokens.refresh.end(), on_purpose) ||
                   std::any_of(tokens.access.begin(), tokens.access.end(), on_purpose);
  return any ? Transport::header : Transport::cookie;
}

Instant end_of(const Session& session) {
  if (session.absolute_until == never) return session.idle_until;
  return std::min(session.idle_until, session.absolute_until);
}

Standing standing_of(const SessionState& state, Instant now) {
  if (state.session.revoked_at != never) return Standing::revoked;
  if (state.user.status == UserStatus::disabled) return Standing::disabled;
  if (state.user.closed_at != never || state.session.user_epoch != state.user.epoch) return Standing::ended;
  if (now >= end_of(state.session)) return Standing::expired;
  return Standing::stands;
}

}  // namespace cardea
