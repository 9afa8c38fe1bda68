// Signing out, on this device or everywhere. Works with whatever the device still has: an access token,
// expired or not, or a refresh token of any generation.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "auth/session/context.h"

namespace cardea {

enum class SignOutScope { this_device, everywhere };

// The session that the tokens name and that still stands; nothing if there is none, in which case there is
// nothing to end either. Refresh tokens need both MACs right, access tokens our signature. Throws
// StoreUnavailable.
[[nodiscard]] std::optional<SessionState> session_to_end(const PresentedTokens& tokens, const Caller& caller,
                                                         const Deps& deps);

// Ends it and records who did. Safe to repeat. No later call with any token of an ended session succeeds
// (auth/session/end.h).
void sign_out(const SessionState& state, SignOutScope scope, const Caller& caller, const Deps& deps);

// "This was not me": the link in a mail signs its device out, without a password.

// The session that the link names, ended by now: by this call, or before. Nothing if the link is none of
// ours, too old, or of a session that is no longer known. Safe to repeat. Throws StoreUnavailable.
[[nodiscard]] std::optional<SessionState> disown_device(std::string_view token, const Caller& caller,
                                                        const Deps& deps);

// The devices on which a user is signed in, for the user to see and to sign out.

// The sessions that stand, the most recently seen first. Throws StoreUnavailable.
[[nodiscard]] std::vector<Session> devices_of(const User& user, const Caller& caller, const Deps& deps);

// "Ada's telephone (Android)", or what is known of that. Nothing if nothing is.
[[nodiscard]] std::optional<std::string> device_words(const Session& session);

// The session of an event, for the name of its device; null if the event has none or these do not hold it.
[[nodiscard]] const Session* session_of(const Event& event, const std::vector<Session>& sessions);

// Signs out the user's device of that id. False if the user has no such device signed in.
[[nodiscard]] bool sign_out_device(const User& user, std::string_view device_id, const Caller& caller,
                                   const Deps& deps);

}  // namespace cardea
