// What happens beside the answers, so that no request waits for it.
//
// Due jobs: hearing of sessions that ended on other hosts, removing old rows, writing letters of alarms whose process ended
// too early, and adding up what was counted. A
// FastCGI process has one thread for all of them, with a list of what is due when; a plain CGI process leaves a
// child behind. Hearing and removing are jobs of the host: the file of ended sessions says which process does
// them next (ended/sessions.h).
//
// Letters: a thread of its own. A mail program may take twenty seconds, and a session that ended on another host must be
// heard of within [tokens] revocation_poll all the same. It looks into the outbox after a request that has written a
// letter, and when the process that hears of ended sessions finds a letter that is due: one to be tried again, or one of a
// process that ended. So the outbox is asked once for a host, on a connection that is there anyway.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "config/settings.h"
#include "ended/sessions.h"
#include "keys/ring.h"
#include "server/traffic.h"
#include "store/store.h"

namespace cardea {

// A job that is done again and again.
struct DueJob {
  milliseconds interval;             // from the end of one run to the next; the first run is due at once
  std::function<std::string()> run;  // returns what went wrong; empty: nothing
};

// The thread of the due jobs: runs the job that is due first, one at a time. What goes wrong is logged once for as
// long as it stays the same; an exception is something that went wrong, too, and ends neither job nor thread.
class Background {
 public:
  explicit Background(std::vector<DueJob> jobs);

  // Starts the thread unless it runs. To be called once a second: a host that allows no thread now may allow one
  // later. The thread inherits which signals are blocked.
  void start();
  // All jobs are due now; also if stop() comes before one of them has begun. Safe from many threads.
  void wake();
  // To be called once before the end. False if a job has not returned within `patience`, because it waits for a
  // database or a mail server that does not answer. Then the process must end without cleaning up, which does no harm:
  // each step of a job is whole by itself.
  [[nodiscard]] bool stop(milliseconds patience = milliseconds{1000});

 private:
  using Clock = std::chrono::steady_clock;
  struct Planned {
    DueJob job;
    Clock::time_point due;
    std::string last_trouble;
  };
  void run();
  static void run_job(Planned& planned);

  std::vector<Planned> jobs_;
  bool told_ = false;  // that there is no thread
  std::mutex mutex_;
  std::condition_variable changed_;
  bool woken_ = false;
  bool stopping_ = false;
  bool done_ = false;
  std::thread thread_;
};

// To be called if a letter is due.
using LettersDue = std::function<void()>;

// The jobs of a FastCGI process. All but letters_due must outlive them. The counts go through the store of the requests,
// which waits some seconds for a connection if all are in use.
[[nodiscard]] std::vector<DueJob> due_jobs(const Settings& settings, RevokedSessions& revoked,
                                           Traffic& traffic, Store& store, LettersDue letters_due);

// Hears of ended sessions and removes old rows, each if it is due. Connects to the database for that and closes the
// connection at once: none stands idle for it. Returns what went wrong; empty: nothing. Never throws.
[[nodiscard]] std::string run_due_jobs(const Settings& settings, RevokedSessions& revoked,
                                       const LettersDue& letters_due);

// The daily look from outside (upkeep/canary.h), for a thread of its own: it waits for the site's own answers. Sends the letters
// to administrators itself.
[[nodiscard]] DueJob canary_job(const Settings& settings);

// Sends the letters of the outbox (auth/account/outbox.h). run() belongs to one thread; settings and store must outlive
// it.
class LetterJob {
 public:
  LetterJob(const Settings& settings, Store& store) : settings_(settings), store_(store) {}
  // Sends what is due. Returns what went wrong; empty: nothing. Throws like the store, and KeyError.
  [[nodiscard]] std::string run();
  // From another thread: run() begins no further letter after that time.
  void end_within(milliseconds patience);

 private:
  const Settings& settings_;
  Store& store_;
  [[nodiscard]] bool is_over() const;
  std::optional<KeyRing> keys_;       // read for the first letter
  std::atomic<std::int64_t> end_{0};  // milliseconds of the steady clock; 0 = none
};

// The one job of the thread that sends letters; none if the site sends no mail.
[[nodiscard]] std::vector<DueJob> letter_jobs(const Settings& settings, LetterJob& job);

// After the answer of plain CGI: the due jobs and the letters that are due, in a child that holds none of the request's
// descriptors, so that the web server takes the request for finished. No child if nothing is due and the request has
// written no letter. Call it in a process of one thread without a connection to the database; revoked: what the request
// looked at.
void run_due_jobs_in_child(const Settings& settings, RevokedSessions& revoked, bool letters_written);

}  // namespace cardea
