#include "server/background.h"

#include <fcntl.h>
#include <unistd.h>
#include <algorithm>
#include <exception>
#include <system_error>
#include <utility>

#include "auth/session/end.h"
#include "base/descriptor.h"
#include "mail/message.h"
#include "mail/sendmail.h"
#include "server/clock.h"
#include "server/log.h"

namespace cardea {
namespace {

constexpr std::chrono::seconds between_rounds{1};
constexpr std::chrono::seconds patience_at_the_end{1};
constexpr unsigned max_child = 30;  // seconds

RevokedSessions revoked_sessions(const TokenSettings& settings) {
  return {settings.revocations, revocations_kept(settings)};
}

void hold_nothing_open() {
  ::setsid();
  const int nothing = ::open("/dev/null", O_RDWR | O_CLOEXEC);
  for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) ::dup2(nothing, descriptor);
}

}  // namespace

std::string run_due_jobs(const Settings& settings, RevokedSessions& revoked) {
  try {
    const auto store = open_store(settings.database);  // connects when it is asked
    const auto now = system_now();
    look_for_ended_sessions(*store, revoked, now, settings.tokens.revocation_poll);
    purge_step(settings.tokens, *store, revoked, now);
  } catch (const std::exception& failure) {
    return "housekeeping: " + description_of(failure);
  }
  return revoked.take_trouble();
}

void run_due_jobs_in_child(const Settings& settings) {
  auto revoked = revoked_sessions(settings.tokens);
  if (!revoked.is_work_due(system_now(), settings.tokens.revocation_poll)) return;
  if (::fork() != 0) return;  // also when the host allows no further process: the next request tries again
  hold_nothing_open();
  ::alarm(max_child);
  (void)run_due_jobs(settings, revoked);
  ::_exit(0);
}

Housekeeper::Housekeeper(const Settings& settings) : settings_(settings), thread_([this] { run(); }) {}

bool Housekeeper::stop() {
  std::unique_lock lock(mutex_);
  stopping_ = true;
  changed_.notify_all();
  if (!changed_.wait_for(lock, patience_at_the_end, [this] { return done_; })) return false;
  lock.unlock();
  thread_.join();
  return true;
}

void Housekeeper::run() {
  auto revoked = revoked_sessions(settings_.tokens);
  std::string last;
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    lock.unlock();
    auto trouble = run_due_jobs(settings_, revoked);
    if (!trouble.empty() && trouble != last) log_message("warning", trouble);
    last = std::move(trouble);
    lock.lock();
    changed_.wait_for(lock, between_rounds, [this] { return stopping_; });
  }
  done_ = true;
  changed_.notify_all();
}

namespace {

constexpr milliseconds patience{20'000};  // with one mail program
constexpr milliseconds farewell{5'000};   // for all that is waiting when the server stops
constexpr std::size_t waiting_letters = 200;

void send_letter(const Letter& letter, const MailSettings& settings, milliseconds most) {
  const auto outcome = hand_over(message_of(letter, settings), settings.sendmail, most);
  if (outcome == Handover::taken) return;
  log_message("error", "mail: " + settings.sendmail.front() + ": " + std::string(handover_name(outcome)));
}

void leave_descriptors() {
  const int nowhere = ::open("/dev/null", O_RDWR);
  for (const int standard : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) ::dup2(nowhere, standard);
}

}  // namespace

MailSender::~MailSender() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    end_ = std::chrono::steady_clock::now() + farewell;
  }
  news_.notify_one();
  if (thread_.joinable()) thread_.join();
}

void MailSender::take(std::vector<Letter> letters) {
  if (letters.empty()) return;
  const std::lock_guard lock(mutex_);
  for (auto& letter : letters) {
    if (waiting_.size() >= waiting_letters) {
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
  news_.notify_one();
}

void MailSender::work() {
  std::unique_lock lock(mutex_);
  for (;;) {
    news_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
    if (waiting_.empty()) return;
    const auto letter = std::move(waiting_.front());
    waiting_.pop_front();
    auto most = patience;
    if (stopping_)
      most =
          std::min(most, std::chrono::duration_cast<milliseconds>(end_ - std::chrono::steady_clock::now()));
    lock.unlock();
    if (most > milliseconds{0}) {
      send_letter(letter, settings_, most);
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
  if (child == 0) {
    ::setsid();
    leave_descriptors();
  }
  for (const auto& letter : letters) send_letter(letter, settings, patience);
  if (child == 0) ::_exit(0);
}

}  // namespace cardea
