// The command line: `cardea user add …` and its siblings. Commands read and write the streams of a Console,
// never the process's own, so that tests can look; the clock and the randomness are handed in for the same
// reason.
//
// Nothing that a command prints holds a password, a hash or a key. Times are RFC 3339 in UTC.
#pragma once

#include <functional>
#include <iosfwd>
#include <memory>
#include <string>
#include <vector>

#include "base/entropy.h"
#include "base/time.h"
#include "cli/console.h"
#include "store/store.h"

namespace cardea {

// Runs the command that the arguments (without the program's name) ask for. Never throws: a machine that
// fails becomes a line on console.err and `refused`. `serve` is listed in the help but started elsewhere:
// here it is `usage`.
//
// Started by root where the key directory belongs to somebody else, the process becomes that user for good,
// so that no file is created that the gate cannot open afterwards and `check` sees what the gate sees.
[[nodiscard]] ExitCode run_command_line(const std::vector<std::string>& arguments, Console& console,
                                        Instant now, Entropy& entropy);
// The same over another database, for tests. `migrate` works on the configured one all the same.
[[nodiscard]] ExitCode run_command_line(const std::vector<std::string>& arguments, Console& console,
                                        Instant now, Entropy& entropy, const StoreFactory& make_store);

// What `cardea --version` prints.

// The program's version and those of the libraries inside, which nobody can look up on the host. Ends with a
// line break.
[[nodiscard]] std::string version_text();

}  // namespace cardea
