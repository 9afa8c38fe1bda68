// Refreshing: a client sends a refresh token and gets a new pair of tokens; a refresh token that is used twice ends
// its session. auth/session/rotation.h decides; this file reads the row, acts, and reads again if another request
// changed the row first.
#pragma once

#include <variant>

#include "auth/session/grant.h"
#include "auth/session/start.h"

namespace cardea {

// Concurrency: any number of simultaneous calls with one token move the row once and return the identical
// refresh token. Safe to repeat after any interruption. Throws StoreUnavailable: nothing was decided, and the client
// can send the token again.
[[nodiscard]] std::variant<Grant, RefreshRefusal> refresh(const RefreshRequest& request, const Caller& caller,
                                                          const Deps& deps);

}  // namespace cardea
