// The table of contents of the command line, and what a command is given when it runs.
#pragma once

#include <vector>

#include "cli/parse.h"
#include "cli/tools.h"

namespace cardea {

struct Job {
  const CommandLine& line;
  Console& console;
  Tools& tools;
};

// Every command, in the order in which help lists them.
[[nodiscard]] const std::vector<Command>& all_commands();

// One function for each file of commands.
[[nodiscard]] Command migrate_command();
[[nodiscard]] Command check_command();
[[nodiscard]] std::vector<Command> user_commands();
[[nodiscard]] Command user_import_command();  // one of them
[[nodiscard]] std::vector<Command> device_commands();
[[nodiscard]] std::vector<Command> key_commands();
[[nodiscard]] Command events_command();
[[nodiscard]] Command purge_command();
[[nodiscard]] Command transport_command();
[[nodiscard]] std::vector<Command> legacy_commands();

// Says what is wrong on console.err and returns `refused`.
[[nodiscard]] ExitCode refuse(Console& console, std::string_view why);
// The same for arguments that are wrong in themselves: returns `usage`.
[[nodiscard]] ExitCode misused(Console& console, std::string_view why);

}  // namespace cardea
