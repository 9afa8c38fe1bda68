#include "server/log.h"

#include <unistd.h>
#include <algorithm>
#include <exception>

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

BoundedLog::~BoundedLog() {
  try {
    end_minute();
  } catch (const std::exception&) {  // no memory for a line
    return;
  }
}

void BoundedLog::write(std::string_view level, std::string_view message) {
  {
    const std::lock_guard lock(mutex_);
    if (++kind_of(level, message).count > max_same) return;
  }
  log_message(level, message);
}

void BoundedLog::tick() {
  constexpr int minute = 60;
  {
    const std::lock_guard lock(mutex_);
    if (++seconds_ < minute) return;
  }
  end_minute();
}

BoundedLog::Kind& BoundedLog::kind_of(std::string_view level, std::string_view message) {
  const auto found = std::find_if(kinds_.begin(), kinds_.end(), [&](const Kind& kind) {
    return kind.level == level && kind.message == message;
  });
  if (found != kinds_.end()) return *found;
  if (kinds_.size() == max_messages) return kinds_.back();
  const bool is_last = kinds_.size() + 1 == max_messages;
  return kinds_.emplace_back(Kind{std::string(level), is_last ? "other messages" : std::string(message)});
}

void BoundedLog::end_minute() {
  std::vector<Kind> ended;
  {
    const std::lock_guard lock(mutex_);
    seconds_ = 0;
    ended.swap(kinds_);
  }
  for (const auto& [level, message, count] : ended)
    if (count > max_same)
      log_message(level, std::to_string(count - max_same) + " more times within a minute: " + message);
}

}  // namespace cardea
