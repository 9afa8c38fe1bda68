// cardea setup: the questions of the page /setup, asked at a terminal, and the same work afterwards (setup/install.h).
#pragma once

#include "base/entropy.h"
#include "base/time.h"
#include "cli/console.h"
#include "cli/parse.h"

namespace cardea {

// Needs no configuration, unlike every other command: it makes one. Answers come from console.in, a line each; at a
// terminal an empty line keeps what is shown in brackets, passwords are not shown, and the questions come again if an
// answer cannot be used. `refused` if there is a configuration already, if set-up was completed there before, or if a step
// failed; it can be repeated then.
[[nodiscard]] ExitCode run_setup(const CommandLine& line, Console& console, Instant now, Entropy& entropy);

}  // namespace cardea
