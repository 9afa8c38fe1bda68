#include "torture/truth.h"

#include <algorithm>
#include <chrono>
#include <thread>

#include "auth/session/context.h"
#include "torture/violation.h"

namespace cardea::torture {
namespace {

constexpr int reading_limit = 600;  // tenths of a second

}  // namespace

bool TruthStore::changes_user(const UserId& id, const std::function<bool()>& change) {
  const auto look_at_all = [&] {
    for (const auto& session : started_[id]) look(session);
  };
  try {
    if (!change()) return false;
  } catch (const StoreUnavailable&) {
    look_at_all();  // it may have gone through
    throw;
  }
  ++writes_;
  look_at_all();
  return true;
}

// A real database may be slow to answer; what it holds has to be known.
std::optional<SessionState> TruthStore::read(const SessionId& id) {
  for (int attempt = 1;; ++attempt) {
    try {
      return next().session(id, Freshness::causal);
    } catch (const StoreUnavailable&) {
      if (attempt == reading_limit) throw;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds{100});
  }
}

void TruthStore::look(const SessionId& id, int mover) {
  auto& lineage = lineages_[id];
  lineage.versions.push_back({.state = read(id), .mover = mover});
  const auto& state = lineage.versions.back().state;
  if (state) lineage.highest = std::max(lineage.highest, state->session.generation);
}

bool TruthStore::set_password(const UserId& id, const std::string& password_hash, Instant at) {
  return changes_user(id, [&] { return next().set_password(id, password_hash, at); });
}

bool TruthStore::set_status(const UserId& id, UserStatus status, Instant at) {
  return changes_user(id, [&] { return next().set_status(id, status, at); });
}

bool TruthStore::end_all_sessions(const UserId& id, Instant at) {
  return changes_user(id, [&] { return next().end_all_sessions(id, at); });
}

void TruthStore::add_session(const Session& session) {
  started_[session.user].push_back(session.id);
  try {
    next().add_session(session);
  } catch (const StoreUnavailable&) {
    look(session.id);
    throw;
  }
  ++writes_;
  look(session.id);
}

std::optional<SessionState> TruthStore::session(const SessionId& id, Freshness freshness) {
  auto state = next().session(id, freshness);
  settle_doubt(id);
  return state;
}

RotationOutcome TruthStore::rotate(const Rotation& rotation) {
  const auto outcome = next().rotate(rotation);
  const auto& id = rotation.session;
  if (versions(id).empty()) return outcome;
  if (outcome == RotationOutcome::not_moved) {
    settle_doubt(id);
    return outcome;
  }
  Doubt made{.writer = writer_, .move = next_move_};
  made.move.clock = std::max(made.move.clock, writer_clock_);
  if (outcome == RotationOutcome::unknown) doubts_[id] = made;
  see_move(id, made);
  return outcome;
}

// Keeps the row as it is now, if it has moved.
void TruthStore::see_move(const SessionId& id, const Doubt& made) {
  const auto old = versions(id).back().state;
  look(id, made.writer);
  const auto& now = versions(id).back().state;
  if (!old || !now) return;
  const bool moved = now->session.generation != old->session.generation ||
                     now->session.rotated_at != old->session.rotated_at;
  if (!moved) return;
  ++writes_;
  doubts_.erase(id);
  // After a long move its window opens anew.
  const bool opened_anew =
      now->session.generation == old->session.generation && now->session.rotated_at > old->session.rotated_at;
  if (now->session.generation <= old->session.generation && !opened_anew)
    throw Violation{"generations", "a row moved from generation " + std::to_string(old->session.generation) +
                                       " to " + std::to_string(now->session.generation)};
  lineages_[id].moves[now->session.generation] = made.move;
}

void TruthStore::settle_doubt(const SessionId& id) {
  const auto found = doubts_.find(id);
  if (found != doubts_.end()) see_move(id, Doubt(found->second));
}

bool TruthStore::revoke(const Revocation& revocation) {
  try {
    if (!next().revoke(revocation)) return false;
  } catch (const StoreUnavailable&) {
    look(revocation.session);
    throw;
  }
  ++writes_;
  look(revocation.session);
  return true;
}

void TruthStore::add_event(const Event& event) {
  next().add_event(event);
  ++writes_;
  ++events_[event.kind];
}

bool TruthStore::move_throttle(const Digest& bucket, const Throttle& from, const Throttle& to) {
  const bool moved = next().move_throttle(bucket, from, to);
  writes_ += moved && from != to ? 1 : 0;
  return moved;
}

PurgeResult TruthStore::purge(const PurgeLimits& limits) {
  const auto result = next().purge(limits);
  if (result.sessions == 0) return result;
  for (auto& [id, lineage] : lineages_) {
    const auto before = lineage.versions.back().state;
    if (!before) continue;
    look(id);
    if (!lineage.versions.back().state && end_of(before->session) >= limits.sessions_ended_before)
      throw Violation{"rows", "a session was purged before its time"};
  }
  return result;
}

const std::vector<Version>& TruthStore::versions(const SessionId& id) const {
  static const std::vector<Version> none;
  const auto found = lineages_.find(id);
  return found == lineages_.end() ? none : found->second.versions;
}

const std::vector<SessionId>& TruthStore::sessions_started(const UserId& id) const {
  static const std::vector<SessionId> none;
  const auto found = started_.find(id);
  return found == started_.end() ? none : found->second;
}

const Move* TruthStore::move_to(const SessionId& id, Generation generation) const {
  const auto lineage = lineages_.find(id);
  if (lineage == lineages_.end()) return nullptr;
  const auto found = lineage->second.moves.find(generation);
  return found == lineage->second.moves.end() ? nullptr : &found->second;
}

Generation TruthStore::highest(const SessionId& id) const {
  const auto found = lineages_.find(id);
  return found == lineages_.end() ? 0 : found->second.highest;
}

int TruthStore::events_of(EventKind kind) const {
  const auto found = events_.find(kind);
  return found == events_.end() ? 0 : found->second;
}

void TruthStore::restored(const SessionId& id) {
  doubts_.erase(id);
  look(id);
  auto& lineage = lineages_[id];
  const auto generation = lineage.versions.back().state->session.generation;
  lineage.moves.erase(lineage.moves.upper_bound(generation), lineage.moves.end());
}

}  // namespace cardea::torture
