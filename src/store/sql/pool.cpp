#include "store/sql/pool.h"

#include <algorithm>
#include <functional>
#include <iterator>
#include <thread>
#include <utility>

#include "store/mysql/connection.h"
#include "store/sqlite/connection.h"

namespace cardea {
namespace {

constexpr std::chrono::seconds failure_memory(1);
// Web hosts allow a handful of connections per account and close idle ones after a minute or less.
constexpr std::chrono::seconds max_idle(20);
// Where connections are scarce. Shorter than others wait for one.
constexpr std::chrono::seconds max_scarce(1);
// Before a server that has no room is asked again: one that was just closed is counted for a moment.
constexpr std::chrono::milliseconds min_pause(2);
constexpr std::chrono::milliseconds max_pause(50);

StoreTrouble trouble_of(ErrorAction action) {
  if (action == ErrorAction::fatal) return StoreTrouble::access_denied;
  return action == ErrorAction::refused ? StoreTrouble::not_writable : StoreTrouble::unavailable;
}

}  // namespace

// crowded: the server has no room for one more connection, but works.
class ConnectionPool::AllHostsFailed : public StoreUnavailable {
 public:
  explicit AllHostsFailed(const Failure& failure)
      : StoreUnavailable(failure.message, failure.trouble), crowded_(failure.crowded) {}
  [[nodiscard]] bool crowded() const { return crowded_; }

