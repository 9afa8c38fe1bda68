// The command line: the table of commands, and running the command that the arguments name. Commands read and write
// the streams of a Console, never the process's own, and are given the clock and the randomness, so that tests can
// give them others.
//
// Nothing that a command prints holds a password, a hash or a key. Times are RFC 3339 in UTC.
#pragma once

#include <string>
#include <vector>

#include "base/entropy.h"
#include "base/time.h"
#include "cli/console.h"
#include "cli/parse.h"

namespace cardea {

// Every command, in the order in which help lists them.
[[nodiscard]] const std::vector<Command>& all_commands();

// Runs the command that the arguments (without the program's name) ask for. Never throws: a machine that
// fails becomes a line on console.err and `refused`. `serve` is listed in the help but started elsewhere:
// here it is `usage`.
//
// If root starts it and the key directory belongs to another user, the process becomes that user for good: then the
// server can open every file that a command creates, and `check` sees what the server sees.
[[nodiscard]] ExitCode run_command_line(const std::vector<std::string>& arguments, Console& console,
                                        Instant now, Entropy& entropy);
// The same over another database, for tests. `migrate` works on the configured one all the same.
[[nodiscard]] ExitCode run_command_line(const std::vector<std::string>& arguments, Console& console,
                                        Instant now, Entropy& entropy, const StoreFactory& make_store);

// What `cardea --version` prints: the program's version and those of the libraries inside, which the host's package
// manager does not know. Ends with a line break.
[[nodiscard]] std::string version_text();

}  // namespace cardea
