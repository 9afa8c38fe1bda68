#include "store/connection_pool.h"

#include <utility>

namespace cardea {

namespace {

constexpr std::chrono::seconds failure_memory(1);
// Hosts allow a handful of connections per account and close idle ones after a minute or less.
constexpr std::chrono::seconds longest_idle(20);

}  // namespace

// crowded: the server has no room for one more connection, but works.
class ConnectionPool::AllHostsFailed : public StoreUnavailable {
 public:
  AllHostsFailed(const std::string& message, bool crowded) : StoreUnavailable(message), crowded_(crowded) {}
  [[nodiscard]] bool crowded() const { return crowded_; }

 private:
  bool crowded_;
};

ConnectionPool::Lease::Lease(ConnectionPool& pool, std::unique_ptr<SqlConnection> connection)
    : pool_(&pool), connection_(std::move(connection)) {}

ConnectionPool::Lease::Lease(Lease&& other) noexcept
    : pool_(std::exchange(other.pool_, nullptr)), connection_(std::move(other.connection_)) {}

ConnectionPool::Lease::~Lease() {
  if (pool_) pool_->give_back(std::move(connection_));
}

void ConnectionPool::Lease::replace() {
  connection_.reset();
  pool_->forget_idle(false);
  connection_ = pool_->connect();
}

void ConnectionPool::Lease::replace_elsewhere() {
  connection_.reset();
  pool_->forget_idle(true);
  connection_ = pool_->connect();
}

void ConnectionPool::Lease::discard() {
  connection_.reset();
  pool_->forget_idle(false);
}

ConnectionPool::ConnectionPool(PoolLimits limits, Open open) : limits_(limits), open_(std::move(open)) {}

ConnectionPool::Lease ConnectionPool::borrow() {
  const auto deadline = Clock::now() + limits_.wait;
  bool may_open = true;
  Lock lock(mutex_);
  const auto available = [&] { return !idle_.empty() || (may_open && opened_ < limits_.connections); };
  while (returned_.wait_until(lock, deadline, available)) {
    if (!idle_.empty()) return {*this, take_idle()};
    ++opened_;
    lock.unlock();
    if (auto lease = open_lease()) return std::move(*lease);
    lock.lock();
    may_open = false;
  }
  throw StoreUnavailable("all database connections stay in use");
}

std::unique_ptr<SqlConnection> ConnectionPool::take_idle() {
  auto connection = std::move(idle_.back().connection);
  idle_.pop_back();
  return connection;
}

// Nothing if the server has no room for one more but others of ours are open: one of those will be free soon.
std::optional<ConnectionPool::Lease> ConnectionPool::open_lease() {
  Lease lease(*this, nullptr);  // holds the slot, and frees it if connecting fails
  try {
    lease.connection_ = connect();
  } catch (const AllHostsFailed& failure) {
    if (!failure.crowded() || is_only_one()) throw;
    return std::nullopt;
  }
  return lease;
}

bool ConnectionPool::is_only_one() {
  const Lock lock(mutex_);
  return opened_ == 1;
}

std::unique_ptr<SqlConnection> ConnectionPool::connect() {
  const std::size_t first = begin_round();
  std::string message;
  bool crowded = false;
  for (std::size_t tried = 0; tried < limits_.hosts; ++tried) {
    const std::size_t host = (first + tried) % limits_.hosts;
    try {
      auto connection = open_(host);
      end_round(host);
      return connection;
    } catch (const SqlFailure& failure) {
      message = failure.what();
      crowded = failure.action() == ErrorAction::busy;
      if (failure.action() == ErrorAction::fatal) break;  // a wrong account is wrong everywhere
    } catch (const std::exception& failure) {
      message = failure.what();
    }
  }
  fail_round(message, crowded);
}

std::size_t ConnectionPool::begin_round() {
  const Lock lock(mutex_);
  if (!failure_.empty()) {
    if (Clock::now() < retry_at_) throw AllHostsFailed(failure_, false);
    const auto longest_round = limits_.connect_timeout * static_cast<int>(limits_.hosts);
    retry_at_ = Clock::now() + longest_round + failure_memory;
  }
  return host_;
}

void ConnectionPool::end_round(std::size_t host) {
  const Lock lock(mutex_);
  host_ = host;
  failure_.clear();
}

void ConnectionPool::fail_round(const std::string& message, bool crowded) {
  const Lock lock(mutex_);
  failure_ = crowded ? "" : message;
  retry_at_ = Clock::now() + failure_memory;
  throw AllHostsFailed(message, crowded);
}

void ConnectionPool::give_back(std::unique_ptr<SqlConnection> connection) {
  std::vector<Idle> stale;  // closed after the lock is released
  const Lock lock(mutex_);
  if (connection) {
    const auto now = Clock::now();
    idle_.push_back({std::move(connection), now});
    while (idle_.front().since + longest_idle < now) {
      stale.push_back(std::move(idle_.front()));
      idle_.erase(idle_.begin());
    }
  } else {
    --opened_;
  }
  opened_ -= static_cast<int>(stale.size());
  returned_.notify_one();
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
