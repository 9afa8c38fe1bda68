#include "server/log.h"

#include <unistd.h>

#include "base/json.h"
#include "base/utf8.h"
#include "server/clock.h"

namespace cardea {
namespace {

constexpr std::size_t path_in_log = 200;
constexpr std::size_t field_in_log = 40;

// One write, so that lines of several processes do not mix. If the log cannot be written, requests are answered all
// the same.
void write_line(const std::string& line) {
  if (::write(STDERR_FILENO, line.data(), line.size()) < 0) return;
}

bool is_worth_a_line(const Request& request, const Response& response) {
  const bool reads = request.role != Role::responder || request.method == "GET" || request.method == "HEAD" ||
                     request.method == "OPTIONS" || response.log.changed_nothing;
  // A provider sends browsers back by GET: who signed in, or why not, is logged all the same.
  const bool tells_something = !response.log.note.empty() || !response.log.session.empty();
  return !reads || tells_something || response.status >= 500;
}

// In the order in which they were added, for people who read the log; in ASCII, so that a line is a line.
using LogFields = nlohmann::ordered_json;

std::string line_of(const LogFields& fields) {
  return fields.dump(-1, ' ', true, LogFields::error_handler_t::replace) + "\n";
}

}  // namespace

std::string log_line(const Request& request, const Response& response) {
  LogFields fields;
  fields["at"] = rfc3339(request.now);
  fields["method"] = std::string_view(request.method).substr(0, 16);
  fields["path"] = std::string_view(request.path).substr(0, path_in_log);
  fields["status"] = response.status;
  fields["ip"] = request.client.text();
  const auto add = [&fields](const char* name, std::string_view value) {
    if (!value.empty()) fields[name] = value;
  };
  add("error", response.log.error);
  add("reason", response.log.reason);
  add("field", std::string_view(response.log.field).substr(0, field_in_log));
  add("user", response.log.user);
  add("session", response.log.session);
  add("note", response.log.note);
  return line_of(fields);
}

void log_request(const Request& request, const Response& response) {
  if (is_worth_a_line(request, response)) write_line(log_line(request, response));
}

void log_message(std::string_view level, std::string_view message) {
  write_line(line_of({{"at", rfc3339(system_now())}, {"level", level}, {"message", message}}));
}

}  // namespace cardea
