#include "auth/context.h"

#include <algorithm>

namespace cardea {

TokenPolicy token_policy(const Settings& settings) {
  return {.issuer = settings.tokens.issuer,
          .audience = settings.tokens.audience,
          .clock_skew = settings.tokens.clock_skew};
}

// A system clock may be set back.
Instant present_time(const Caller& caller, const Deps& deps) {
  return deps.clock == nullptr ? caller.now : std::max(caller.now, deps.clock->now());
}

}  // namespace cardea
