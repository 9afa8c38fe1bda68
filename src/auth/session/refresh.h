// Refreshing: a refresh token comes in, a fresh pair goes out, and a token that was used twice ends its
// session. The decision is auth/session/rotation.h; this file reads the row, acts, and reads again whenever the
// database says that somebody else was first.
#pragma once

#include <variant>

#include "auth/session/companion.h"
#include "auth/session/grant.h"
#include "auth/session/start.h"

namespace cardea {

// Concurrency: any number of simultaneous calls with one token move the row once and return the identical
// refresh token. Safe to repeat after any interruption. Throws StoreUnavailable (nothing was decided, present
// it again).
[[nodiscard]] std::variant<Grant, RefreshRefusal> refresh(const RefreshRequest& request, const Caller& caller,
                                                          const Deps& deps);

}  // namespace cardea
