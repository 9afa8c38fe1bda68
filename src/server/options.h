// The arguments of a FastCGI process: of `cardea serve`, and of a process that a web server starts, which may have
// arguments, too (FcgidAccessChecker "/path/cardea.fcgi --config FILE").
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "config/settings.h"

namespace cardea {

struct ServeOptions {
  std::optional<std::string> config;
  std::string listen;                     // "unix:/path" or "127.0.0.1:9100"; empty = descriptor 0
  unsigned permissions = 0660;            // of a unix socket
  int threads = 16;                       // requests that may wait for the database at a time
  std::optional<GateMode> gate_mode;      // wins over [gate] mode
  std::optional<std::string> gate_scope;  // wins over [gate] scope
  std::optional<std::string> gate_need;   // wins over [gate] need
};

struct ServeUsage {
  std::string message;
};

// True if the first argument is `serve`, apart from --config and its value.
[[nodiscard]] bool is_serve_command(const std::vector<std::string>& arguments);

// Every option has a value. `serve` itself may stand anywhere.
[[nodiscard]] std::variant<ServeOptions, ServeUsage> parse_serve_options(
    const std::vector<std::string>& arguments);

}  // namespace cardea
