#include "support/fake_store.h"

#include <algorithm>
#include <limits>
#include <tuple>

#include "store/sql/migrate.h"

namespace cardea {

namespace {

// Removes at most `limit` entries that `ended` picks; answers how many.
template <class Map, class Predicate>
int erase_some(Map& map, int limit, Predicate ended) {
  int erased = 0;
  for (auto at = map.begin(); at != map.end() && erased < limit;) {
    const bool gone = ended(at->second);
    at = gone ? map.erase(at) : std::next(at);
    erased += gone ? 1 : 0;
  }
  return erased;
}

bool ended_before(const Session& session, Instant limit) {
  return session.idle_until < limit || (session.absolute_until != never && session.absolute_until < limit);
}

}  // namespace

FakeStore::Lock FakeStore::enter() {
  Lock lock(mutex_);
  ++calls_;
  if (unavailable_) throw StoreUnavailable("the fake database was switched off");
  return lock;
}

User* FakeStore::find_user(const UserId& id) {
  const auto found = users_.find(id);
  return found == users_.end() ? nullptr : &found->second;
}

void FakeStore::move_epoch(User& user, Instant at) {
  ++user.epoch;
  sessions_ended_[user.id] = at;
}

void FakeStore::add_session(const Session& session) {
  const Lock lock = enter();
  if (sessions_.emplace(session.id, session).second) ++writes_.sessions;
}

std::optional<SessionState> FakeStore::session(const SessionId& id, Freshness freshness) {
  const Lock lock = enter();
  if (freshness == Freshness::plain && !stale_states_.empty()) {
    auto stale = stale_states_.front();
    stale_states_.pop_front();
    return stale;
  }
  const auto found = sessions_.find(id);
  if (found == sessions_.end()) return std::nullopt;
  const User* user = find_user(found->second.user);
  return user ? std::optional<SessionState>({found->second, *user}) : std::nullopt;
}

void FakeStore::run_next(Hooks& hooks) {
  std::function<void()> hook;
  {
    const Lock lock(mutex_);
    if (hooks.empty()) return;
    hook = std::move(hooks.front());
    hooks.pop_front();
  }
  hook();
}

RotationOutcome FakeStore::rotate(const Rotation& rotation) {
  run_next(before_rotation_);
  const Lock lock = enter();
  if (forced_rotations_.empty()) return move(rotation) ? RotationOutcome::moved : RotationOutcome::not_moved;
  const ForcedRotation forced = forced_rotations_.front();
  forced_rotations_.pop_front();
  if (forced == ForcedRotation::unknown_though_moved) move(rotation);
  return RotationOutcome::unknown;
}

bool FakeStore::move(const Rotation& rotation) {
  const auto found = sessions_.find(rotation.session);
  if (found == sessions_.end()) return false;
  Session& row = found->second;
  const User* user = find_user(row.user);
  const bool same_epoch = user && user->epoch == rotation.user_epoch && row.user_epoch == rotation.user_epoch;
  if (row.generation != rotation.from || !same_epoch || row.revoked_at != never) return false;
  row.generation = rotation.to;
  row.rotated_at = rotation.rotated_at;
  row.idle_until = rotation.idle_until;
  row.idempotency = rotation.idempotency;
  row.user_agent = rotation.user_agent;
  row.ip = rotation.ip;
  row.transport = rotation.transport;
  ++writes_.rotations;
  return true;
}

bool FakeStore::revoke(const Revocation& revocation) {
  run_next(before_revocation_);
  const Lock lock = enter();
  const auto found = sessions_.find(revocation.session);
  if (found == sessions_.end() || found->second.revoked_at != never) return false;
  found->second.revoked_at = revocation.at;
  found->second.revoke_reason = revocation.reason;
  ++writes_.revocations;
  return true;
}

std::vector<Session> FakeStore::sessions_of(const UserId& user) {
  const Lock lock = enter();
  std::vector<Session> found;
  for (const auto& [id, session] : sessions_) {
    if (session.user == user) found.push_back(session);
  }
  return found;
}

std::vector<Session> FakeStore::open_sessions_of(const UserId& user) {
  auto found = sessions_of(user);
  std::erase_if(found, [](const Session& session) { return session.revoked_at != never; });
  return found;
}

std::vector<Session> FakeStore::latest_sessions_of(const UserId& user, int limit) {
  auto found = sessions_of(user);
  std::reverse(found.begin(), found.end());
  if (found.size() > static_cast<std::size_t>(limit)) found.resize(static_cast<std::size_t>(limit));
  return found;
}

bool FakeStore::is_known_device(const UserId& user, std::string_view device_id, std::int64_t epoch) {
  for (const auto& session : latest_sessions_of(user, std::numeric_limits<int>::max()))
    if (session.device_id == device_id && session.user_epoch == epoch)
      return !is_of_stranger(session.revoke_reason);
  return false;
}

std::vector<EndedSession> FakeStore::sessions_ended_since(Instant since) {
  const Lock lock = enter();
  std::vector<EndedSession> ended;
  for (const auto& [id, session] : sessions_) {
    const User* user = find_user(session.user);
    if (session.revoked_at != never) {
      if (session.revoked_at >= since) ended.push_back({id, session.revoked_at});
    } else if (user && user->epoch != session.user_epoch && sessions_ended_[user->id] >= since) {
      ended.push_back({id, sessions_ended_[user->id]});
    }
  }
  return ended;
}

void FakeStore::add_event(const Event& event) {
  const Lock lock = enter();
  if (events_.emplace(event.id, event).second) ++writes_.events;
}

std::vector<Event> FakeStore::events(const EventFilter& filter) {
  const Lock lock = enter();
  std::vector<Event> found;
  for (const auto& [id, event] : events_) {
    if (event.at >= filter.since && (!filter.user || event.user == filter.user)) found.push_back(event);
  }
  sort_newest_first(found);
  if (static_cast<int>(found.size()) > filter.limit) found.resize(static_cast<std::size_t>(filter.limit));
  return found;
}

Throttle FakeStore::throttle(const Digest& bucket) {
  const Lock lock = enter();
  const auto found = throttles_.find(bucket);
  return found == throttles_.end() ? Throttle{} : found->second;
}

bool FakeStore::move_throttle(const Digest& bucket, const Throttle& from, const Throttle& to) {
  const Lock lock = enter();
  const auto found = throttles_.find(bucket);
  if ((found == throttles_.end() ? Throttle{} : found->second) != from) return false;
  if (from == to) return true;
  if (to == Throttle{}) {
    throttles_.erase(bucket);
  } else {
    throttles_[bucket] = to;
  }
  ++writes_.throttles;
  return true;
}

PurgeResult FakeStore::purge(const PurgeLimits& limits) {
  const Lock lock = enter();
  PurgeResult result;
  result.sessions = erase_some(sessions_, limits.rows, [&](const Session& session) {
    return ended_before(session, limits.sessions_ended_before);
  });
  result.events =
      erase_some(events_, limits.rows, [&](const Event& event) { return event.at < limits.events_before; });
  result.throttles = erase_some(throttles_, limits.rows, [&](const Throttle& throttle) {
    return throttle.window_began < limits.throttles_before &&
           throttle.blocked_until < limits.throttles_before;
  });
  result.legacy_tokens = erase_some(legacy_tokens_, limits.rows, [&](const LegacyToken& token) {
    return token.expires_at < limits.sessions_ended_before;
  });
  writes_.purged += result.sessions + result.events + result.throttles + result.legacy_tokens;
  return result;
}

void FakeStore::ping() {
  const Lock lock = enter();
}

void FakeStore::check_writing(seconds) {
  const Lock lock = enter();
  if (read_only_) throw StoreUnavailable("the fake database is read-only", StoreTrouble::not_writable);
}

DatabaseReport FakeStore::report() {
  const Lock lock = enter();
  return {.server = "fake", .schema_version = newest_schema_version(), .clock = std::nullopt, .warnings = {}};
}

}  // namespace cardea
