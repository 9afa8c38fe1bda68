#include "store/sql/runner.h"

#include <chrono>
#include <thread>
#include <utility>

#include "store/sql/migrate.h"

namespace cardea {
namespace {

constexpr int tries_after_lost_races = 7;

// A process that stays checks the tables again once a minute: another process may have changed them.
constexpr std::int64_t tables_known_for = 60;

std::int64_t steady_seconds() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return 1 + std::chrono::duration_cast<seconds>(now).count();
}

// 2, 4, 8 ... 128 ms, each longer by up to as much again, so that two that collided do not collide again.
void pause_before(int attempt) {
  const std::chrono::microseconds min_pause(1000 << attempt);
  const auto ticks = std::chrono::steady_clock::now().time_since_epoch().count();
  std::this_thread::sleep_for(min_pause + std::chrono::microseconds((ticks / 64) % min_pause.count()));
}

}  // namespace

SqlRunner::SqlRunner(const PoolLimits& limits, ConnectionPool::Open open)
    : hosts_(static_cast<int>(limits.hosts)), pool_(limits, std::move(open)) {}

bool SqlRunner::knows_tables() const {
  const std::int64_t at = tables_checked_at_;
  return at != 0 && steady_seconds() - at < tables_known_for;
}

ConnectionPool::Lease SqlRunner::borrow() {
  ConnectionPool::Lease lease = pool_.borrow();
  for (int attempt = 1; !knows_tables(); ++attempt) {
    try {
      check_tables(*lease);
      tables_checked_at_ = steady_seconds();
    } catch (const SqlFailure& failure) {
      recover(lease, failure, attempt);
    }
  }
  return lease;
}

SqlAnswer SqlRunner::run(std::string_view statement, const SqlValues& values, Freshness freshness) {
  ConnectionPool::Lease lease = borrow();
  SqlAnswer answer;
  for (int attempt = 1;; ++attempt) {
    try {
      answer.result = lease->run(statement, values, freshness);
      return answer;
    } catch (const SqlFailure& failure) {
      answer.duplicate = failure.action() == ErrorAction::duplicate;
      if (answer.duplicate) return answer;
      answer.repeated = answer.repeated || failure.perhaps_done();
      recover(lease, failure, attempt);
    }
  }
}

std::optional<SqlResult> SqlRunner::run_once(std::string_view statement, const SqlValues& values) {
  ConnectionPool::Lease lease = borrow();
  for (int attempt = 1;; ++attempt) {
    try {
      return lease->run(statement, values, Freshness::plain);
    } catch (const SqlFailure& failure) {
      if (failure.action() == ErrorAction::retry) return std::nullopt;
      if (failure.perhaps_done()) {
        lease.discard();
        return std::nullopt;
      }
      recover(lease, failure, attempt);
    }
  }
}

void SqlRunner::in_transaction(const std::function<void(SqlConnection&)>& work) {
  ConnectionPool::Lease lease = borrow();
  for (int attempt = 1;; ++attempt) {
    try {
      lease->execute("BEGIN");
      work(*lease);
      lease->execute("COMMIT");
      return;
    } catch (const SqlFailure& failure) {
      // Some failures leave the transaction open; closing the connection ends it in any case.
      if (failure.action() == ErrorAction::retry) lease.replace();
      recover(lease, failure, attempt);
    } catch (...) {
      lease.discard();
      throw;
    }
  }
}

void SqlRunner::with_connection(const std::function<void(SqlConnection&)>& work) {
  ConnectionPool::Lease lease = pool_.borrow();
  for (int attempt = 1;; ++attempt) {
    try {
      work(*lease);
      return;
    } catch (const SqlFailure& failure) {
      recover(lease, failure, attempt);
    }
  }
}

// Returns when the statement may be sent again; otherwise throws what the caller of the Store sees.
void SqlRunner::recover(ConnectionPool::Lease& lease, const SqlFailure& failure, int attempt) const {
  switch (failure.action()) {
    case ErrorAction::retry:
      if (attempt >= tries_after_lost_races) throw StoreUnavailable(failure.what());
      return pause_before(attempt);
    case ErrorAction::reconnect:
    case ErrorAction::next_host:
      if (attempt > hosts_) {
        lease.discard();
        throw StoreUnavailable(failure.what());
      }
      return failure.action() == ErrorAction::reconnect ? lease.replace() : lease.replace_elsewhere();
    case ErrorAction::busy:
      lease.discard();
      throw StoreUnavailable(failure.what());
    case ErrorAction::refused:
      lease.discard();
      throw StoreUnavailable(failure.what(), StoreTrouble::not_writable);
    case ErrorAction::duplicate:
    case ErrorAction::fatal:
      break;
  }
  lease.discard();  // a transaction or a half-read answer may be left on it
  throw StoreError(failure.what());
}

}  // namespace cardea
