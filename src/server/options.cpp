#include "server/options.h"

#include <algorithm>

#include "base/encoding.h"
#include "server/serve.h"

namespace cardea {
namespace {

constexpr std::string_view allowed =
    "allowed are --config FILE, --listen WHERE, --mode 0660, --threads N, --gate-mode required|optional, "
    "--gate-scope SCOPES, --gate-need proven";

std::optional<unsigned> octal(const std::string& text) {
  if (text.size() < 3 || text.size() > 4 || text.find_first_not_of("01234567") != std::string::npos)
    return std::nullopt;
  return static_cast<unsigned>(std::stoul(text, nullptr, 8));
}

// What is wrong; empty if the option was taken.
std::optional<std::string> take(const std::string& name, const std::string& value, ServeOptions& options) {
  if (name == "--config") {
    options.config = value;
  } else if (name == "--listen") {
    options.listen = value;
  } else if (name == "--mode") {
    const auto permissions = octal(value);
    if (!permissions || (*permissions & ~0770U) != 0)
      return "--mode is 0600 or 0660: others must not reach the socket";
    options.permissions = *permissions;
  } else if (name == "--threads") {
    const auto threads = whole_number(value, max_threads);
    if (!threads || *threads < 1) return "--threads is a number from 1 to " + std::to_string(max_threads);
    options.threads = static_cast<int>(*threads);
  } else if (name == "--gate-mode") {
    if (value != "required" && value != "optional") return "--gate-mode is required or optional";
    options.gate_mode = value == "optional" ? GateMode::optional : GateMode::required;
  } else if (name == "--gate-scope") {
    options.gate_scope = value;
  } else if (name == "--gate-need") {
    if (!value.empty() && value != need_proven) return "--gate-need is proven, or empty";
    options.gate_need = value;
  } else {
    return "unknown argument '" + name + "'; " + std::string(allowed);
  }
  return std::nullopt;
}

}  // namespace

bool is_serve_command(const std::vector<std::string>& arguments) {
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    if (arguments[i] == "--config") {
      ++i;  // its value
    } else {
      return arguments[i] == "serve";
    }
  }
  return false;
}

std::variant<ServeOptions, ServeUsage> parse_serve_options(const std::vector<std::string>& arguments) {
  ServeOptions options;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    if (arguments[i] == "serve") continue;
    if (i + 1 == arguments.size())
      return ServeUsage{arguments[i] + " needs a value; " + std::string(allowed)};
    if (auto wrong = take(arguments[i], arguments[i + 1], options)) return ServeUsage{*wrong};
    ++i;
  }
  return options;
}

}  // namespace cardea
