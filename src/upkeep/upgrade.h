// A new program from the browser: its owner uploads it as cardea.new beside the running one; it is looked at first, brings the
// tables to its version, and takes the place of the running program. That one stays as cardea.old, to go back to.
//
// At every moment there is a whole program at the program's path: a new name is linked first, then renamed over the old one. A
// process that is killed between two steps leaves one file name too many, which the next call removes. Processes that run the
// old program end by themselves once they see another file in its place (server/serve.cpp).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/encoding.h"
#include "base/time.h"

namespace cardea {

// The path of the running program. A process goes on with a file that was replaced: then this is the path at which it was
// started. Empty if the system does not say it.
[[nodiscard]] std::string running_program();

// "0.1.0", of the running program.
[[nodiscard]] std::string_view program_version();

// The three files of one program.
struct ProgramFiles {
  std::string program;
  std::string config;  // cardea.ini, for its `migrate`

  [[nodiscard]] std::string candidate() const;  // cardea.new, in the same directory
  [[nodiscard]] std::string former() const;     // cardea.old
  [[nodiscard]] std::string sums() const;       // SHA256SUMS
};

enum class ProgramFault {
  none,
  absent,      // there is no such file
  not_a_file,  // a directory, a link, or something else
  foreign,     // it belongs to another user
  writable,    // its group or others may change it
  too_large,   // more than program_limit
  incomplete,  // SHA256SUMS names another sum
  runs_not,    // its --version fails, takes too long, or names no version
  count
};
inline constexpr std::size_t program_limit = std::size_t{96} << 20;  // bytes

struct LookedAt {
  ProgramFault fault = ProgramFault::absent;
  std::string version;       // that it names
  Digest digest{};           // SHA-256 of its bytes
  bool is_compared = false;  // SHA256SUMS lies there and names the same sum
};

// Looks at a program that lies there and runs its --version: the very bytes that were hashed, without the environment of this
// process, for a few seconds at most. Its mode need not be 755: it gets the mode of the running program later.
[[nodiscard]] LookedAt look_at_program(const std::string& path, const std::string& sums);

enum class UpgradeStep {
  done,
  changed,        // the file is not the one that was looked at, or it may not be used: nothing was done
  tables_failed,  // its `migrate` failed: the running program stays; `said` is what it printed
  tables_go_on,   // its `migrate` is still at work and goes on by itself: call again later
  not_placed,     // the files could not be renamed: `said` is the system's reason
};

struct UpgradeResult {
  UpgradeStep step = UpgradeStep::done;
  std::string said = {};
};

// Precondition: the digest is that of a candidate that the administrator saw. Blocks for half a minute at most.
[[nodiscard]] UpgradeResult upgrade_program(const ProgramFiles& files, const Digest& looked_at);
// The same with cardea.old, which then becomes the program, and the program becomes cardea.old. A program that cannot work
// with the tables as they are refuses to migrate them, and nothing is changed.
[[nodiscard]] UpgradeResult go_back(const ProgramFiles& files, const Digest& looked_at);

}  // namespace cardea
