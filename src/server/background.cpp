#include "server/background.h"

#include <fcntl.h>
#include <unistd.h>
#include <algorithm>
#include <exception>
#include <system_error>
#include <utility>

#include "auth/account/outbox.h"
#include "auth/session/end.h"
#include "auth/watch/alarm.h"
#include "base/descriptor.h"
#include "mail/delivery.h"
#include "server/clock.h"
#include "server/log.h"

namespace cardea {
namespace {

constexpr seconds look_interval{1};  // whether something is due on this host; mostly nothing is
constexpr seconds carry_interval{5};
constexpr seconds letters_interval{60};        // where [tokens] revocation_poll is longer
constexpr milliseconds mail_patience{20'000};  // with one letter
constexpr unsigned max_child = 30;             // seconds
constexpr seconds letters_of_child{30};        // no further letter is begun after that

// In a child: lets go of what the web server waits for the end of.
void leave_request() {
  ::setsid();
  const int nothing = ::open("/dev/null", O_RDWR | O_CLOEXEC);
  for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) ::dup2(nothing, descriptor);
}

}  // namespace

std::vector<DueJob> due_jobs(const Settings& settings, RevokedSessions& revoked, Traffic& traffic,
                             Store& store, LettersDue letters_due) {
  return {{look_interval,
           [&settings, &revoked, letters_due = std::move(letters_due)] {
             return run_due_jobs(settings, revoked, letters_due);
           }},
          {carry_interval, [&traffic, &store] {
             traffic.carry(store, system_now());
             return std::string{};
           }}};
}

std::string run_due_jobs(const Settings& settings, RevokedSessions& revoked, const LettersDue& letters_due) {
  try {
    const auto store = open_store(settings.database);  // connects when it is asked
    const auto now = system_now();
    const bool looked = look_for_ended_sessions(*store, revoked, now, settings.tokens.revocation_poll);
    if (purge_step(settings, *store, revoked, now)) tell_untold_alarms(settings, *store, now);
    if (looked && settings.mail.on() && !store->due_letters(now, 1).empty()) letters_due();
  } catch (const std::exception& failure) {
    return "background: " + description_of(failure);
  }
  return revoked.take_trouble();
}

std::string LetterJob::run() {
  if (store_.due_letters(system_now(), 1).empty()) return {};
  if (keys_)
    keys_->refresh(system_now());
  else
    keys_.emplace(settings_.tokens.keys, settings_.tokens.algorithm, system_now());
  const SystemClock clock;
  return send_due_letters(
      {.parts = {settings_, store_, *keys_},
       .clock = clock,
       .deliver = [this](const Letter& letter) { return deliver(letter, settings_.mail, mail_patience); },
       .stopping = [this] { return is_over(); }});
}

void LetterJob::end_within(milliseconds patience) {
  end_ = std::chrono::duration_cast<milliseconds>(
             (std::chrono::steady_clock::now() + patience).time_since_epoch())
             .count();
}

bool LetterJob::is_over() const {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  const std::int64_t end = end_;
  return end != 0 && std::chrono::duration_cast<milliseconds>(now).count() >= end;
}

std::vector<DueJob> letter_jobs(const Settings& settings, LetterJob& job) {
  if (!settings.mail.on()) return {};
  return {{letters_interval, [&job] { return job.run(); }}};
}

namespace {

// In a child. It may not be ended in the middle of a letter: the mail server would get that twice.
void send_letters(const Settings& settings) {
  const auto end = std::chrono::steady_clock::now() + letters_of_child;
  const auto store = open_store(settings.database);
  KeyRing keys(settings.tokens.keys, settings.tokens.algorithm, system_now());
  const SystemClock clock;
  (void)send_due_letters(
      {.parts = {settings, *store, keys},
       .clock = clock,
       .deliver = [&settings](const Letter& letter) { return deliver(letter, settings.mail, mail_patience); },
       .stopping = [end] { return std::chrono::steady_clock::now() >= end; }});
}

}  // namespace

void run_due_jobs_in_child(const Settings& settings, RevokedSessions& revoked, bool letters_written) {
  const bool due = revoked.is_work_due(system_now(), settings.tokens.revocation_poll);
  if (!due && !letters_written) return;
  if (::fork() != 0) return;  // also when the host allows no further process: the next request tries again
  leave_request();
  ::alarm(max_child);
  bool letters = letters_written;
  if (due) (void)run_due_jobs(settings, revoked, [&letters] { letters = true; });
  if (letters) {
    ::alarm(0);
    try {
      send_letters(settings);
    } catch (const std::exception&) {  // the letters wait for the next child
    }
  }
  ::_exit(0);
}

Background::Background(std::vector<DueJob> jobs) {
  for (auto& job : jobs) jobs_.push_back({std::move(job), Clock::now(), ""});
}

void Background::start() {
  if (thread_.joinable() || jobs_.empty()) return;
  try {
    thread_ = std::thread([this] { run(); });
  } catch (const std::system_error& failure) {
    if (!told_) log_message("error", "no thread for the background jobs: " + description_of(failure));
    told_ = true;
  }
}

void Background::wake() {
  {
    const std::lock_guard lock(mutex_);
    woken_ = true;
  }
  changed_.notify_all();
}

bool Background::stop(milliseconds patience) {
  if (!thread_.joinable()) return true;
  std::unique_lock lock(mutex_);
  stopping_ = true;
  changed_.notify_all();
  if (!changed_.wait_for(lock, patience, [this] { return done_; })) return false;
  lock.unlock();
  thread_.join();
  return true;
}

// Moments of the list are read and written by the thread of the jobs alone.
void Background::run() {
  const auto earlier = [](const Planned& one, const Planned& other) { return one.due < other.due; };
  std::unique_lock lock(mutex_);
  for (;;) {
    auto& next = *std::min_element(jobs_.begin(), jobs_.end(), earlier);
    changed_.wait_until(lock, next.due, [this] { return stopping_ || woken_; });
    if (stopping_ && !woken_) break;
    if (std::exchange(woken_, false))
      for (auto& planned : jobs_) planned.due = Clock::now();
    lock.unlock();
    run_job(next);
    next.due = Clock::now() + next.job.interval;
    lock.lock();
  }
  done_ = true;
  changed_.notify_all();
}

void Background::run_job(Planned& planned) {
  std::string trouble;
  try {
    trouble = planned.job.run();
  } catch (const std::exception& failure) {
    trouble = "background: " + description_of(failure);
  }
  if (!trouble.empty() && trouble != planned.last_trouble) log_message("warning", trouble);
  planned.last_trouble = std::move(trouble);
}

}  // namespace cardea
