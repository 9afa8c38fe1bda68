// Starting a session: what every way to sign in ends with. A new session row for this device replaces the device's
// old one.
#pragma once

#include <string_view>
#include <utility>
#include <variant>

#include "auth/session/grant.h"

namespace cardea {

// The row of a new session as start_session writes it. Writes nothing.
[[nodiscard]] Session make_session(const User& user, DeviceDetails device, std::string_view method,
                                   const Caller& caller, const Deps& deps);

// The watch (auth/watch/alarm.h) found this sign-in suspicious and ended its session at once: no tokens.
struct EndedByWatch {
  SessionId session;
};

// Writes the row, ends the sessions that it replaces (of the same device; the least recently seen ones above
// limits.devices_per_user), records the event. Throws StoreUnavailable: no tokens were handed out then.
// Concurrency: of simultaneous sign-ins on one device the last one stays; the limit holds once all have returned. A
// sign-out everywhere at the same moment may count as the later one: then the session of the grant has ended already.
[[nodiscard]] std::variant<Grant, EndedByWatch> start_session(User user, DeviceDetails device,
                                                              std::string_view method, const Caller& caller,
                                                              const Deps& deps);

// The grant; or, if the watch ended the session, the refusal of the rule that wanted to start it.
template <class Refused>
[[nodiscard]] std::variant<Grant, Refused> grant_or(Refused refused,
                                                    std::variant<Grant, EndedByWatch> started) {
  if (auto* grant = std::get_if<Grant>(&started)) return std::move(*grant);
  return refused;
}

}  // namespace cardea
