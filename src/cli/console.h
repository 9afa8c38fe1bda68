// The streams of a command, how it ends, and how it shows what it found: columns for people, JSON for programs.
#pragma once

#include <functional>
#include <iosfwd>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/time.h"
#include "store/store.h"

namespace cardea {

struct Console {
  std::istream& in;
  std::ostream& out;  // the result
  std::ostream& err;  // what went wrong, and questions to the user
  bool in_is_terminal =
      false;  // then `in` is the process's standard input and passwords are read without echo
};

enum class ExitCode {
  done = 0,
  refused = 1,  // not found, not allowed, a finding, no database
  usage = 2,    // wrong arguments or configuration
};

using StoreFactory = std::function<std::unique_ptr<Store>(const DatabaseSettings&)>;

// The text with '?' for everything that a terminal could take for a command. Names of devices and user agents come from
// strangers, and an administrator's terminal must not obey them.
[[nodiscard]] std::string printable(std::string_view text);

// RFC 3339; "-" or null for never.
[[nodiscard]] std::string shown_time(Instant at);
[[nodiscard]] Json json_time(Instant at);

// Left-aligned columns, as wide as their widest cell. Cells are made printable; an empty one is shown as "-".
class TextTable {
 public:
  explicit TextTable(std::vector<std::string> titles);
  // One cell for each title.
  void add(const std::vector<std::string>& cells);
  [[nodiscard]] bool empty() const { return rows_.size() == 1; }
  void print(std::ostream& out) const;

 private:
  std::vector<std::vector<std::string>> rows_;  // the titles first
};

}  // namespace cardea
