#include "cli/help.h"

#include <algorithm>
#include <cctype>

namespace cardea {

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
  text.append("\n`cardea COMMAND --help` tells more, `cardea --version` what is inside. ");
  text.append("Exit status: 0 done, 1 refused or not found, 2 wrong usage or configuration.\n");
  return text;
}

}  // namespace cardea
