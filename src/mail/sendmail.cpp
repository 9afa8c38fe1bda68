#include "mail/sendmail.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <thread>

#include "base/descriptor.h"

namespace cardea {
namespace {

// Memory instead of a pipe: the writer does not wait for the reader, and the message is on no disk. Linux before
// 3.17 has no such memory; there it is a file without a name. A system call, as old C libraries lack the function.
int open_memory() {
  const auto memory = static_cast<int>(::syscall(SYS_memfd_create, "mail", MFD_CLOEXEC));
  if (memory >= 0 || errno != ENOSYS) return memory;
  char path[] = "/tmp/cardea-XXXXXX";
  const int file = ::mkostemp(path, O_CLOEXEC);
  if (file >= 0) ::unlink(path);
  return file;
}

bool fill(int memory, const Secret& message) {
  return memory >= 0 && write_all(memory, message.reveal()) && ::lseek(memory, 0, SEEK_SET) == 0;
}

constexpr int exit_not_started = 127;

// All that must be ready before there is a child: between fork and exec it may not even allocate.
struct Preparation {
  explicit Preparation(const std::vector<std::string>& command) {
    for (const auto& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
  }
  std::vector<char*> arguments;
  char path[50] = "PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin";
  char locale[15] = "LC_ALL=C.UTF-8";
  char* environment[3] = {path, locale, nullptr};
};

void close_all_but_standard() {
  constexpr int max_number = 1024;
  if (::syscall(SYS_close_range, STDERR_FILENO + 1, ~0U, 0) == 0) return;
  for (int number = STDERR_FILENO + 1; number < max_number; ++number) ::close(number);  // Linux before 5.9
}

void reset_signals() {
  struct sigaction usual {};
  usual.sa_handler = SIG_DFL;
  for (int number = 1; number < NSIG; ++number) ::sigaction(number, &usual, nullptr);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

[[noreturn]] void become(const Preparation& program, int input) {
  ::setsid();
  reset_signals();
  const int nowhere = ::open("/dev/null", O_WRONLY);
  if (nowhere < 0 || ::dup2(input, STDIN_FILENO) < 0 || ::dup2(nowhere, STDOUT_FILENO) < 0 ||
      ::dup2(nowhere, STDERR_FILENO) < 0)
    ::_exit(exit_not_started);
  close_all_but_standard();
  ::execve(program.arguments[0], program.arguments.data(), program.environment);
  ::_exit(exit_not_started);
}

Handover verdict_of(int status) {
  if (!WIFEXITED(status)) return Handover::refused;
  if (WEXITSTATUS(status) == exit_not_started) return Handover::not_started;
  return WEXITSTATUS(status) == 0 ? Handover::taken : Handover::refused;
}

Handover wait_for(pid_t child, milliseconds patience) {
  constexpr milliseconds max_pause{50};
  const auto end = std::chrono::steady_clock::now() + patience;
  int status = 0;
  for (milliseconds pause{1};; pause = std::min(max_pause, pause * 2)) {
    const auto ended = ::waitpid(child, &status, WNOHANG);
    if (ended == child) return verdict_of(status);
    // Our parent process may have set SIGCHLD to be ignored: then the child is gone and its status unknown.
    if (ended < 0 && errno == ECHILD) return Handover::taken;
    if (std::chrono::steady_clock::now() >= end) break;
    std::this_thread::sleep_for(pause);
  }
  if (::kill(-child, SIGKILL) < 0) ::kill(child, SIGKILL);  // it may not lead a group yet
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) continue;
  return Handover::timed_out;
}

}  // namespace

Handover hand_over(const Secret& message, const std::vector<std::string>& command, milliseconds patience) {
  const Descriptor memory(open_memory());
  if (command.empty() || !fill(memory.number(), message)) return Handover::not_started;
  const Preparation program(command);
  const auto child = ::fork();
  if (child == 0) become(program, memory.number());
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
