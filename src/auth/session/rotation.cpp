#include "auth/session/rotation.h"

#include <algorithm>
#include <limits>

#include "base/secret.h"

namespace cardea {
namespace {

// Another host's clock may be ahead of ours: a move "in the future" counts as just made.
milliseconds age_of_move(const Session& row, Instant now) {
  return std::max(now - row.rotated_at, milliseconds{0});
}

bool has_moved(const Session& row) {
  return row.rotated_at != never;
}

bool same_request_again(const Session& row, const Presentation& presented) {
  if (!row.idempotency || !presented.idempotency) return false;
  if (age_of_move(row, presented.now) > idempotency_window) return false;
  return equal_in_constant_time(view_of(*row.idempotency), view_of(*presented.idempotency));
}

RotationStep decide_newest(const Session& row, const Presentation& presented, const TokenSettings& settings) {
  const auto rest = std::max(settings.rotation_grace, settings.renew_min_interval);
  const bool moved_recently = has_moved(row) && age_of_move(row, presented.now) < rest;
  return moved_recently ? RotationStep::reissue : RotationStep::advance;
}

RotationStep decide_replaced(const Session& row, const Presentation& presented,
                             const TokenSettings& settings) {
  const bool in_window = has_moved(row) && age_of_move(row, presented.now) <= settings.rotation_grace;
  return in_window || same_request_again(row, presented) ? RotationStep::replay : RotationStep::reuse;
}

// A spent token, but it came in before the row moved: at that moment it may have been the one that was just
// replaced. A move later than the reading only shows that another host's clock is wrong, and excuses nothing.
bool moved_meanwhile(const Session& row, const Presentation& presented) {
  return row.rotated_at >= presented.now && row.rotated_at <= presented.read_at;
}

// The counter must not start again at 0: tokens that were spent long ago would be valid again.
bool is_last(Generation generation) {
  return generation == std::numeric_limits<Generation>::max();
}

RotationStep decide_by_generation(const Session& row, const Presentation& presented,
                                  const TokenSettings& settings) {
  if (presented.generation > row.generation) return RotationStep::restore;
  if (presented.generation == row.generation) return decide_newest(row, presented, settings);
  if (presented.generation + 1 == row.generation) return decide_replaced(row, presented, settings);
  return moved_meanwhile(row, presented) ? RotationStep::unclear : RotationStep::reuse;
}

}  // namespace

RotationStep decide_rotation(const Session& row, const Presentation& presented,
                             const TokenSettings& settings) {
  const auto step = decide_by_generation(row, presented, settings);
  const bool moves = step == RotationStep::advance || step == RotationStep::restore;
  return moves && is_last(presented.generation) ? RotationStep::reuse : step;
}

Instant slide_idle_end(const Session& row, const TokenSettings& settings, Instant now) {
  const auto& within = settings.refresh_slide_within;
  if (within && row.idle_until - now > *within) return row.idle_until;
  const Instant slid = std::max(row.idle_until, now + settings.refresh_ttl);
  return row.absolute_until == never ? slid : std::min(slid, row.absolute_until);
}

}  // namespace cardea
