// The devices on which a user is signed in, for the user to see and to sign out.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "auth/context.h"

namespace cardea {

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
