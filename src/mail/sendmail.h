// Hands a message to the host's mail program (sendmail, or another one of that name). The program is started without a
// shell, with an environment of its own, and gets nothing from us but the message.
#pragma once

#include <string>
#include <vector>

#include "base/secret.h"
#include "base/time.h"

namespace cardea {

enum class Handover {
  taken,        // the program ended with 0: the mail system has the message
  refused,      // it ended with another status
  timed_out,    // it took longer than patience and was killed
  not_started,  // there is no such program, or no process could be started
};

// Blocks until the program has ended, at most patience. command: absolute path, then arguments. The message
// is its standard input; its output is dropped. It leads a session of its own: signals to our group do not reach it,
// and all processes that it has started end with it. Safe from many threads. No child is left behind.
[[nodiscard]] Handover hand_over(const Secret& message, const std::vector<std::string>& command,
                                 milliseconds patience);

// For the log: "taken", "refused", "timed out", "not started".
[[nodiscard]] std::string_view handover_name(Handover handover);

}  // namespace cardea
