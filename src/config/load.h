// Reads cardea.ini. Strict: whatever is not understood stops the program with a line that says what is
// wrong and what is allowed, because a gate that guesses is a gate that stands open.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "config/private_file.h"
#include "config/settings.h"

namespace cardea {

// "cardea.ini:12: [tokens] access_ttl: '30x' is not a duration; write 30s, 15m, 3h, 30d or 1y"
struct ConfigError {
  std::string file;
  int line = 0;  // 0 = the file as a whole
  std::string message;
  std::optional<FileFault> fault = std::nullopt;  // if the file itself could not be read
  [[nodiscard]] std::string text() const;
};

// What is wrong in a word that strangers may read, without paths and values: configuration_missing,
// _unreadable, _exposed, _invalid.
[[nodiscard]] std::string_view cause_of(const std::vector<ConfigError>& errors);

// Opens, checks and parses the file. Refuses, with one error per finding (all findings, not only the first):
//   - a file that is missing, not a regular file, a symbolic link, or that group or others can read or write
//     (group read is allowed when the file belongs to root: root:www-data 0640), owner neither root nor us;
//   - unknown sections and keys, a key given twice, a value outside its range, a line over the reader's
//     limit, a required key that is absent, settings that contradict each other.
// Relative paths are relative to the directory of the file. Messages never contain a secret value:
// database.url is reported without its password.
[[nodiscard]] std::variant<Settings, std::vector<ConfigError>> load_settings(const std::string& path);

// The same from text, for tests and the fuzzer; file names the source in messages. No permission check.
[[nodiscard]] std::variant<Settings, std::vector<ConfigError>> parse_settings(const std::string& text,
                                                                              const std::string& file);

}  // namespace cardea
