// Signing out: this device, another device of the user, or all of them; and the list of a user's devices. A device
// can sign out with any token that it still has: an access token, expired or not, or a refresh token of any
// generation.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "auth/account/mail_proof.h"
#include "auth/session/context.h"

namespace cardea {

enum class SignOutScope { this_device, everywhere };

// The session of these tokens, if it still stands; otherwise there is nothing to end. Refresh tokens need both MACs
// valid, access tokens our signature. Throws StoreUnavailable.
[[nodiscard]] std::optional<SessionState> session_to_end(const PresentedTokens& tokens, const Caller& caller,
                                                         const Deps& deps);

// Ends the session (or all of the user's) and records it. Safe to repeat. No later call with any token of an ended
// session succeeds (auth/session/end.h).
void sign_out(const SessionState& state, SignOutScope scope, const Caller& caller, const Deps& deps);

// "This was not me": the link or the code of a letter signs its device out, without a password. Returns the session of the
// letter, which has ended now: by this call or before. Refused if they are not ours or too old, or if their session is no
// longer known. Safe to repeat. Throws StoreUnavailable.
[[nodiscard]] std::variant<SessionState, MailProofRefused> disown_device(const MailProof& proof,
                                                                         const Caller& caller,
                                                                         const Deps& deps);

// The user's sessions that stand, one for each device, the most recently seen first. Throws StoreUnavailable.
[[nodiscard]] std::vector<Session> devices_of(const User& user, const Caller& caller, const Deps& deps);

// "Ada's telephone (Android)", or the part of it that is known. Nothing if neither is.
[[nodiscard]] std::optional<std::string> device_words(const Session& session);

// The session of an event, for the name of its device; null if the event has none or the session is not among these.
[[nodiscard]] const Session* session_of(const Event& event, const std::vector<Session>& sessions);

// Signs the user's device of that id out. False if no such device of the user is signed in.
[[nodiscard]] bool sign_out_device(const User& user, std::string_view device_id, const Caller& caller,
                                   const Deps& deps);

}  // namespace cardea
