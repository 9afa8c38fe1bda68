#include "auth/housekeeping.h"

#include <algorithm>

namespace cardea {
namespace {

constexpr std::chrono::hours day{24};
constexpr auto events_kept = 90 * day;
constexpr int rows_of_a_step = 100;  // few enough to keep nobody waiting
constexpr int most_steps = 20;

}  // namespace

PurgeLimits purge_limits(const TokenSettings& settings, Instant now, int rows) {
  return {.sessions_ended_before = now - std::max<milliseconds>(day, revocations_kept(settings)),
          .events_before = now - events_kept,
          .throttles_before = now - day,
          .rows = rows};
}

void purge_a_little(const TokenSettings& settings, const RevocationDeps& deps) {
  if (!deps.revoked.claim_purge(deps.now, purge_interval)) return;
  const auto limits = purge_limits(settings, deps.now, rows_of_a_step);
  for (int step = 0; step < most_steps; ++step) {
    const auto removed = deps.store.purge(limits);
    if (std::max({removed.sessions, removed.events, removed.throttles, removed.legacy_tokens}) < limits.rows)
      return;
  }
}

}  // namespace cardea
