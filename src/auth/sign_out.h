// Signing out, on this device or everywhere. Works with whatever the device still has: an access token,
// expired or not, or a refresh token of any generation.
#pragma once

#include <optional>
#include <vector>

#include "auth/context.h"
#include "auth/presented.h"

namespace cardea {

enum class SignOutScope { this_device, everywhere };

// The session that the tokens name and that still stands; nothing if there is none, in which case there is
// nothing to end either. Refresh tokens need both MACs right, access tokens our signature. Throws
// StoreUnavailable.
[[nodiscard]] std::optional<SessionState> session_to_end(const PresentedTokens& tokens, const Caller& caller,
                                                         const Deps& deps);

// Ends it and records who did. Safe to repeat. No later call with any token of an ended session succeeds
// (auth/revocation.h).
void sign_out(const SessionState& state, SignOutScope scope, const Caller& caller, const Deps& deps);

}  // namespace cardea
