// The connections of one process: made when first needed, lent one at a time, kept while idle.
//
// Hosts are a list in order of preference; all connections go to the one that last worked, because on a
// cluster reads and writes of one process should meet the same node. When it fails, the next one is tried.
// When all have failed, that is remembered for a second, and while one caller tries again the others are
// refused at once: a dead database must not hold up every request for the length of a timeout.
//
// A server without room for one more connection is not dead: borrowers wait until one is closed. Where
// the account may open few, we take at most half of them and keep none for long: other processes wait, too.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "store/sql/connection.h"

namespace cardea {

// How many hosts there are to open (the socket or the file counts as one); at least 1.
[[nodiscard]] std::size_t host_count(const DatabaseSettings& settings);
// To the host of that number. Throws SqlFailure, and StoreUnavailable for what no other host can cure (a file in a
// directory that every user may write to).
[[nodiscard]] std::unique_ptr<SqlConnection> open_connection(const DatabaseSettings& settings,
                                                             std::size_t host, MissingFile missing);

struct PoolLimits {
  int connections = 4;
  std::size_t hosts = 1;
  milliseconds wait{3000};             // for a connection that others hold
  milliseconds connect_timeout{3000};  // of one host
};

[[nodiscard]] PoolLimits pool_limits(const DatabaseSettings& settings);

class ConnectionPool {
 public:
  // Opens a connection to host number n; throws SqlFailure.
  using Open = std::function<std::unique_ptr<SqlConnection>(std::size_t host)>;

  // A borrowed connection; goes back when the lease ends. The pool must outlive it.
  class Lease {
   public:
    Lease(Lease&& other) noexcept;
    Lease& operator=(Lease&& other) = delete;
    ~Lease();
    SqlConnection* operator->() const { return connection_.get(); }
    SqlConnection& operator*() const { return *connection_; }
    // The connection is lost, and the idle ones probably are, too: all are closed, and a new one is made.
    // Throws StoreUnavailable.
    void replace();
    // The same, with the next host of the list.
    void replace_elsewhere();
    // Closes the connection instead of keeping it, and the idle ones, which are probably gone, too.
    void discard();

   private:
    friend class ConnectionPool;
    using Clock = std::chrono::steady_clock;
    Lease(ConnectionPool& pool, std::unique_ptr<SqlConnection> connection, Clock::time_point opened);
    ConnectionPool* pool_;
    std::unique_ptr<SqlConnection> connection_;
    Clock::time_point opened_;
  };

  ConnectionPool(PoolLimits limits, Open open);

  // Throws StoreUnavailable if no host answers, or if all connections, ours or the server's, stay in use for
  // the length of wait.
  [[nodiscard]] Lease borrow();
  // Closes the connections that were not used for a while. To be called once a second by a process that stays.
  void close_idle();

 private:
  using Clock = std::chrono::steady_clock;
  using Lock = std::unique_lock<std::mutex>;
  struct Idle {
    std::unique_ptr<SqlConnection> connection;
    Clock::time_point opened;
    Clock::time_point since;
  };
  struct Failure {
    std::string message;
    bool crowded = false;
    StoreTrouble trouble = StoreTrouble::unavailable;
  };
  class AllHostsFailed;

  Lease take_idle();
  [[nodiscard]] std::string refusal_if_crowded();
  std::unique_ptr<SqlConnection> connect_patiently();
  std::unique_ptr<SqlConnection> connect();
  void apply_account_limit(int account_limit);
  std::size_t begin_round();
  void end_round(std::size_t host);
  [[noreturn]] void fail_round(const Failure& failure);
  void give_back(std::unique_ptr<SqlConnection> connection, Clock::time_point opened);
  std::vector<Idle> take_stale();
  void forget_idle(bool leave_host);

  const PoolLimits limits_;
  const Open open_;
  std::mutex mutex_;
  std::condition_variable returned_;
  std::vector<Idle> idle_;  // the most recently used one last
  int opened_ = 0;          // idle, lent, or being made
  int max_open_;            // how many there may be
  int waiting_ = 0;         // for one that comes back
  bool scarce_ = false;     // the account has hardly more than that
  std::size_t host_ = 0;
  std::optional<Failure> failure_;  // of the last round; nothing = it succeeded
  Clock::time_point retry_at_{};
};

}  // namespace cardea
