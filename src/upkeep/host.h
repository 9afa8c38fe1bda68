// The host as the program finds it: its own file, its user, room on the disk, the clock, and files that were left behind.
#pragma once

#include "config/settings.h"
#include "upkeep/finding.h"

namespace cardea {

// All of the below. Writes a small file into the key directory and removes it: no other way tells that a quota is used up.
[[nodiscard]] Findings check_host(const Settings& settings);

// The program's own file, and the user that it runs as (0 is root).
[[nodiscard]] Finding judge_program(const std::string& path, unsigned mode);
[[nodiscard]] Finding judge_user(unsigned user);

struct Room {
  std::string path;
  std::int64_t bytes = 0;  // that this user may still write
  std::int64_t files = 0;  // that may still be made; 0 with all = 0: the file system has no such limit
  std::int64_t all_files = 0;
  std::string refused = {};  // why a test file could not be written; empty: it was
};
[[nodiscard]] Findings judge_room(const Room& room);

// kept: whether the kernel says that a program disciplines the clock (adjtimex(2)).
[[nodiscard]] Finding judge_clock(bool kept);

// Copies of cardea.ini beside it, and files of the proof of set-up beside the program: what an editor or an owner forgot.
[[nodiscard]] Findings look_for_leftovers(const std::string& config, const std::string& program_directory);

}  // namespace cardea
