// The log: one line of JSON on standard error for each request that changed something, was meant to, or
// failed for a reason of ours. Ids and words only; no token, no password, no e-mail. What verifies well is
// the web server's access log's to tell.
#pragma once

#include "web/http.h"

namespace cardea {

// {"at":"…","method":"POST","path":"/auth/login","status":401,"error":"…","reason":"…","user":"…","session":"…",
//  "ip":"…","note":"…"}; everything outside ASCII and every control character is escaped, so a line is a
//  line.
[[nodiscard]] std::string log_line(const Request& request, const Response& response);

// Writes log_line if the request is worth one.
void log_request(const Request& request, const Response& response);

// A line about the program itself: {"at":…,"level":"error","message":…}
void log_message(std::string_view level, std::string_view message);

}  // namespace cardea
