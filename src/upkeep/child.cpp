#include "upkeep/child.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <thread>

#include "base/descriptor.h"

namespace cardea {
namespace {

constexpr int exit_not_started = 127;
constexpr std::size_t output_limit = std::size_t{64} * 1024;

// All that must be ready before there is a child: between fork and exec it may not even allocate.
struct Preparation {
  explicit Preparation(const std::vector<std::string>& words) {
    for (const auto& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
  }
  std::vector<char*> arguments;
  char path[34] = "PATH=/usr/local/bin:/usr/bin:/bin";
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

// Every descriptor of ours closes itself at exec; those of a library may not.
void close_at_exec() {
  constexpr unsigned on_exec = 1U << 2;  // CLOSE_RANGE_CLOEXEC, Linux 5.11
  constexpr int max_number = 1024;
  if (::syscall(SYS_close_range, STDERR_FILENO + 1, ~0U, on_exec) == 0) return;
  for (int number = STDERR_FILENO + 1; number < max_number; ++number) ::fcntl(number, F_SETFD, FD_CLOEXEC);
}

[[noreturn]] void become(int file, const Preparation& program, int output) {
  ::setsid();
  reset_signals();
  const int nothing = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  if (nothing < 0 || ::dup2(nothing, STDIN_FILENO) < 0 || ::dup2(output, STDOUT_FILENO) < 0 ||
      ::dup2(output, STDERR_FILENO) < 0)
    ::_exit(exit_not_started);
  close_at_exec();
  ::fexecve(file, program.arguments.data(), program.environment);
  ::_exit(exit_not_started);
}

ChildReport report_of(int status) {
  if (!WIFEXITED(status)) return {.end = ChildEnd::killed};
  const int code = WEXITSTATUS(status);
  return {code == exit_not_started ? ChildEnd::not_started : ChildEnd::ended, code};
}

ChildReport wait_for(pid_t child, milliseconds patience, WhenLate when_late) {
  constexpr milliseconds max_pause{50};
  const auto end = std::chrono::steady_clock::now() + patience;
  int status = 0;
  for (milliseconds pause{1};; pause = std::min(max_pause, pause * 2)) {
    const auto ended = ::waitpid(child, &status, WNOHANG);
    if (ended == child) return report_of(status);
    // Our parent process may have set SIGCHLD to be ignored: then the child is gone and its status unknown.
    if (ended < 0 && errno == ECHILD) return {.end = ChildEnd::killed};
    if (std::chrono::steady_clock::now() >= end) break;
    std::this_thread::sleep_for(pause);
  }
  if (when_late == WhenLate::let_go) return {.end = ChildEnd::late};
  if (::kill(-child, SIGKILL) < 0) ::kill(child, SIGKILL);  // it may not lead a group yet
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) continue;
  return {.end = ChildEnd::late};
}

std::string read_output(int memory) {
  std::string text(output_limit, '\0');
  const auto size = ::pread(memory, text.data(), text.size(), 0);
  text.resize(static_cast<std::size_t>(std::max<ssize_t>(0, size)));
  return text;
}

}  // namespace

ChildReport run_child(int file, const std::vector<std::string>& words, milliseconds patience,
                      WhenLate when_late) {
  const Descriptor output(static_cast<int>(::syscall(SYS_memfd_create, "output", MFD_CLOEXEC)));
  if (file < 0 || !output.is_open() || words.empty()) return {};
  const Preparation program(words);
  const auto child = ::fork();
  if (child == 0) become(file, program, output.number());
  if (child < 0) return {};
  auto report = wait_for(child, patience, when_late);
  report.output = read_output(output.number());
  return report;
}

}  // namespace cardea
