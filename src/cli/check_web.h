// One GET over HTTP/1.1, for `cardea check` to look at the site from outside. No redirects, no reuse.
#pragma once

#include <string>
#include <variant>

#include "base/time.h"
#include "http/answer.h"

namespace cardea {

struct HttpQuestion {
  std::string origin;         // "http://example.com:8080", "http://[::1]"
  std::string path;           // "/auth/health"
  std::string authorization;  // value of that header; empty = none
};

// Tries each address of the host in turn; gives up when the time is over, whatever has come by then. Reads at
// most 1 MiB.
[[nodiscard]] std::variant<HttpAnswer, HttpFailure> http_get(const HttpQuestion& question,
                                                             milliseconds patience);

}  // namespace cardea
