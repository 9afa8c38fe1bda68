// What happens beside the answers, so that no request waits for it.
//
// Due jobs: hearing of sessions that ended on other hosts, removing old rows, and adding up what was counted. A
// FastCGI process has one thread for all of them, with a list of what is due when; a plain CGI process leaves a
// child behind. Hearing and removing are jobs of the host: the file of ended sessions says which process does
// them next (ended/sessions.h).
//
// Letters: a thread of its own, made for the first letter. A mail program may take twenty seconds, and a session
// that ended on another host must be heard of within [tokens] revocation_poll all the same.
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "config/settings.h"
#include "ended/sessions.h"
#include "mail/message.h"
#include "server/traffic.h"

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
  // To be called once before the end. False if a job has not returned within a second, because it waits for a
  // database that does not answer. Then the process must end without cleaning up, which does no harm: each step of
  // a job is whole by itself.
  [[nodiscard]] bool stop();

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
  bool stopping_ = false;
  bool done_ = false;
  std::thread thread_;
};

// The jobs of a FastCGI process. All four must outlive them. The counts go through the store of the requests,
// which waits some seconds for a connection if all are in use.
[[nodiscard]] std::vector<DueJob> due_jobs(const Settings& settings, RevokedSessions& revoked,
                                           Traffic& traffic, Store& store);

// Hears of ended sessions and removes old rows, each if it is due. Connects to the database for that and closes the
// connection at once: none stands idle for it. Returns what went wrong; empty: nothing. Never throws.
[[nodiscard]] std::string run_due_jobs(const Settings& settings, RevokedSessions& revoked);

// The daily look from outside (upkeep/canary.h), for a thread of its own: it waits for the site's own answers. Sends the letters
// to administrators itself.
[[nodiscard]] DueJob canary_job(const Settings& settings);

// Both after the answer of plain CGI, in a child that holds none of the request's descriptors, so that the web
// server takes the request for finished. Call it in a process of one thread; revoked: what the request looked at.
void run_due_jobs_in_child(const Settings& settings, RevokedSessions& revoked);

// Sends the letters that requests have left, after their answers.
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
  std::condition_variable changed_;
  std::deque<Letter> waiting_;
  bool stopping_ = false;
  std::chrono::steady_clock::time_point end_;  // of what is sent while stopping
  std::thread thread_;
};

// For a process that is about to end: sends from a child that holds none of its descriptors, so that the web
// server sees the end of the answer at once. Call it in a process of one thread, after the answer.
void send_from_child(const std::vector<Letter>& letters, const MailSettings& settings);

}  // namespace cardea
