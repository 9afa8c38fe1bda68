// What a check of the installation found, with the cure. The checks themselves are those of `cardea check` (cli/check.h);
// the pages of /repair show them.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/time.h"
#include "config/settings.h"

namespace cardea {

enum class Result { ok, skip, warn, fail };

struct Finding {
  Result result = Result::ok;
  std::string area;  // "keys"
  std::string text;  // what was found
  std::string cure;  // what to do; may be empty
};

using Findings = std::vector<Finding>;

// Runs the checks that ask no other server. Empty where a test needs none.
using Checks = std::function<Findings(const Settings& settings, Instant now)>;

}  // namespace cardea
