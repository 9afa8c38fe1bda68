#include "mail/sendmail.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <thread>

namespace cardea {
namespace {

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  [[nodiscard]] int number() const { return number_; }

 private:
  int number_;
};

bool write_all(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    const auto put = ::write(descriptor, bytes.data(), bytes.size());
    if (put < 0 && errno == EINTR) continue;
    if (put <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(put));
  }
  return true;
}

// Memory rather than a pipe: nobody has to wait for the reader, and no disk sees the message.
bool fill(int memory, const Secret& message) {
  return memory >= 0 && write_all(memory, message.reveal()) && ::lseek(memory, 0, SEEK_SET) == 0;
}

// The two descriptions posix_spawn works by.
class Preparation {
 public:
  explicit Preparation(int input) {
    ::posix_spawn_file_actions_init(&actions_);
    ::posix_spawn_file_actions_adddup2(&actions_, input, STDIN_FILENO);
    ::posix_spawn_file_actions_addopen(&actions_, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    ::posix_spawn_file_actions_addopen(&actions_, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    ::posix_spawn_file_actions_addclosefrom_np(&actions_, STDERR_FILENO + 1);
    sigset_t none;
    sigset_t all;
    ::sigemptyset(&none);
    ::sigfillset(&all);
    ::posix_spawnattr_init(&attributes_);
    ::posix_spawnattr_setsigmask(&attributes_, &none);
    ::posix_spawnattr_setsigdefault(&attributes_, &all);
    ::posix_spawnattr_setflags(&attributes_,
                               POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  }
  Preparation(const Preparation&) = delete;
  Preparation& operator=(const Preparation&) = delete;
  ~Preparation() {
    ::posix_spawn_file_actions_destroy(&actions_);
    ::posix_spawnattr_destroy(&attributes_);
  }

  // The child, or nothing.
  [[nodiscard]] pid_t start(const std::vector<std::string>& command) const {
    std::vector<char*> arguments;
    for (const auto& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    char path[] = "PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin";
    char locale[] = "LC_ALL=C.UTF-8";
    char* environment[] = {path, locale, nullptr};
    pid_t child = -1;
    const int failed =
        ::posix_spawn(&child, arguments[0], &actions_, &attributes_, arguments.data(), environment);
    return failed == 0 ? child : -1;
  }

 private:
  posix_spawn_file_actions_t actions_{};
  posix_spawnattr_t attributes_{};
};

Handover verdict_of(int status) {
  return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? Handover::taken : Handover::refused;
}

Handover wait_for(pid_t child, milliseconds patience) {
  constexpr milliseconds longest_pause{50};
  const auto end = std::chrono::steady_clock::now() + patience;
  int status = 0;
  for (milliseconds pause{1};; pause = std::min(longest_pause, pause * 2)) {
    const auto ended = ::waitpid(child, &status, WNOHANG);
    if (ended == child) return verdict_of(status);
    // Our parent may have left us SIGCHLD ignored: the child is gone, and nobody knows with which status.
    if (ended < 0 && errno == ECHILD) return Handover::taken;
    if (std::chrono::steady_clock::now() >= end) break;
    std::this_thread::sleep_for(pause);
  }
  ::kill(-child, SIGKILL);
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) continue;
  return Handover::timed_out;
}

}  // namespace

Handover hand_over(const Secret& message, const std::vector<std::string>& command, milliseconds patience) {
  const Descriptor memory(::memfd_create("mail", MFD_CLOEXEC));
  if (command.empty() || !fill(memory.number(), message)) return Handover::not_started;
  const auto child = Preparation(memory.number()).start(command);
  return child < 0 ? Handover::not_started : wait_for(child, patience);
}

std::string_view handover_name(Handover handover) {
  switch (handover) {
    case Handover::taken:
      return "taken";
    case Handover::refused:
      return "refused";
    case Handover::timed_out:
      return "timed out";
    case Handover::not_started:
      return "not started";
  }
  return "refused";
}

}  // namespace cardea
