#include "server/log.h"

#include <unistd.h>

#include "base/json.h"
#include "base/utf8.h"
#include "server/clock.h"

namespace cardea {
namespace {

constexpr std::size_t path_in_log = 200;
constexpr std::size_t field_in_log = 40;

// One write, so that lines of several processes do not mix. A log that cannot be written must not stop the
// gate.
void write_line(const std::string& line) {
  if (::write(STDERR_FILENO, line.data(), line.size()) < 0) return;
}

bool is_worth_a_line(const Request& request, const Response& response) {
  const bool reads = request.role != Role::responder || request.method == "GET" || request.method == "HEAD" ||
                     request.method == "OPTIONS";
  // A provider sends browsers back by GET: who signed in, or why not, is told all the same.
  const bool tells_something = !response.log.note.empty() || !response.log.session.empty();
  return !reads || tells_something || response.status >= 500;
}

}  // namespace

std::string log_line(const Request& request, const Response& response) {
  JsonWriter fields(JsonAlphabet::ascii);
  fields.text("at", rfc3339(request.now))
      .text("method", std::string_view(request.method).substr(0, 16))
      .text("path", std::string_view(request.path).substr(0, path_in_log))
      .number("status", response.status)
      .text("ip", request.client.text());
  const auto add = [&fields](std::string_view name, std::string_view value) {
    if (!value.empty()) fields.text(name, value);
  };
  add("error", response.log.error);
  add("reason", response.log.reason);
  add("field", std::string_view(response.log.field).substr(0, field_in_log));
  add("user", response.log.user);
  add("session", response.log.session);
  add("note", response.log.note);
  return fields.take() + "\n";
}

void log_request(const Request& request, const Response& response) {
  if (is_worth_a_line(request, response)) write_line(log_line(request, response));
}

void log_message(std::string_view level, std::string_view message) {
  JsonWriter fields(JsonAlphabet::ascii);
  fields.text("at", rfc3339(system_now())).text("level", level).text("message", message);
  write_line(fields.take() + "\n");
}

}  // namespace cardea
