// The letters that users get, in the language of the user: something happened to the account; a link to reset the
// password. Their words are in text/text.h. A letter holds nothing that a client typed (names of users and
// devices), because it goes to an address that nobody has verified yet. Its links lead to pages of this site. A
// token stands behind the #, which browsers send to no server: it reaches no log, and a mail scanner that opens
// the link gets a static page.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "auth/session/context.h"
#include "mail/message.h"

namespace cardea {

inline constexpr std::chrono::hours alert_link_life{24 * 7};
inline constexpr std::chrono::hours reset_link_life{1};

// What happened, on which device, from where and when. `sign_out`: the letter has a link that signs the event's
// device out without a password. `none`: the device is signed out already, or the event is about no device.
enum class AlertLink { sign_out, none };
[[nodiscard]] Letter alert_letter(const Event& event, const SessionState& state, AlertLink link,
                                  const Caller& caller, const Deps& deps);

// A way to sign in was connected or disconnected, as the event's kind says: its label, on which device, from where
// and when.
[[nodiscard]] Letter way_letter(const Event& event, std::string_view way, const SessionState& state,
                                const Caller& caller, const Deps& deps);

// The password was reset with the link; `removed` are the labels of the ways to sign in that this removed.
[[nodiscard]] Letter reset_done_letter(const Event& event, const User& user,
                                       const std::vector<std::string>& removed, const Caller& caller,
                                       const Deps& deps);

// The link to reset the password. It works once, within reset_link_life.
[[nodiscard]] Letter reset_letter(const User& user, const Caller& caller, const Deps& deps);

// What in the database a link is bound to (token/link_token.h): the session's nonce, the user's password and
// epoch.
[[nodiscard]] std::string sign_out_state(const Session& session);
[[nodiscard]] std::string reset_state(const User& user);

}  // namespace cardea
