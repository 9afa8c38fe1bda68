// Does a session still stand? Asked by everything that reads a session's row.
#pragma once

#include "base/time.h"
#include "store/records.h"

namespace cardea {

enum class Standing {
  stands,
  revoked,   // this session was ended
  ended,     // all sessions of the user were ended (epoch), e.g. by a new password
  disabled,  // the user is disabled
  expired,   // idle or absolute lifetime is over
};

// The moment from which the session is expired: the earlier of its idle and its absolute end.
[[nodiscard]] Instant end_of(const Session& session);

// A session stands up to, not including, end_of(session).
[[nodiscard]] Standing standing_of(const SessionState& state, Instant now);

}  // namespace cardea
