// What a host does beside answering: it hears of sessions that ended elsewhere, and removes old rows. Any
// process may do it; the file of revoked sessions says whose turn it is (ended/sessions.h). It
// connects to the database by itself and lets go of it at once, so that no connection stands idle for it.
#pragma once

#include <condition_variable>
#include <deque>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "config/settings.h"
#include "ended/sessions.h"
#include "mail/message.h"

namespace cardea {

// One round, which does nothing unless something is due. Returns what went wrong; empty: nothing. Never
// throws.
[[nodiscard]] std::string run_due_jobs(const Settings& settings, RevokedSessions& revoked);

// After the answer of plain CGI, which has no process that stays: the round, should one be due, is left to a
// child that holds nothing of ours open, so that the server takes the request for finished.
void run_due_jobs_in_child(const Settings& settings);

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

// Sends the letters that requests have left, after their answers. A server has one thread for it, started by
// the first letter; a plain CGI program leaves a child behind. No request waits for a mail program.

class MailSender {
 public:
  // The settings must outlive it.
  explicit MailSender(const MailSettings& settings) : settings_(settings) {}
  MailSender(const MailSender&) = delete;
  MailSender& operator=(const MailSender&) = delete;
  // Sends what is waiting, for a few seconds at most.
  ~MailSender();

  // Safe from many threads. Returns at once; what goes wrong with a letter is logged. A mail program that
  // hangs costs at most a bounded number of letters, never memory without end.
  void take(std::vector<Letter> letters);

 private:
  void work();

  const MailSettings& settings_;
  std::mutex mutex_;
  std::condition_variable news_;
  std::deque<Letter> waiting_;
  bool stopping_ = false;
  std::chrono::steady_clock::time_point end_;  // of what is sent while stopping
  std::thread thread_;
};

// For a process that is about to end: sends from a child that holds none of its descriptors, so that the web
// server sees the end of the answer at once. Call it in a program of one thread, after the answer.
void send_from_child(const std::vector<Letter>& letters, const MailSettings& settings);

}  // namespace cardea
