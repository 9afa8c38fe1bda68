// One request and its answer, whatever carried it: environment and body in, CGI bytes out.
#pragma once

#include <string>

#include "gateway/runtime.h"
#include "web/environment.h"

namespace cardea {

// Reads the clock, makes the Request, answers it, writes the log line. Never throws.
[[nodiscard]] std::string exchange(const Environment& environment, Secret body, Worker& worker);

// The answer of last resort, when there is no configuration to answer by: a bare 500 without detail.
[[nodiscard]] std::string broken_answer();

// 503: there is no valid configuration yet. The log says what is wrong with it, strangers are not told.
[[nodiscard]] std::string unconfigured_answer();

}  // namespace cardea
