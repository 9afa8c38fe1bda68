// The real store on SQLite in memory, behind connections that count, fail, wait and lose answers when a test says
// so. What is faked is SqlConnection (store/sql/connection.h), so that the SQL itself is tested wherever a rule is.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string_view>

#include "store/sql_store.h"

namespace cardea::testing {

// How many rows each kind of write has changed; a refused write counts nothing.
struct SqlWrites {
  int users = 0;  // all that changes a user, but for note_sign_in
  int sign_ins_noted = 0;
  int provider_identities = 0;  // add_provider_identity, remove_provider_identity
  int sessions = 0;             // add_session
  int rotations = 0;
  int revocations = 0;
  int events = 0;
  int throttles = 0;
  int identities = 0;
  int legacy_tokens = 0;  // add_legacy_token, claim_legacy_token
  int tallies = 0;
  int letters = 0;  // put into the outbox, claimed, settled
  int purged = 0;
  [[nodiscard]] int total() const {
    return users + sign_ins_noted + sessions + rotations + revocations + events + throttles + identities +
           provider_identities + legacy_tokens + tallies + letters + purged;
  }
  bool operator==(const SqlWrites&) const = default;
};

enum class ForcedRotation {
  unknown_though_moved,  // the row moves, the answer is lost on the way
  unknown_not_moved,     // the connection broke before the statement arrived
};

// What happens to one statement.
struct SqlFault {
  int code = 0;          // MySQL's number of the failure (mysql_error_class); 0 = it does not fail
  bool after = false;    // the statement is done first, and only its answer is lost
  milliseconds delay{};  // before it is done
};

// One SQLite database in memory with all tables, empty at first, and what tests do to statements on their way.
//
// Concurrency: every connection leads to the same database, one statement at a time; a transaction holds the
// database until it ends or its connection is closed. Hooks run without it, in the thread of the statement, and may
// use the store.
class SqlFaults {
 public:
  SqlFaults();
  SqlFaults(const SqlFaults&) = delete;
  SqlFaults& operator=(const SqlFaults&) = delete;
  ~SqlFaults();

  // The database must outlive the connection.
  [[nodiscard]] std::unique_ptr<SqlConnection> connect();

  // Per text of a statement, queued: each statement takes the first one of each kind.
  void before(std::string_view statement, std::function<void()> hook);
  void fail(std::string_view statement, SqlFault fault);
  // What the next statements meet, whatever they are, one after the other. In place of those that are left over.
  void fail_next(std::deque<SqlFault> faults);
  // Instead of the truth; for plain reads only. Causal ones always tell the truth.
  void answer(std::string_view statement, SqlResult result);

  // While true, every statement throws StoreUnavailable.
  void set_unavailable(bool unavailable);
  // While true, the database takes no write, as on a full disk.
  void set_read_only(bool read_only);

  // The statements that have arrived, refused ones too: 0 proves that the database was left alone. Not counted is
  // what a connection or a transaction needs by itself: looking at the tables, BEGIN, COMMIT.
  [[nodiscard]] int calls() const;
  [[nodiscard]] SqlWrites writes() const;
  // How often connect() was called.
  [[nodiscard]] int connections() const;

  // What tests of the rooms above say.

  void force_rotation(ForcedRotation forced);
  // The racing client whose request came between our read and our write.
  void before_rotation(std::function<void()> hook);
  void before_revocation(std::function<void()> hook);
  void before_user_read(std::function<void()> hook);
  // As a lagging node of a cluster would answer.
  void answer_stale(const std::optional<SessionState>& state);
  // Puts the row back as it is given: a restored backup.
  void overwrite_session(const Session& session);

 private:
  struct Database;
  class Connection;
  struct Plan {
    std::deque<std::function<void()>> hooks;
    std::deque<SqlFault> faults;
    std::deque<SqlResult> answers;
  };
  struct Met {
    SqlFault fault;
    std::optional<SqlResult> answer;
  };

  void run_hook(std::string_view statement);
  [[nodiscard]] Met arrive(std::string_view statement, Freshness freshness);
  SqlResult run(std::string_view statement, std::span<const SqlValue> values, Freshness freshness);
  void check(std::string_view text) const;
  void count(std::string_view statement, std::int64_t changed);

  std::unique_ptr<Database> database_;
  mutable std::mutex mutex_;  // of what follows
  std::map<std::string_view, Plan> plans_;
  std::deque<SqlFault> next_faults_;
  SqlWrites writes_;
  int calls_ = 0;
  int connections_ = 0;
  bool unavailable_ = false;
  bool read_only_ = false;
};

// The store that tests of the rooms above work with.
class TestStore final : public SqlFaults, public SqlStore {
 public:
  TestStore();
};

}  // namespace cardea::testing
