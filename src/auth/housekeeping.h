// What is removed from the database when nobody needs it any more: sessions a day after their end (or once
// their last access token has ended, if that is later), events after 90 days, throttles after a day.
#pragma once

#include "auth/revocation.h"

namespace cardea {

// rows: of each kind at a time.
[[nodiscard]] PurgeLimits purge_limits(const TokenSettings& settings, Instant now, int rows);

// What `cardea purge` does, a little at a time and without being asked: by one process of the host, once in
// purge_interval, in small steps and not many. Does nothing if it is not time yet. Throws like the store.
void purge_a_little(const TokenSettings& settings, const RevocationDeps& deps);

inline constexpr std::chrono::minutes purge_interval{10};

}  // namespace cardea
