// What a host does beside answering: it hears of sessions that ended elsewhere, and removes old rows. Any
// process may do it; the file of revoked sessions says whose turn it is (token/revoked_sessions.h). It
// connects to the database by itself and lets go of it at once, so that no connection stands idle for it.
#pragma once

#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

#include "config/settings.h"
#include "token/revoked_sessions.h"

namespace cardea {

// One round, which does nothing unless something is due. Returns what went wrong; empty: nothing. Never
// throws.
[[nodiscard]] std::string keep_house(const Settings& settings, RevokedSessions& revoked);

// After the answer of plain CGI, which has no process that stays: the round, should one be due, is left to a
// child that holds nothing of ours open, so that the server takes the request for finished.
void keep_house_in_child(const Settings& settings);

// The same once a second in a thread of its own. Begins at once.
class Housekeeper {
 public:
  // The settings must outlive it. The thread inherits which signals are blocked.
  explicit Housekeeper(const Settings& settings);
  // False if the thread waits for a database that does not answer. Then the process must end without cleaning
  // up, which does no harm: each step of a round is whole by itself.
  [[nodiscard]] bool stop();

 private:
  void run();

  const Settings& settings_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ = false;
  bool done_ = false;
  std::thread thread_;
};

}  // namespace cardea
