// Another program, run for a while as a child process: the mail program, or one that the owner uploaded.
#pragma once

#include <string>
#include <vector>

#include "base/descriptor.h"
#include "base/time.h"

namespace cardea {

// A file in memory that no other process can open by a name: its writer does not wait for a reader, as with a pipe. On Linux
// before 3.17 a file on the disk that has no name. Not open if there is neither; errno says why. name: for /proc.
[[nodiscard]] Descriptor open_memory(const char* name);

struct ChildProgram {
  std::vector<std::string> words;  // argv; the first is the path of the program, unless `file` is open
  int file = -1;                   // the program, open for reading only
  int input = -1;                  // its standard input; -1: /dev/null
  int output = -1;                 // its standard output and errors; -1: /dev/null
};

enum class ChildEnd {
  ended,        // by itself: exit_code counts
  killed,       // by a signal
  late,         // the time was over
  unknown,      // it ended, and the kernel does not say how: our parent process has set SIGCHLD to be ignored
  not_started,  // there is no such program, or no process could be started
};

struct ChildReport {
  ChildEnd end = ChildEnd::not_started;
  int exit_code = -1;
};

// What happens to a program whose time is over: it is ended with all that it started, or it goes on without us.
enum class WhenLate { kill, let_go };

// Runs the program without a shell, at most for patience, with nothing as its environment but a locale and a PATH, so that it
// takes itself for a command. It holds none of our descriptors and leads a session of its own: signals to our group do not
// reach it. Safe in a process with threads. No child that has ended is left behind.
[[nodiscard]] ChildReport run_child(const ChildProgram& program, milliseconds patience,
                                    WhenLate when_late = WhenLate::kill);

}  // namespace cardea
