// Users, sessions and events to put into a store, all fields filled, different by number.
#pragma once

#include "store/records.h"

namespace cardea::testing {

// Seconds after a fixed day in 2026.
[[nodiscard]] Instant at(int seconds);

[[nodiscard]] UserId user_id(int number);
[[nodiscard]] SessionId session_id(int number);
[[nodiscard]] EventId event_id(int number);
[[nodiscard]] Digest digest_of(int number);

[[nodiscard]] User sample_user(int number);
// Of the sample user of the same epoch.
[[nodiscard]] Session sample_session(int number, const User& user);
[[nodiscard]] Event sample_event(int number);
// From the session's generation to the next.
[[nodiscard]] Rotation next_rotation(const Session& session);

// Bytes that databases like to lose: NUL, 0xff, a trailing blank and a quote.
[[nodiscard]] Nonce awkward_nonce();

}  // namespace cardea::testing
