#include "auth/session/end.h"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>
#include <vector>

namespace cardea {
namespace {

// How long a request may have taken from its time, which its token carries, to its answer.
constexpr std::chrono::minutes slowest_request{1};

// What the database decides, and the sessions that are known to have ended by it.
class Ended {
 public:
  explicit Ended(const RevocationDeps& deps) : deps_(deps) {}

  bool operator()(const OneSession& one) const {
    const bool ended = deps_.store.revoke({.session = one.session, .reason = one.reason, .at = deps_.now});
    const std::array<EndedSession, 1> known{{{one.session, deps_.now}}};
    deps_.revoked.add(known, deps_.now);
    return ended;
  }

  bool operator()(const AllSessions& all) const {
    return deps_.store.end_all_sessions(all.user, deps_.now) && tell_of_older_epochs(all.user);
  }

  bool operator()(const NewPassword& change) const {
    return deps_.store.set_password(change.user, change.hash, deps_.now) && tell_of_older_epochs(change.user);
  }

  bool operator()(PasswordChange change) const {
    change.at = deps_.now;
    return deps_.store.change_password(change) && tell_of_older_epochs(change.user);
  }

  bool operator()(const PasswordReset& reset) const {
    auto change = reset.change;
    change.at = deps_.now;
    auto removed = deps_.store.reset_password(change);
    if (!removed) return false;
    reset.removed = std::move(*removed);
    return tell_of_older_epochs(change.user);
  }

  bool operator()(const DisabledUser& disabled) const {
    return deps_.store.set_status(disabled.user, UserStatus::disabled, deps_.now) &&
           tell_of_older_epochs(disabled.user);
  }

  bool operator()(const DeletedUser& deleted) const {
    const bool was_there = deps_.store.delete_user(deleted.user, deps_.now);
    tell_of(deps_.store.sessions_of(deleted.user),
            [this](const Session& session) { return session.revoked_at >= deps_.now; });
    return was_there;
  }

 private:
  // The user is read first: a session that begins under a still newer epoch is not taken for an older one.
  bool tell_of_older_epochs(const UserId& id) const {
    const auto user = deps_.store.user_by_id(id);
    const auto present = user ? user->epoch : std::numeric_limits<std::int64_t>::max();
    tell_of(deps_.store.open_sessions_of(id),
            [present](const Session& session) { return session.user_epoch < present; });
    return true;
  }

  template <class Predicate>
  void tell_of(const std::vector<Session>& sessions, Predicate ended) const {
    std::vector<EndedSession> known;
    for (const auto& session : sessions)
      if (ended(session)) known.push_back({session.id, deps_.now});
    deps_.revoked.add(known, deps_.now);
  }

  const RevocationDeps& deps_;
};

}  // namespace

bool end_sessions(const Ending& ending, const Caller& caller, const Deps& deps) {
  return end_sessions(ending, {.store = deps.store, .revoked = deps.revoked, .now = caller.now});
}

bool end_sessions(const Ending& ending, const RevocationDeps& deps) {
  return std::visit(Ended(deps), ending);
}

milliseconds revocations_kept(const TokenSettings& settings) {
  return settings.access_ttl + 2 * settings.clock_skew + slowest_request;
}

void look_for_ended_sessions(const RevocationDeps& deps, seconds interval) {
  const auto since = deps.revoked.claim_look(deps.now, interval);
  if (!since) return;
  const auto ended = deps.store.sessions_ended_since(*since);
  if (deps.revoked.add(ended, deps.now)) deps.revoked.note_look(deps.now);
}

namespace {

constexpr std::chrono::hours day{24};
constexpr auto events_kept = 90 * day;
constexpr int rows_of_a_step = 100;  // few enough to keep nobody waiting
constexpr int max_steps = 20;

}  // namespace

PurgeLimits purge_limits(const TokenSettings& settings, Instant now, int rows) {
  return {.sessions_ended_before = now - std::max<milliseconds>(day, revocations_kept(settings)),
          .events_before = now - events_kept,
          .throttles_before = now - day,
          .rows = rows};
}

void purge_step(const TokenSettings& settings, const RevocationDeps& deps) {
  if (!deps.revoked.claim_purge(deps.now, purge_interval)) return;
  const auto limits = purge_limits(settings, deps.now, rows_of_a_step);
  for (int step = 0; step < max_steps; ++step) {
    const auto removed = deps.store.purge(limits);
    if (std::max({removed.sessions, removed.events, removed.throttles, removed.legacy_tokens}) < limits.rows)
      return;
  }
}

}  // namespace cardea
