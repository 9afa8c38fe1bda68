// What set-up and repair know beside the request: why the program cannot work, and what the process around them is.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "config/load.h"
#include "setup/htaccess.h"
#include "upkeep/finding.h"

namespace cardea {

// Runs the checks that ask no other server. Empty where a test needs none.
using Checks = std::function<Findings(const Settings& settings, Instant now)>;

// The process, as far as the doors need to know it.
struct DoorContext {
  // The directory in which the proof is looked for; empty: that of the running program.
  std::string program = {};
  bool per_request = false;  // plain CGI
  Checks checks = {};
  std::function<void(std::string_view)> log = {};              // one line for each change; without secrets
  std::function<HtaccessLines(const WebSite&)> htaccess = {};  // write_htaccess; empty: nothing is tried
  // Asks the system, which no request that needs no door should pay for.
  [[nodiscard]] std::string directory() const { return program.empty() ? program_directory() : program; }
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
