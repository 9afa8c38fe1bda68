#include "gateway/access_log.h"

#include <unistd.h>

#include "base/json.h"
#include "base/utf8.h"
#include "gateway/clock.h"

namespace cardea {
namespace {

constexpr std::size_t path_in_log = 200;

std::string one_line(const nlohmann::ordered_json& fields) {
  return fields.dump(-1, ' ', /*ensure_ascii=*/true, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

// One write, so that lines of several processes do not mix. A log that cannot be written must not stop the
// gate.
void write_line(const std::string& line) {
  if (::write(STDERR_FILENO, line.data(), line.size()) < 0) return;
}

bool is_worth_a_line(const Request& request, const Response& response) {
  const bool reads = request.authorizer || request.method == "GET" || request.method == "HEAD" ||
                     request.method == "OPTIONS";
  // A provider sends browsers back by GET: who signed in, or why not, is told all the same.
  const bool tells_something = !response.log.note.empty() || !response.log.session.empty();
  return !reads || tells_something || response.status >= 500;
}

}  // namespace

std::string log_line(const Request& request, const Response& response) {
  nlohmann::ordered_json fields{{"at", rfc3339(request.now)},
                                {"method", request.method.substr(0, 16)},
                                {"path", request.path.substr(0, path_in_log)},
                                {"status", response.status},
                                {"ip", request.client.text()}};
  const auto add = [&fields](const char* name, const std::string& value) {
    if (!value.empty()) fields[name] = value;
  };
  add("error", response.log.error);
  add("reason", response.log.reason);
  add("user", response.log.user);
  add("session", response.log.session);
  add("note", response.log.note);
  return one_line(fields);
}

void log_request(const Request& request, const Response& response) {
  if (is_worth_a_line(request, response)) write_line(log_line(request, response));
}

void log_message(std::string_view level, std::string_view message) {
  write_line(one_line({{"at", rfc3339(system_now())}, {"level", level}, {"message", message}}));
}

}  // namespace cardea
