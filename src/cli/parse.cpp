#include "cli/parse.h"

#include <algorithm>
#include <cctype>
#include <utility>

#include "base/encoding.h"
#include "config/values.h"

namespace cardea {
namespace {

constexpr std::int64_t number_limit = 1'000'000;

// What is wrong with a value; empty if it is valid.
std::optional<std::string> fault_of(const Option& option, const std::string& value) {
  const std::string start = std::string(option.name) + ": '" + value + "' is not ";
  if (option.kind == ValueKind::number && whole_number(value, number_limit).value_or(0) < 1)
    return start + "a number from 1 to " + std::to_string(number_limit);
  if (option.kind == ValueKind::duration && !parse_duration(value))
    return start + "a duration; write 30s, 15m, 3h, 30d or 1y";
  return std::nullopt;
}

const Option* find_option(const std::vector<Option>& options, std::string_view name) {
  const auto found =
      std::find_if(options.begin(), options.end(), [&](const Option& option) { return option.name == name; });
  return found == options.end() ? nullptr : &*found;
}

// The next word of each command or group that begins with path: "add, list, show …".
std::string words_after(const std::string& path, const std::vector<Command>& commands) {
  const std::string start = path.empty() ? "" : path + " ";
  std::vector<std::string_view> words;
  for (const Command& command : commands) {
    if (!command.path.starts_with(start)) continue;
    const std::string_view rest = command.path.substr(start.size());
    const std::string_view word = rest.substr(0, rest.find(' '));
    if (words.empty() || words.back() != word) words.push_back(word);
  }
  std::string text;
  for (const std::string_view word : words) text.append(text.empty() ? "" : ", ").append(word);
  return text;
}

// Reads the arguments from left to right; stops at the first that is wrong.
class Parser {
 public:
  Parser(const std::vector<std::string>& arguments, const std::vector<Command>& commands)
      : arguments_(arguments), commands_(commands) {}

  std::variant<CommandLine, UsageError> parse() {
    while (next_ < arguments_.size() && fault_.empty()) take(arguments_[next_++]);
    if (fault_.empty() && !line_.help) fault_ = what_is_missing();
    if (!fault_.empty()) return UsageError{line_.path, fault_};
    return std::move(line_);
  }

 private:
  void take(const std::string& argument) {
    if (argument == "--" && !only_words_) {
      only_words_ = true;
    } else if (argument == "-h") {
      line_.help = true;
    } else if (argument.size() > 1 && argument.front() == '-' && !only_words_) {
      take_option(argument);
    } else {
      take_word(argument);
    }
  }

  void take_word(const std::string& word) {
    if (line_.command != nullptr) return take_operand(word);
    if (line_.path.empty() && word == "help") {
      line_.help = true;
      return;
    }
    const std::string path = line_.path.empty() ? word : line_.path + " " + word;
    for (const Command& command : commands_) {
      if (command.path == path) line_.command = &command;
      if (command.path == path || command.path.starts_with(path + " ")) {
        line_.path = path;
        return;
      }
    }
    fault_ = "there is no command '" + path + "'; there are: " + words_after(line_.path, commands_);
  }

  void take_operand(const std::string& word) {
    if (has_operand_ && !line_.command->rest.empty()) {
      line_.rest.push_back(word);
      return;
    }
    if (line_.command->operand.empty() || has_operand_) {
      fault_ = "'" + word + "' is one argument too many; " + allowed();
      return;
    }
    line_.operand = word;
    has_operand_ = true;
  }

  void take_option(const std::string& argument) {
    const std::size_t equals = argument.find('=');
    const std::string name = argument.substr(0, equals);
    const Option* option = find_option(common_options(), name);
    if (option == nullptr && line_.command != nullptr) option = find_option(line_.command->options, name);
    if (option == nullptr) {
      fault_ = "unknown option '" + name + "'; " + allowed();
    } else if (line_.has(name)) {
      fault_ = name + " is given twice";
    } else if (option->kind == ValueKind::none) {
      if (equals != std::string::npos) fault_ = name + " takes no value";
      keep(name, "");
    } else {
      take_value(*option, equals == std::string::npos
                              ? std::nullopt
                              : std::optional<std::string>{argument.substr(equals + 1)});
    }
  }

  void take_value(const Option& option, std::optional<std::string> value) {
    // An argument that begins with two dashes is an option; as a value it is written --name=--value.
    if (!value && next_ < arguments_.size() && !arguments_[next_].starts_with("--"))
      value = arguments_[next_++];
    if (!value) {
      fault_ = std::string(option.name) + " needs a value: " + shown_option(option);
    } else if (const auto fault = fault_of(option, *value)) {
      fault_ = *fault;
    } else {
      keep(std::string(option.name), *value);
    }
  }

  void keep(const std::string& name, const std::string& value) {
    line_.options.emplace(name, value);
    if (name == "--help") line_.help = true;
    if (name == "--config") line_.config = value;
  }

