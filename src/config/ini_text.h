// The lines of cardea.ini. inih splits them; what it would cut, join or drop silently (long lines, indented lines,
// comments after a value, text after a section) is found first and refused.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/secret.h"

namespace cardea {

inline constexpr std::size_t ini_line_limit = 2000;  // bytes of one line

struct IniFinding {
  int line = 0;
  std::string message;
};

struct IniValue {
  int line = 0;
  Secret value;  // any value may be a database URL
};

struct IniSection {
  int line = 0;
  std::string name;
};

struct IniText {
  std::vector<IniSection> sections;                                // as they come, repeated ones too
  std::map<std::pair<std::string, std::string>, IniValue> values;  // by section and key; section may be ""
  std::vector<IniFinding> findings;                                // what is wrong, without any value
};

// Reads [section] and key = value lines; ';' and '#' begin a comment line. A byte order mark and CRLF line
// ends are accepted. Of a key given twice the first value counts, and a finding says so.
[[nodiscard]] IniText read_ini(std::string_view text);

}  // namespace cardea
