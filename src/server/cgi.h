// Plain CGI (RFC 3875): one request from the environment and standard input, one answer on standard output.
#pragma once

#include "server/runtime.h"

namespace cardea {

// True if a web server started us for one request. Arguments are nobody's then: a query string may become
// argv (RFC 3875 section 4.4).
[[nodiscard]] bool is_cgi_request();

// Answers and returns the exit status, which is 0 whenever an answer was written.
int run_cgi(Runtime& runtime);

// Writes the answer of last resort (server/exchange.h): the configuration or the keys could not be read.
int fail_cgi(std::string_view cause);

}  // namespace cardea
