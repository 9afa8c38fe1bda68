#include "auth/session/end.h"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>
#include <vector>

#include "auth/account/throttle.h"

namespace cardea {
namespace {

// How long a request may take from its time, which its access token carries, to its answer.
constexpr std::chrono::minutes slowest_request{1};

// For each kind of ending: asks the database to decide, then adds the sessions that ended to this host's file.
class Ended {
 public:
  Ended(Store& store, RevokedSessions& revoked, Instant now) : store_(store), revoked_(revoked), now_(now) {}

  bool operator()(const OneSession& one) const {
    const bool ended = store_.revoke({.session = one.session, .reason = one.reason, .at = now_});
    const std::array<EndedSession, 1> known{{{one.session, now_}}};
    revoked_.add(known, now_);
    return ended;
  }

  bool operator()(const AllSessions& all) const {
    return store_.end_all_sessions(all.user, now_) && add_older_epochs(all.user);
  }

  bool operator()(const NewPassword& change) const {
    return store_.set_password(change.user, change.hash, now_) && add_older_epochs(change.user);
  }

  bool operator()(PasswordChange change) const {
    change.at = now_;
    return store_.change_password(change) && add_older_epochs(change.user);
  }

  bool operator()(const PasswordReset& reset) const {
    auto change = reset.reset;
    change.change.at = now_;
    auto removed = store_.reset_password(change);
    if (!removed) return false;
    reset.removed = std::move(*removed);
    return add_older_epochs(change.change.user);
  }

  bool operator()(const UndoneAddress& undone) const {
    auto undo = undone.undo;
    undo.at = now_;
    undone.outcome = store_.undo_address_change(undo);
    return undone.outcome == AddressOutcome::changed && add_older_epochs(undo.change.user);
  }

  bool operator()(const DisabledUser& disabled) const {
    return store_.set_status(disabled.user, UserStatus::disabled, now_) && add_older_epochs(disabled.user);
  }

  bool operator()(const DeletedUser& deleted) const {
    const bool was_there = store_.delete_user(deleted.user, now_);
    add(store_.sessions_of(deleted.user),
        [this](const Session& session) { return session.revoked_at >= now_; });
    return was_there;
  }

  bool operator()(const ClosedAccount& closed) const {
    auto closing = closed.closing;
    closing.at = now_;
    return store_.close_user(closing) && add_older_epochs(closing.user);
  }

 private:
  // The user is read first, so that a session which begins under a newer epoch afterwards is not added.
  bool add_older_epochs(const UserId& id) const {
    const auto user = store_.user_by_id(id);
    const auto present = user ? user->epoch : std::numeric_limits<std::int64_t>::max();
    add(store_.open_sessions_of(id),
        [present](const Session& session) { return session.user_epoch < present; });
    return true;
  }

  template <class Predicate>
  void add(const std::vector<Session>& sessions, Predicate ended) const {
    std::vector<EndedSession> known;
    for (const auto& session : sessions)
      if (ended(session)) known.push_back({session.id, now_});
    revoked_.add(known, now_);
  }

  Store& store_;
  RevokedSessions& revoked_;
  Instant now_;
};

}  // namespace

bool end_sessions(const Ending& ending, const Caller& caller, const Deps& deps) {
  return end_sessions(ending, deps.store, deps.revoked, caller.now);
}

bool end_sessions(const Ending& ending, Store& store, RevokedSessions& revoked, Instant now) {
  return std::visit(Ended(store, revoked, now), ending);
}

milliseconds revocations_kept(const TokenSettings& settings) {
  return settings.access_ttl + 2 * settings.clock_skew + slowest_request;
}

bool look_for_ended_sessions(Store& store, RevokedSessions& revoked, Instant now, seconds interval) {
  const auto since = revoked.claim_look(now, interval);
  if (!since) return false;
  const auto ended = store.sessions_ended_since(*since);
  if (revoked.add(ended, now)) revoked.note_look(now);
  return true;
}

namespace {

constexpr std::chrono::hours day{24};
constexpr auto events_kept = 90 * day;
constexpr int rows_of_a_step = 100;  // few enough that no other request waits long
constexpr int max_steps = 20;

}  // namespace

PurgeLimits purge_limits(const TokenSettings& settings, Instant now, int rows) {
  return {.sessions_ended_before = now - std::max<milliseconds>(day, revocations_kept(settings)),
          .events_before = now - events_kept,
          .throttles_before = now - day,
          .letters_before = now - day,
          .address_changes_before = now - day,
          .rows = rows};
}

namespace {

milliseconds closed_for_at_least(const Settings& settings) {
  return std::max<milliseconds>(settings.closing.delete_after, revocations_kept(settings.tokens));
}

}  // namespace

Instant erased_at(const User& user, const Settings& settings) {
  return user.closed_at + closed_for_at_least(settings);
}

int erase_closed_accounts(const Settings& settings, Store& store, Instant now, int users) {
  int erased = 0;
  for (const auto& user : store.closed_users(now - closed_for_at_least(settings), users)) {
    const auto sessions = store.sessions_of(user.id);
    erased += store.erase_user(
                  {.user = user.id, .closed_at = user.closed_at, .buckets = buckets_about(user, sessions)})
                  ? 1
                  : 0;
  }
  return erased;
}

namespace {

// Until a step finds nothing more, or for some steps.
void purge_rows(const TokenSettings& settings, Store& store, Instant now) {
  const auto limits = purge_limits(settings, now, rows_of_a_step);
  for (int step = 0; step < max_steps; ++step) {
    const auto removed = store.purge(limits);
    if (std::max({removed.sessions, removed.events, removed.throttles, removed.legacy_tokens, removed.letters,
                  removed.address_changes}) < limits.rows)
      return;
  }
}

}  // namespace

bool purge_step(const Settings& settings, Store& store, RevokedSessions& revoked, Instant now) {
  if (!revoked.claim_purge(now, purge_interval)) return false;
  (void)erase_closed_accounts(settings, store, now, rows_of_a_step);
  purge_rows(settings.tokens, store, now);
  store.forget_erased();
  return true;
}

}  // namespace cardea
