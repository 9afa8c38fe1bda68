// The log: one line of JSON on standard error for each request that changed something or was meant to, for each that
// failed because of the program or its machine (5xx), and for what happens to the program itself. Ids and words only: no
// token, no password, no e-mail address. Requests that only read are in the web server's own log.
#pragma once

#include "web/http.h"

namespace cardea {

// {"at":"…","method":"POST","path":"/auth/login","status":401,"error":"…","reason":"…","user":"…","session":"…",
//  "ip":"…","note":"…"}; everything outside ASCII and every control character is escaped, so no value
//  can begin a new line.
[[nodiscard]] std::string log_line(const Request& request, const Response& response);

// Writes log_line if the request is worth one.
void log_request(const Request& request, const Response& response);

// A line about the program itself: {"at":…,"level":"error","message":…}
void log_message(std::string_view level, std::string_view message);

}  // namespace cardea
