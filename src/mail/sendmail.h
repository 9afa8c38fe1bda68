// Handing a message to the host's mail program (sendmail, or what calls itself so). The program is started
// without a shell, with an environment of its own, and knows of us nothing but the message.
#pragma once

#include <string>
#include <vector>

#include "base/secret.h"
#include "base/time.h"

namespace cardea {

enum class Handover {
  taken,        // the program ended with 0; from here on it is the mail system's
  refused,      // it ended with something else
  timed_out,    // it took longer than patience and was killed
  not_started,  // there is no such program, or no process to be had
};

// Blocks until the program has ended, at most patience. command: absolute path, then arguments. The message
// is its standard input; what it says is thrown away. It leads a session of its own: signals to our group do
// not reach it, and all it has started ends with it. Safe from many threads. No child is left behind.
[[nodiscard]] Handover hand_over(const Secret& message, const std::vector<std::string>& command,
                                 milliseconds patience);

// For the log: "taken", "refused", "timed out", "not started".
[[nodiscard]] std::string_view handover_name(Handover handover);

}  // namespace cardea
