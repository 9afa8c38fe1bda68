#include "gateway/housekeeping.h"

#include <fcntl.h>
#include <unistd.h>

#include <exception>

#include "auth/housekeeping.h"
#include "auth/revocation_look.h"
#include "base/failure.h"
#include "gateway/access_log.h"
#include "gateway/clock.h"

namespace cardea {
namespace {

constexpr std::chrono::seconds between_rounds{1};
constexpr std::chrono::seconds patience_at_the_end{1};
constexpr unsigned longest_child = 30;  // seconds

RevokedSessions revoked_sessions(const TokenSettings& settings) {
  return {settings.revocations, revocations_kept(settings)};
}

void hold_nothing_open() {
  ::setsid();
  const int nothing = ::open("/dev/null", O_RDWR | O_CLOEXEC);
  for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) ::dup2(nothing, descriptor);
}

}  // namespace

std::string keep_house(const Settings& settings, RevokedSessions& revoked) {
  try {
    const auto store = open_store(settings.database);  // connects when it is asked
    const RevocationDeps deps{.store = *store, .revoked = revoked, .now = system_now()};
    look_for_ended_sessions(deps, settings.tokens.revocation_poll);
    purge_a_little(settings.tokens, deps);
  } catch (const std::exception& failure) {
    return "housekeeping: " + description_of(failure);
  }
  return revoked.take_trouble();
}

void keep_house_in_child(const Settings& settings) {
  auto revoked = revoked_sessions(settings.tokens);
  if (!revoked.is_work_due(system_now(), settings.tokens.revocation_poll)) return;
  if (::fork() != 0) return;  // also when the host allows no further process: the next request tries again
  hold_nothing_open();
  ::alarm(longest_child);
  (void)keep_house(settings, revoked);
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
    auto trouble = keep_house(settings_, revoked);
    if (!trouble.empty() && trouble != last) log_message("warning", trouble);
    last = std::move(trouble);
    lock.lock();
    changed_.wait_for(lock, between_rounds, [this] { return stopping_; });
  }
  done_ = true;
  changed_.notify_all();
}

}  // namespace cardea
