// Plain CGI (RFC 3875): one request from the environment and standard input, one answer on standard output.
#pragma once

#include "server/application.h"

namespace cardea {

// True if a web server started this process for one request. Its arguments must not be read then: they may be the
// query string (RFC 3875 section 4.4).
[[nodiscard]] bool is_cgi_request();

// Answers, leaves due jobs and letters to children, and returns the exit status: 0 if the answer was written.
int run_cgi(Application& application);

// Writes unconfigured_answer(): the configuration or the keys could not be read.
int fail_cgi(const Unconfigured& why, DoorContext context);

}  // namespace cardea
