// Another program, run for a while: what it printed and how it ended. For programs that the owner uploaded.
#pragma once

#include <string>
#include <vector>

#include "base/time.h"

namespace cardea {

enum class ChildEnd {
  ended,   // by itself: exit_code counts
  killed,  // by a signal
  late,    // the time was over
  not_started,
};

struct ChildReport {
  ChildEnd end = ChildEnd::not_started;
  int exit_code = -1;
  std::string output = {};  // of both streams, the first 64 KiB
};

// What happens to a program whose time is over: it is ended, or it goes on without us.
enum class WhenLate { kill, let_go };

// Runs the program that is open as `file` (fexecve(3)), with these words as argv, nothing as its environment but a locale and a
// PATH, and /dev/null as standard input, so that it takes itself for a command. It holds none of our descriptors and leads a
// session of its own. Safe in a process with threads.
[[nodiscard]] ChildReport run_child(int file, const std::vector<std::string>& words, milliseconds patience,
                                    WhenLate when_late);

}  // namespace cardea
