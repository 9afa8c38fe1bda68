// Runs statements and decides what a failure means: send again, elsewhere, or give up. The rule is that a
// statement is sent twice only where the second time is harmless or its outcome can be told by reading.
#pragma once

#include <atomic>
#include <functional>
#include <optional>

#include "store/sql/pool.h"

namespace cardea {

struct SqlAnswer {
  SqlResult result;
  bool duplicate = false;  // refused: a unique key is taken
  bool repeated = false;   // an earlier attempt may have gone through without an answer
};

class SqlRunner {
 public:
  SqlRunner(const PoolLimits& limits, ConnectionPool::Open open);

  // For what is harmless to send twice. Throws StoreUnavailable, StoreError.
  SqlAnswer run(std::string_view statement, const SqlValues& values, Freshness freshness = Freshness::plain);
  // Never sends a second time what may have gone through. Empty if the outcome is unknown: a deadlock, or the answer
  // was lost.
  std::optional<SqlResult> run_once(std::string_view statement, const SqlValues& values);
  // BEGIN, work, COMMIT; begins again if it fails on the way, so `work` must be harmless to do twice.
  void in_transaction(const std::function<void(SqlConnection&)>& work);
  // On a connection whose tables were not checked.
  void with_connection(const std::function<void(SqlConnection&)>& work);
  void close_idle_connections() { pool_.close_idle(); }
  // The next call checks the tables again.
  void distrust_tables() { tables_checked_at_ = 0; }

 private:
  ConnectionPool::Lease borrow();
  [[nodiscard]] bool knows_tables() const;
  void recover(ConnectionPool::Lease& lease, const SqlFailure& failure, int attempt) const;

  const int hosts_;
  ConnectionPool pool_;
  std::atomic<std::int64_t> tables_checked_at_{0};  // seconds of the steady clock; 0 = not yet
};

}  // namespace cardea
