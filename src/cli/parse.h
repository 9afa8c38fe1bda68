// Arguments, and the help about them. A command is a row of a table, and so is each of its options; parsing, error messages
// and `--help` all read the same rows and therefore agree.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/time.h"
#include "cli/console.h"

namespace cardea {

enum class ValueKind {
  none,      // a switch
  text,      // anything
  number,    // 1 to 1000000
  duration,  // 0s, 30s, 15m, 3h, 30d, 1y
};

struct Option {
  std::string_view name;   // "--email"
  std::string_view value;  // how help calls the value: "EMAIL"; empty for a switch
  ValueKind kind = ValueKind::none;
  std::string_view why;  // one line for people
  bool required = false;
};

// "--email EMAIL"
[[nodiscard]] std::string shown_option(const Option& option);

struct Job;

// What a command needs before it can run.
enum class Needs { configuration, nothing };

struct Command {
  std::string_view path;  // "user add": one or two words
  std::string_view
      operand;  // "EMAIL|ID": the argument that is no option, which is then required; may be empty
  std::string_view summary;  // one line for people
  std::string_view more;     // what else a person must know; may be empty
  std::vector<Option> options;
  ExitCode (*run)(Job& job) = nullptr;  // null for what main starts itself
  std::string_view rest = {};           // "SCOPE…": one or more arguments after the operand; may be empty
  Needs needs = Needs::configuration;   // with `nothing`, the settings of job.tools are empty
};

struct CommandLine {
  const Command* command = nullptr;  // null when help was asked about a group or about everything
  std::string path;                  // the words of the command or of the group
  std::string operand;
  std::vector<std::string> rest;
  std::optional<std::string> config;
  bool help = false;
  std::map<std::string, std::string, std::less<>> options;  // checked against their kinds; a switch has ""

  [[nodiscard]] bool has(std::string_view option) const { return options.contains(option); }
  [[nodiscard]] std::optional<std::string> text(std::string_view option) const;
  [[nodiscard]] int number(std::string_view option, int otherwise) const;
  [[nodiscard]] std::optional<seconds> duration(std::string_view option) const;
};

struct UsageError {
  std::string path;  // of the command or the group that it is about; empty = all
  std::string text;  // what is wrong and what is allowed
};

// --config FILE and --help may come anywhere, other options after their command; `--name value` and
// `--name=value` are the same; what follows `--` is no option. With --help nothing else is required.
[[nodiscard]] std::variant<CommandLine, UsageError> parse_command_line(
    const std::vector<std::string>& arguments, const std::vector<Command>& commands);

// The options every command takes.
[[nodiscard]] const std::vector<Option>& common_options();

// What `--help` prints. path is a command ("user add"), a group ("user") or empty: everything. Ends with a line break.
[[nodiscard]] std::string help_text(std::string_view path, const std::vector<Command>& commands);

// "cardea user add --email EMAIL [--name NAME]", without the common options.
[[nodiscard]] std::string synopsis(const Command& command);

}  // namespace cardea
