#include "torture/shaky_store.h"

#include "torture/faults.h"

namespace cardea::torture {

// splitmix64 of a counter.
ShakyStore::Mishap ShakyStore::draw() {
  if (odds_ == 0) return Mishap::none;
  auto mixed = drawn_.fetch_add(0x9e3779b97f4a7c15U) + 0x9e3779b97f4a7c15U;
  mixed = (mixed ^ (mixed >> 30U)) * 0xbf58476d1ce4e5b9U;
  mixed = (mixed ^ (mixed >> 27U)) * 0x94d049bb133111ebU;
  mixed ^= mixed >> 31U;
  if (mixed % static_cast<std::uint64_t>(odds_) != 0) return Mishap::none;
  ++injected_;
  return static_cast<Mishap>(1 + (mixed >> 32U) % 4);
}

std::optional<SessionState> ShakyStore::session(const SessionId& id, Freshness freshness) {
  const auto mishap = draw();
  if (mishap == Mishap::killed_before || mishap == Mishap::killed_after) throw Killed{};
  if (mishap != Mishap::none) throw StoreUnavailable("the connection broke");
  return next().session(id, freshness);
}

RotationOutcome ShakyStore::rotate(const Rotation& rotation) {
  const auto mishap = draw();
  if (mishap == Mishap::killed_before) throw Killed{};
  if (mishap == Mishap::lost_request) return RotationOutcome::unknown;
  const auto outcome = next().rotate(rotation);
  if (mishap == Mishap::killed_after) throw Killed{};
  return mishap == Mishap::lost_answer ? RotationOutcome::unknown : outcome;
}

bool ShakyStore::revoke(const Revocation& revocation) {
  const auto mishap = draw();
  if (mishap == Mishap::killed_before) throw Killed{};
  if (mishap == Mishap::lost_request) throw StoreUnavailable("the connection broke");
  const bool ended = next().revoke(revocation);
  if (mishap == Mishap::killed_after) throw Killed{};
  if (mishap == Mishap::lost_answer) throw StoreUnavailable("the answer was lost");
  return ended;
}

}  // namespace cardea::torture
