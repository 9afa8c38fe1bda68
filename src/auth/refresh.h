// Refreshing: a refresh token comes in, a fresh pair goes out, and a token that was used twice ends its
// session. The decision is auth/rotation.h; this file reads the row, acts, and reads again whenever the
// database says that somebody else was first.
#pragma once

#include <optional>
#include <string>
#include <variant>

#include "auth/companion.h"
#include "auth/grant.h"
#include "auth/start_session.h"

namespace cardea {

struct RefreshRequest {
  PresentedTokens tokens;
  std::optional<std::string> idempotency_key;  // as sent; at most 255 bytes
  DeviceDetails device = {};                   // for the exchange of a legacy token (auth/legacy.h)
  // The answer is a body alone: refused to a session that said "transport":"cookie".
  bool answers_in_body = false;
};

enum class RefreshRefusal {
  missing,
  wrong_transport,
  malformed,          // not a token of ours; nothing was written
  companion_missing,  // nothing was written
  companion_invalid,  // nothing was written
  other_session,      // nothing was written
  expired,
  revoked,  // this session, or all of the user's, had been ended before
  disabled,
  reused,  // a spent token: the session has been ended by this call (or by the one it raced with)
};

// Concurrency: any number of simultaneous calls with one token move the row once and return the identical
// refresh token. Safe to repeat after any interruption. Throws StoreUnavailable (nothing was decided, present
// it again).
[[nodiscard]] std::variant<Grant, RefreshRefusal> refresh(const RefreshRequest& request, const Caller& caller,
                                                          const Deps& deps);

}  // namespace cardea
