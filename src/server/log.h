// The log: one line of JSON on standard error for each request that changed something or was meant to, for each that
// failed because of the program or its machine (5xx), and for what happens to the program itself. Ids and words only: no
// token, no password, no e-mail address. Requests that only read are in the web server's own log.
#pragma once

#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

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

// For lines about the program that clients can cause as often as they like: of each message at most max_same are written
// in a minute; then one line says how many more there were. A message that is not among the first of a minute counts
// with all others that are not. Safe from many threads.
class BoundedLog {
 public:
  static constexpr std::int64_t max_same = 10;
  static constexpr std::size_t max_messages = 16;  // that are told apart in a minute

  BoundedLog() = default;
  BoundedLog(const BoundedLog&) = delete;
  BoundedLog& operator=(const BoundedLog&) = delete;
  // Ends the minute.
  ~BoundedLog();

  // As log_message.
  void write(std::string_view level, std::string_view message);
  // To be called once a second by a process that stays; the 60th call ends the minute.
  void tick();

 private:
  struct Kind {
    std::string level;
    std::string message;
    std::int64_t count = 0;
  };
  Kind& kind_of(std::string_view level, std::string_view message);
  void end_minute();

  std::mutex mutex_;
  std::vector<Kind> kinds_;  // of this minute
  int seconds_ = 0;
};

}  // namespace cardea
