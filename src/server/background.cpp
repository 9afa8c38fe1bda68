#include "server/background.h"

#include <fcntl.h>
#include <unistd.h>
#include <algorithm>
#include <exception>
#include <system_error>
#include <utility>

#include "auth/session/end.h"
#include "base/descriptor.h"
#include "base/entropy.h"
#include "http/client.h"
#include "mail/delivery.h"
#include "server/clock.h"
#include "server/log.h"
#include "store/store.h"
#include "upkeep/canary.h"

namespace cardea {
namespace {

constexpr seconds look_interval{1};  // whether something is due on this host; mostly nothing is
constexpr seconds carry_interval{5};
constexpr seconds patience_at_the_end{1};
constexpr unsigned max_child = 30;  // seconds
constexpr unsigned max_look = 120;  // seconds: the site answers, and letters are sent

// In a child: lets go of what the web server waits for the end of.
void leave_request() {
  ::setsid();
  const int nothing = ::open("/dev/null", O_RDWR | O_CLOEXEC);
  for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) ::dup2(nothing, descriptor);
}

constexpr milliseconds mail_patience{20'000};  // with one mail program

void send_letter(const Letter& letter, const MailSettings& settings, milliseconds patience) {
  const auto delivery = deliver(letter, settings, patience);
  if (delivery.outcome != Outcome::taken) log_message("error", "mail: " + delivery.why);
}

std::string run_canary(const Settings& settings) {
  try {
    const auto now = system_now();
    if (!is_look_due(settings, now)) return {};
    const auto store = open_store(settings.database);  // connects when it is asked
    HttpsClient http;
    SystemEntropy entropy;
    for (const auto& letter : look_from_outside({settings, *store, http, entropy, now}))
      send_letter(letter, settings.mail, mail_patience);
  } catch (const std::exception& failure) {
    return "background: " + description_of(failure);
  }
  return {};
}

}  // namespace

DueJob canary_job(const Settings& settings) {
  constexpr std::chrono::minutes between{5};
  return {between, [&settings] { return run_canary(settings); }};
}

std::vector<DueJob> due_jobs(const Settings& settings, RevokedSessions& revoked, Traffic& traffic,
                             Store& store) {
  return {{look_interval, [&settings, &revoked] { return run_due_jobs(settings, revoked); }},
          {carry_interval, [&traffic, &store] {
             traffic.carry(store, system_now());
             return std::string{};
           }}};
}

std::string run_due_jobs(const Settings& settings, RevokedSessions& revoked) {
  try {
    const auto store = open_store(settings.database);  // connects when it is asked
    const auto now = system_now();
    look_for_ended_sessions(*store, revoked, now, settings.tokens.revocation_poll);
    purge_step(settings.tokens, *store, revoked, now);
  } catch (const std::exception& failure) {
    return "background: " + description_of(failure);
  }
  return revoked.take_trouble();
}

void run_due_jobs_in_child(const Settings& settings, RevokedSessions& revoked) {
  const bool is_look = is_look_due(settings, system_now());
  if (!is_look && !revoked.is_work_due(system_now(), settings.tokens.revocation_poll)) return;
  if (::fork() != 0) return;  // also when the host allows no further process: the next request tries again
  leave_request();
  ::alarm(is_look ? max_look : max_child);
  (void)run_due_jobs(settings, revoked);
  if (is_look) (void)run_canary(settings);
  ::_exit(0);
}

Background::Background(std::vector<DueJob> jobs) {
  for (auto& job : jobs) jobs_.push_back({std::move(job), Clock::now(), ""});
}

void Background::start() {
  if (thread_.joinable()) return;
  try {
    thread_ = std::thread([this] { run(); });
  } catch (const std::system_error& failure) {
    if (!told_) log_message("error", "no thread for the background jobs: " + description_of(failure));
    told_ = true;
  }
}

bool Background::stop() {
  if (!thread_.joinable()) return true;
  std::unique_lock lock(mutex_);
  stopping_ = true;
  changed_.notify_all();
  if (!changed_.wait_for(lock, patience_at_the_end, [this] { return done_; })) return false;
  lock.unlock();
  thread_.join();
  return true;
}

void Background::run() {
  const auto earlier = [](const Planned& one, const Planned& other) { return one.due < other.due; };
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    auto& next = *std::min_element(jobs_.begin(), jobs_.end(), earlier);
    if (changed_.wait_until(lock, next.due, [this] { return stopping_; })) break;
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

namespace {

constexpr milliseconds mail_patience_at_the_end{5'000};  // for all that is waiting when the server stops
constexpr std::size_t max_waiting_letters = 200;

}  // namespace

MailSender::~MailSender() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    end_ = std::chrono::steady_clock::now() + mail_patience_at_the_end;
  }
  changed_.notify_one();
  if (thread_.joinable()) thread_.join();
}

void MailSender::take(std::vector<Letter> letters) {
  if (letters.empty()) return;
  const std::lock_guard lock(mutex_);
  for (auto& letter : letters) {
    if (waiting_.size() >= max_waiting_letters) {
      log_message("error", "mail: too many letters are waiting; one was thrown away");
      continue;
    }
    waiting_.push_back(std::move(letter));
  }
  try {
    if (!thread_.joinable()) thread_ = std::thread([this] { work(); });
  } catch (const std::system_error& failure) {
    log_message("error", "mail: no thread to send it: " + description_of(failure));
  }
  changed_.notify_one();
}

void MailSender::work() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
    if (waiting_.empty()) return;
    const auto letter = std::move(waiting_.front());
    waiting_.pop_front();
    auto patience = mail_patience;
    if (stopping_)
      patience = std::min(patience,
                          std::chrono::duration_cast<milliseconds>(end_ - std::chrono::steady_clock::now()));
    lock.unlock();
    if (patience > milliseconds{0}) {
      send_letter(letter, settings_, patience);
    } else {
      log_message("error", "mail: the server stops; a letter was not sent");
    }
    lock.lock();
  }
}

void send_from_child(const std::vector<Letter>& letters, const MailSettings& settings) {
  if (letters.empty()) return;
  const auto child = ::fork();
  if (child > 0) return;
  if (child == 0) leave_request();
  for (const auto& letter : letters) send_letter(letter, settings, mail_patience);
  if (child == 0) ::_exit(0);
}

}  // namespace cardea