 private:
  bool crowded_;
};

std::size_t host_count(const DatabaseSettings& settings) {
  const bool listed = settings.kind == DatabaseKind::mysql && settings.socket.empty();
  return listed ? std::max<std::size_t>(1, settings.hosts.size()) : 1;
}

std::unique_ptr<SqlConnection> open_connection(const DatabaseSettings& settings, std::size_t host,
                                               MissingFile missing) {
  if (settings.kind == DatabaseKind::sqlite) return open_sqlite(settings, missing);
  return open_mysql(settings, host);
}

PoolLimits pool_limits(const DatabaseSettings& settings) {
  return {.connections = settings.connections,
          .hosts = host_count(settings),
          .wait = settings.connect_timeout,
          .connect_timeout = settings.connect_timeout};
}

ConnectionPool::Lease::Lease(ConnectionPool& pool, std::unique_ptr<SqlConnection> connection,
                             Clock::time_point opened)
    : pool_(&pool), connection_(std::move(connection)), opened_(opened) {}

ConnectionPool::Lease::Lease(Lease&& other) noexcept
    : pool_(std::exchange(other.pool_, nullptr)),
      connection_(std::move(other.connection_)),
      opened_(other.opened_) {}

ConnectionPool::Lease::~Lease() {
  if (pool_) pool_->give_back(std::move(connection_), opened_);
}

void ConnectionPool::Lease::replace() {
  connection_.reset();
  pool_->forget_idle(false);
  connection_ = pool_->connect_patiently();
  opened_ = Clock::now();
}

void ConnectionPool::Lease::replace_elsewhere() {
  connection_.reset();
  pool_->forget_idle(true);
  connection_ = pool_->connect_patiently();
  opened_ = Clock::now();
}

void ConnectionPool::Lease::discard() {
  connection_.reset();
  pool_->forget_idle(false);
}

ConnectionPool::ConnectionPool(PoolLimits limits, Open open)
    : limits_(limits), open_(std::move(open)), max_open_(limits.connections) {}

ConnectionPool::Lease ConnectionPool::borrow() {
  const auto deadline = Clock::now() + limits_.wait;
  Clock::time_point next_try{};
  auto pause = min_pause;
  std::string refusal = "all database connections stay in use";
  Lock lock(mutex_);
  while (idle_.empty()) {
    const auto now = Clock::now();
    if (opened_ < max_open_ && now >= next_try) {
      ++opened_;
      lock.unlock();
      try {
        return {*this, connect(), Clock::now()};
      } catch (...) {
        lock.lock();
        --opened_;
        refusal = refusal_if_crowded();
      }
      // If other connections of this process are open, one will be free soon. No other thread is woken: it would
      // find no room either.
      next_try = opened_ > 0 ? deadline : Clock::now() + pause;
      pause = std::min(max_pause, pause * 2);
      continue;
    }
    if (now >= deadline) {
      returned_.notify_one();
      throw StoreUnavailable(refusal);
    }
    const auto until = opened_ < max_open_ ? std::min(next_try, deadline) : deadline;
    ++waiting_;
    if (returned_.wait_until(lock, until) == std::cv_status::no_timeout) next_try = {};
    --waiting_;
  }
  return take_idle();
}

ConnectionPool::Lease ConnectionPool::take_idle() {
  Lease lease(*this, std::move(idle_.back().connection), idle_.back().opened);
  idle_.pop_back();
  return lease;
}

// Called in the handler of an exception of connect(): the server's message if it only had no room. Every other
// exception goes on to the caller, and the next thread may try.
std::string ConnectionPool::refusal_if_crowded() {
  try {
    throw;
  } catch (const AllHostsFailed& failure) {
    if (failure.crowded()) return failure.what();
    returned_.notify_one();
    throw;
  } catch (...) {
    returned_.notify_one();
    throw;
  }
}

// Replaces a lost connection: the server may count that one for a while.
std::unique_ptr<SqlConnection> ConnectionPool::connect_patiently() {
  const auto deadline = Clock::now() + limits_.wait;
  for (auto pause = min_pause;; pause = std::min(max_pause, pause * 2)) {
    try {
      return connect();
    } catch (const AllHostsFailed& failure) {
      if (!failure.crowded() || Clock::now() + pause > deadline) throw;
    }
    std::this_thread::sleep_for(pause);
  }
}

void ConnectionPool::apply_account_limit(int account_limit) {
  const Lock lock(mutex_);
  const bool limited = account_limit > 0;
  max_open_ = limited ? std::clamp(account_limit / 2, 1, limits_.connections) : limits_.connections;
  scarce_ = limited && account_limit < 2 * (limits_.connections + 1);
}

std::unique_ptr<SqlConnection> ConnectionPool::connect() {
  const std::size_t first = begin_round();
  Failure last;
  for (std::size_t tried = 0; tried < limits_.hosts; ++tried) {
    const std::size_t host = (first + tried) % limits_.hosts;
    try {
      auto connection = open_(host);
      end_round(host);
      apply_account_limit(connection->max_connections());
      return connection;
    } catch (const SqlFailure& failure) {
      last = {failure.what(), failure.action() == ErrorAction::busy, trouble_of(failure.action())};
      if (failure.action() == ErrorAction::fatal) break;  // a wrong account is wrong everywhere
    } catch (const StoreUnavailable& failure) {
      last = {failure.what(), false, failure.trouble()};
    } catch (const std::exception& failure) {
      last = {failure.what(), false, StoreTrouble::unavailable};
    }
  }
  fail_round(last);
}

std::size_t ConnectionPool::begin_round() {
  const Lock lock(mutex_);
  if (failure_) {
    if (Clock::now() < retry_at_) throw AllHostsFailed(*failure_);
    const auto max_round = limits_.connect_timeout * static_cast<int>(limits_.hosts);
    retry_at_ = Clock::now() + max_round + failure_memory;
  }
  return host_;
}

void ConnectionPool::end_round(std::size_t host) {
  const Lock lock(mutex_);
  host_ = host;
  failure_.reset();
}

void ConnectionPool::fail_round(const Failure& failure) {
  const Lock lock(mutex_);
  failure_.reset();
  if (!failure.crowded) failure_ = failure;
  retry_at_ = Clock::now() + failure_memory;
  throw AllHostsFailed(failure);
}

void ConnectionPool::give_back(std::unique_ptr<SqlConnection> connection, Clock::time_point opened) {
  std::vector<Idle> stale;  // closed after the lock is released
  const Lock lock(mutex_);
  if (connection) {
    idle_.push_back({std::move(connection), opened, Clock::now()});
    stale = take_stale();
  } else {
    --opened_;
  }
  returned_.notify_one();
}

void ConnectionPool::close_idle() {
  std::vector<Idle> stale;
  const Lock lock(mutex_);
  stale = take_stale();
}

// Where connections are scarce, a busy one is also closed now and then, or other processes would wait for ever;
// where we may have one only, it is closed as soon as no thread of this process waits for it.
std::vector<ConnectionPool::Idle> ConnectionPool::take_stale() {
  const auto now = Clock::now();
  const auto is_stale = [&](const Idle& idle) {
    if (!scarce_) return now - idle.since > max_idle;
    return now - idle.opened > max_scarce || (max_open_ == 1 && waiting_ == 0);
  };
  const auto first = std::stable_partition(idle_.begin(), idle_.end(), std::not_fn(is_stale));
  std::vector<Idle> stale(std::make_move_iterator(first), std::make_move_iterator(idle_.end()));
  idle_.erase(first, idle_.end());
  opened_ -= static_cast<int>(stale.size());
  return stale;
}

void ConnectionPool::forget_idle(bool leave_host) {
  std::vector<Idle> forgotten;
  const Lock lock(mutex_);
  idle_.swap(forgotten);
  opened_ -= static_cast<int>(forgotten.size());
  if (leave_host) host_ = (host_ + 1) % limits_.hosts;
  returned_.notify_all();
}

}  // namespace cardea
