// Finds cardea.ini and reads it. Strict: whatever the program does not understand stops it with a line that says what is
// wrong and what is allowed, because a guess about a setting of the gate could let strangers in.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/secret.h"
#include "config/private_file.h"
#include "config/settings.h"

namespace cardea {

// Section: the lines of cardea.ini. inih splits them; what it would cut, join or drop silently (long lines, indented lines,
// comments after a value, text after a section) is found first and refused.

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

// "cardea.ini:12: [tokens] access_ttl: '30x' is not a duration; write 30s, 15m, 3h, 30d or 1y"
struct ConfigError {
  std::string file;
  int line = 0;  // 0 = the file as a whole
  std::string message;
  std::optional<FileFault> fault = std::nullopt;  // if the file itself could not be read
  [[nodiscard]] std::string text() const;
};

// What is wrong, in a word that strangers may read, without paths and values: configuration_missing,
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

// Where cardea.ini is: one rule for the server and the command line, so that both always read the same file.
// The argument of --config if there is one, else $CARDEA_CONFIG unless empty, else cardea.ini beside the
// running binary if it exists there, else the file that config_pointer beside it names, else ../cardea/cardea.ini and
// ../../cardea/cardea.ini from the binary's directory, if they exist, else /etc/cardea/cardea.ini.
// Says where to look, not whether the file can be read: load_settings says that.
[[nodiscard]] std::string find_config(const std::optional<std::string>& argument);
// The first two of these; empty if nobody says where the file is.
[[nodiscard]] std::optional<std::string> named_config(const std::optional<std::string>& argument);

// What set-up writes beside a program in the document root, where cardea.ini must not lie: one line, the absolute path of
// cardea.ini. A private file (config/private_file.h); any other is ignored.
inline constexpr std::string_view config_pointer = "cardea-config.txt";

// The file of the running binary, and its directory; empty if the system does not say it.
[[nodiscard]] std::string program_file();
[[nodiscard]] std::string program_directory();

// Two keys that are valid by themselves and not together, found when every key has been read.
struct Contradiction {
  std::string section;
  std::string_view key;
  std::string message;  // why the two do not go together, and what is allowed
};

// Fills in site.name, mail.from_name, tokens.issuer, tokens.revocations, cookies.refresh_path, password.concurrency and
// what is known of the providers, where they are empty.
void fill_in_derived_defaults(Settings& settings);

// Precondition: the derived defaults are filled in.
[[nodiscard]] std::vector<Contradiction> contradictions_in(const Settings& settings);

}  // namespace cardea
