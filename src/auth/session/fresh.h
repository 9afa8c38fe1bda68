// Fresh sign-ins. An act that opens an account to somebody, or hands it over, asks for more than a session: that its
// user signed in or proved again who they are a moment ago. The thief of a session, or the next user of a shared
// computer, cannot do that.
//
// What counts is the older of two times: that of the session's row, and auth_time of the access token that came
// (verify_live of auth/session/verify.h sees to it). So an access token that was stolen before its owner proved who
// they are stays as old as it was.
#pragma once

#include <string_view>

#include "auth/session/context.h"

namespace cardea {

inline constexpr std::string_view password_method = "password";  // Session::method of a sign-in by password
inline constexpr std::string_view password_amr = "pwd";          // RFC 8176 section 2

// Whether the user of the session, as verify_live returned it, proved who they are at most [factors] fresh ago. A
// refresh does not change that. A session that was taken over from a former system is never fresh, because it is not
// known when its user signed in. Hosts whose clocks differ by a minute agree.
[[nodiscard]] bool is_fresh(const Session& session, const Settings& settings, Instant now);

}  // namespace cardea
