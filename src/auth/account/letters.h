// The letters that users get, in their language: something happened to the account; a new password. What a
// client typed (names of people and devices) stands in no letter: it would go to addresses that nobody has
// proved. Links lead to pages of ours; a token stands behind the #, which browsers send to nobody: it gets
// into no log, and what a mail scanner fetches is a static page.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "auth/session/context.h"
#include "mail/message.h"

namespace cardea {

inline constexpr std::chrono::hours alert_link_life{24 * 7};
inline constexpr std::chrono::hours reset_link_life{1};

// What an event is about, where it was and when. With sign_out_link the letter signs the event's device out
// without a password; without, its device is out already, or it is about no device.
enum class AlertLink { sign_out, none };
[[nodiscard]] Letter alert_letter(const Event& event, const SessionState& state, AlertLink link,
                                  const Caller& caller, const Deps& deps);

// A way to sign in was connected or disconnected, as the event's kind says: which (as people call it), where
// and when.
[[nodiscard]] Letter way_letter(const Event& event, std::string_view way, const SessionState& state,
                                const Caller& caller, const Deps& deps);

// The password was reset by the link; `removed` are the ways to sign in that went with it, as people call them.
[[nodiscard]] Letter reset_done_letter(const Event& event, const User& user,
                                       const std::vector<std::string>& removed, const Caller& caller,
                                       const Deps& deps);

// The link to set a new password, once, within reset_link_life.
[[nodiscard]] Letter reset_letter(const User& user, const Caller& caller, const Deps& deps);

// What in the database a link is bound to (token/link_token.h): the session's nonce, the user's password and
// epoch.
[[nodiscard]] std::string sign_out_state(const Session& session);
[[nodiscard]] std::string reset_state(const User& user);

}  // namespace cardea
