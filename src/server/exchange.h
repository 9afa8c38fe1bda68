// One request and its answer, whatever carried it: environment and body in, CGI bytes out.
#pragma once

#include <string>
#include <string_view>

#include "server/runtime.h"
#include "web/in.h"

namespace cardea {

// Reads the clock, makes the Request, answers it, writes the log line. Never throws.
[[nodiscard]] std::string exchange(const Environment& environment, Secret body, Worker& worker);

// The answer of last resort, when there is nothing to answer by: a bare 503 without detail. GET /health, below
// whichever mount, says the cause, a word that strangers may read.
[[nodiscard]] std::string broken_answer(const Environment& environment, std::string_view cause);

}  // namespace cardea
