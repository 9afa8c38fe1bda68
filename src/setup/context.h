// What set-up and repair know beside the request: why the program cannot work, and what the process around them is.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "config/load.h"
#include "setup/finding.h"

namespace cardea {

// The process.
struct DoorContext {
  std::string program = program_directory();  // where the proof is looked for
  bool per_request = false;                   // plain CGI
  Checks checks = {};
  std::function<void(std::string_view)> log = {};  // one line for each change; without secrets
};

// Why the program cannot work.
struct Unconfigured {
  std::string cause;  // a word that strangers may read: that of cause_of(), "keys", "resources", "failed"
  std::vector<ConfigError> errors = {};  // of cardea.ini
  std::string detail = {};               // what an exception said
  std::string config = {};               // where cardea.ini is, or would be looked for
  bool config_is_named = false;          // by --config or $CARDEA_CONFIG
};

}  // namespace cardea
