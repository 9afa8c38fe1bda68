#include "torture/truth.h"

#include <algorithm>

#include "auth/standing.h"
#include "torture/violation.h"

namespace cardea::torture {

bool TruthStore::user_changed(const UserId& id, bool changed) {
  if (!changed) return false;
  ++writes_;
  for (const auto& session : started_[id]) look(session);
  return true;
}

void TruthStore::look(const SessionId& id, int mover) {
  auto& lineage = lineages_[id];
  lineage.versions.push_back({.state = next().session(id, Freshness::causal), .mover = mover});
  const auto& state = lineage.versions.back().state;
  if (state) lineage.highest = std::max(lineage.highest, state->session.generation);
}

bool TruthStore::set_password(const UserId& id, const std::string& password_hash, Instant at) {
  return user_changed(id, next().set_password(id, password_hash, at));
}

bool TruthStore::set_status(const UserId& id, UserStatus status, Instant at) {
  return user_changed(id, next().set_status(id, status, at));
}

bool TruthStore::end_all_sessions(const UserId& id, Instant at) {
  return user_changed(id, next().end_all_sessions(id, at));
}

void TruthStore::add_session(const Session& session) {
  next().add_session(session);
  ++writes_;
  started_[session.user].push_back(session.id);
  look(session.id);
}

RotationOutcome TruthStore::rotate(const Rotation& rotation) {
  const auto outcome = next().rotate(rotation);
  const auto& before = versions(rotation.session);
  if (outcome == RotationOutcome::not_moved || before.empty()) return outcome;
  const auto old = before.back().state;
  look(rotation.session, writer_);
  const auto& now = versions(rotation.session).back().state;
  if (!old || !now) return outcome;
  const bool moved = now->session.generation != old->session.generation ||
                     now->session.rotated_at != old->session.rotated_at;
  if (!moved) return outcome;
  ++writes_;
  if (now->session.generation <= old->session.generation)
    throw Violation{"generations", "a row moved from generation " + std::to_string(old->session.generation) +
                                       " to " + std::to_string(now->session.generation)};
  lineages_[rotation.session].moves[now->session.generation] = {
      .at = clockwork_.true_now,
      .clock = std::max(writer_clock_, clockwork_.at_host()),
      .key = rotation.idempotency};
  return outcome;
}

bool TruthStore::revoke(const Revocation& revocation) {
  if (!next().revoke(revocation)) return false;
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
  look(id);
  auto& lineage = lineages_[id];
  const auto generation = lineage.versions.back().state->session.generation;
  lineage.moves.erase(lineage.moves.upper_bound(generation), lineage.moves.end());
}

}  // namespace cardea::torture
