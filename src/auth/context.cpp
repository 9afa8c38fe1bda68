#include "auth/context.h"

namespace cardea {

TokenPolicy token_policy(const Settings& settings) {
  return {.issuer = settings.tokens.issuer,
          .audience = settings.tokens.audience,
          .clock_skew = settings.tokens.clock_skew};
}

}  // namespace cardea
