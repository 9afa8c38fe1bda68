// What the database really held, from first to last: a Store that lets every call through and keeps each
// version of each session's row. The checker trusts nothing else.
//
// For one thread.
#pragma once

#include <functional>
#include <map>
#include <vector>

#include "torture/clockwork.h"
#include "torture/forwarding_store.h"

namespace cardea::torture {

// The row and its user's row between two changes of either.
struct Version {
  std::optional<SessionState> state;  // nothing: the row is gone
  int mover = 0;                      // the request that moved the row to here, or 0
};

// The last move of a session to one generation. Counted from when its statement was sent: what the row says
// was written down then, however long the database took.
struct Move {
  Instant at{};     // by the true clock
  Instant clock{};  // by that of the host that made it, or of its request if that came in later
  std::optional<Digest> key;
};

class TruthStore final : public ForwardingStore {
 public:
  TruthStore(Store& base, const Clockwork& clockwork) : ForwardingStore(base), clockwork_(clockwork) {}

  bool set_password(const UserId& id, const std::string& password_hash, Instant at) override;
  bool set_status(const UserId& id, UserStatus status, Instant at) override;
  bool end_all_sessions(const UserId& id, Instant at) override;
  void add_session(const Session& session) override;
  std::optional<SessionState> session(const SessionId& id, Freshness freshness) override;
  RotationOutcome rotate(const Rotation& rotation) override;
  bool revoke(const Revocation& revocation) override;
  void add_event(const Event& event) override;
  bool move_throttle(const Digest& bucket, const Throttle& from, const Throttle& to) override;
  PurgeResult purge(const PurgeLimits& limits) override;

  // Never empty for a session that was ever added; nothing for a stranger's.
  [[nodiscard]] const std::vector<Version>& versions(const SessionId& id) const;
  [[nodiscard]] const std::vector<SessionId>& sessions_started(const UserId& id) const;
  // The row's move to that generation; nothing if there was none since it was restored to before.
  [[nodiscard]] const Move* move_to(const SessionId& id, Generation generation) const;
  // The newest generation that the row ever had.
  [[nodiscard]] Generation highest(const SessionId& id) const;
  // Rows changed so far, all tables together.
  [[nodiscard]] int writes() const { return writes_; }
  [[nodiscard]] int events_of(EventKind kind) const;
  // The request that writes now; 0 = none.
  // clock: the host's when the request came in.
  void set_writer(int request, Instant clock) {
    writer_ = request;
    writer_clock_ = clock;
  }
  // The move that the next rotate() makes.
  void set_move(const Move& move) { next_move_ = move; }
  // Somebody else has put the row back to an older version.
  void restored(const SessionId& id);

 private:
  struct Lineage {
    std::vector<Version> versions;
    std::map<Generation, Move> moves;
    Generation highest = 0;
  };
  // A move that nobody knows the outcome of; a real database may carry it out later.
  struct Doubt {
    int writer = 0;
    Move move;
  };
  bool changes_user(const UserId& id, const std::function<bool()>& change);
  [[nodiscard]] std::optional<SessionState> read(const SessionId& id);
  void look(const SessionId& id, int mover = 0);
  void see_move(const SessionId& id, const Doubt& made);
  void settle_doubt(const SessionId& id);

  const Clockwork& clockwork_;
  std::map<SessionId, Lineage> lineages_;
  std::map<SessionId, Doubt> doubts_;
  std::map<UserId, std::vector<SessionId>> started_;
  std::map<EventKind, int> events_;
  int writes_ = 0;
  int writer_ = 0;
  Instant writer_clock_{};
  Move next_move_;
};

}  // namespace cardea::torture
