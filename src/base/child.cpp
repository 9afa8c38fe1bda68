#include "base/child.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <thread>

namespace cardea {
namespace {

constexpr int exit_not_started = 127;

// All that must be ready before there is a child: between fork and exec it may not even allocate.
struct Preparation {
  explicit Preparation(const std::vector<std::string>& words) {
    for (const auto& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
  }
  std::vector<char*> arguments;
  char path[50] = "PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin";
  char locale[15] = "LC_ALL=C.UTF-8";
  char* environment[3] = {path, locale, nullptr};
};

void reset_signals() {
  struct sigaction usual {};
  usual.sa_handler = SIG_DFL;
  for (int number = 1; number < NSIG; ++number) ::sigaction(number, &usual, nullptr);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

// Every descriptor of ours closes itself at exec; those of a library may not. Closed at exec and not before: the program may
// be one of them.
void close_at_exec() {
  constexpr unsigned on_exec = 1U << 2;  // CLOSE_RANGE_CLOEXEC, Linux 5.11
  constexpr int max_number = 1024;
  if (::syscall(SYS_close_range, STDERR_FILENO + 1, ~0U, on_exec) == 0) return;
  for (int number = STDERR_FILENO + 1; number < max_number; ++number) ::fcntl(number, F_SETFD, FD_CLOEXEC);
}

[[noreturn]] void become(const ChildProgram& program, const Preparation& prepared) {
  ::setsid();
  reset_signals();
  const int nothing = ::open("/dev/null", O_RDWR | O_CLOEXEC);
  const int input = program.input < 0 ? nothing : program.input;
  const int output = program.output < 0 ? nothing : program.output;
  if (nothing < 0 || ::dup2(input, STDIN_FILENO) < 0 || ::dup2(output, STDOUT_FILENO) < 0 ||
      ::dup2(output, STDERR_FILENO) < 0)
    ::_exit(exit_not_started);
  close_at_exec();
  char* const* arguments = prepared.arguments.data();
  if (program.file < 0)
    ::execve(arguments[0], arguments, prepared.environment);
  else
    ::fexecve(program.file, arguments, prepared.environment);
  ::_exit(exit_not_started);
}

ChildReport report_of(int status) {
  if (!WIFEXITED(status)) return {.end = ChildEnd::killed};
  const int code = WEXITSTATUS(status);
  return {.end = code == exit_not_started ? ChildEnd::not_started : ChildEnd::ended, .exit_code = code};
}

ChildReport wait_for(pid_t child, milliseconds patience, WhenLate when_late) {
  constexpr milliseconds max_pause{50};
  const auto end = std::chrono::steady_clock::now() + patience;
  int status = 0;
  for (milliseconds pause{1};; pause = std::min(max_pause, pause * 2)) {
    const auto ended = ::waitpid(child, &status, WNOHANG);
    if (ended == child) return report_of(status);
    if (ended < 0 && errno == ECHILD) return {.end = ChildEnd::unknown};
    if (std::chrono::steady_clock::now() >= end) break;
    std::this_thread::sleep_for(pause);
  }
  if (when_late == WhenLate::let_go) return {.end = ChildEnd::late};
  if (::kill(-child, SIGKILL) < 0) ::kill(child, SIGKILL);  // it may not lead a group yet
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) continue;
  return {.end = ChildEnd::late};
}

}  // namespace

// A system call, as old C libraries lack the function.
Descriptor open_memory(const char* name) {
  const auto memory = static_cast<int>(::syscall(SYS_memfd_create, name, MFD_CLOEXEC));
  if (memory >= 0 || errno != ENOSYS) return Descriptor(memory);
  char path[] = "/tmp/cardea-XXXXXX";
  const int file = ::mkostemp(path, O_CLOEXEC);
  if (file >= 0) ::unlink(path);
  return Descriptor(file);
}

ChildReport run_child(const ChildProgram& program, milliseconds patience, WhenLate when_late) {
  if (program.words.empty()) return {};
  const Preparation prepared(program.words);
  const auto child = ::fork();
  if (child == 0) become(program, prepared);
  return child < 0 ? ChildReport{} : wait_for(child, patience, when_late);
}

}  // namespace cardea