  [[nodiscard]] std::string what_is_missing() const {
    if (line_.command == nullptr)
      return (line_.path.empty() ? "no command is given" : "'" + line_.path + "' is half a command") +
             "; there are: " + words_after(line_.path, commands_);
    if (!line_.command->operand.empty() && !has_operand_)
      return std::string(line_.command->operand) + " is missing";
    if (!line_.command->rest.empty() && line_.rest.empty())
      return std::string(line_.command->rest) + " is missing";
    for (const Option& option : line_.command->options)
      if (option.required && !line_.has(option.name)) return shown_option(option) + " is missing";
    return "";
  }

  // What is allowed in place of the argument that was refused.
  [[nodiscard]] std::string allowed() const {
    std::string text;
    const auto add = [&](std::string_view what) {
      text.append(text.empty() ? "allowed: " : ", ").append(what);
    };
    if (line_.command != nullptr) {
      if (!line_.command->operand.empty() && !has_operand_) add(line_.command->operand);
      for (const Option& option : line_.command->options) add(shown_option(option));
    }
    for (const Option& option : common_options()) add(shown_option(option));
    return text;
  }

  const std::vector<std::string>& arguments_;
  const std::vector<Command>& commands_;
  CommandLine line_;
  std::size_t next_ = 0;
  bool only_words_ = false;
  bool has_operand_ = false;
  std::string fault_;
};

}  // namespace

const std::vector<Option>& common_options() {
  static const std::vector<Option> options{
      {"--config", "FILE", ValueKind::text,
       "the configuration; otherwise $CARDEA_CONFIG, cardea.ini beside the program, /etc/cardea/cardea.ini"},
      {"--help", "", ValueKind::none, "this text"},
  };
  return options;
}

std::string shown_option(const Option& option) {
  std::string text(option.name);
  if (option.kind != ValueKind::none) text.append(" ").append(option.value);
  return text;
}

std::optional<std::string> CommandLine::text(std::string_view option) const {
  const auto found = options.find(option);
  return found == options.end() ? std::nullopt : std::optional<std::string>{found->second};
}

int CommandLine::number(std::string_view option, int otherwise) const {
  const auto written_as = text(option);
  return written_as ? static_cast<int>(whole_number(*written_as, number_limit).value_or(otherwise))
                    : otherwise;
}

std::optional<seconds> CommandLine::duration(std::string_view option) const {
  const auto written_as = text(option);
  return written_as ? parse_duration(*written_as) : std::nullopt;
}

std::variant<CommandLine, UsageError> parse_command_line(const std::vector<std::string>& arguments,
                                                         const std::vector<Command>& commands) {
  return Parser(arguments, commands).parse();
}

namespace {

std::string help_of_command(const Command& command) {
  std::vector<Option> options = command.options;
  options.insert(options.end(), common_options().begin(), common_options().end());
  std::size_t width = 0;
  for (const Option& option : options) width = std::max(width, shown_option(option).size());

  std::string text = "usage: " + synopsis(command) + "\n\n";
  text.push_back(static_cast<char>(std::toupper(static_cast<unsigned char>(command.summary.front()))));
  text.append(command.summary.substr(1)).append(".\n");
  if (!command.more.empty()) text.append(command.more).append("\n");
  text += "\n";
  for (const Option& option : options) {
    std::string name = shown_option(option);
    name.resize(width, ' ');
    text.append("  ")
        .append(name)
        .append("  ")
        .append(option.why)
        .append(option.required ? " (required)\n" : "\n");
  }
  return text;
}

}  // namespace

std::string synopsis(const Command& command) {
  std::string text = "cardea ";
  text.append(command.path);
  if (!command.operand.empty()) text.append(" ").append(command.operand);
  if (!command.rest.empty()) text.append(" ").append(command.rest);
  for (const Option& option : command.options)
    text.append(option.required ? " " : " [").append(shown_option(option)).append(option.required ? "" : "]");
  return text;
}

std::string help_text(std::string_view path, const std::vector<Command>& commands) {
  const std::string group = path.empty() ? "" : std::string(path) + " ";
  std::size_t width = 0;
  for (const Command& command : commands) {
    if (command.path == path) return help_of_command(command);
    if (command.path.starts_with(group)) width = std::max(width, command.path.size());
  }
  std::string text =
      "usage: cardea " + (group.empty() ? "COMMAND" : group + "COMMAND") + " [--config FILE]\n\n";
  for (const Command& command : commands) {
    if (!command.path.starts_with(group)) continue;
    std::string name(command.path);
    name.resize(width, ' ');
    text.append("  ").append(name).append("  ").append(command.summary).append("\n");
  }
  text.append("\n`cardea COMMAND --help` says more, `cardea --version` names the libraries inside. ");
  text.append("Exit status: 0 done, 1 refused or not found, 2 wrong usage or configuration.\n");
  return text;
}

}  // namespace cardea
