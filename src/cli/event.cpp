// cardea events: what happened to the accounts.
#include <algorithm>
#include <map>
#include <ostream>

#include "auth/session/sign_out.h"
#include "base/email.h"
#include "cli/job.h"
#include "text/events.h"

namespace cardea {
namespace {

// What the devices of sessions are called; each is looked up once.
class DeviceNames {
 public:
  explicit DeviceNames(Store& store) : store_(store) {}
  std::string of(const Event& event) {
    if (!event.session) return "";
    const auto [at, is_new] = names_.try_emplace(*event.session);
    if (const auto state = is_new ? store_.session(*event.session, Freshness::plain) : std::nullopt)
      at->second = device_words(state->session).value_or("");
    return at->second;
  }

 private:
  Store& store_;
  std::map<SessionId, std::string> names_;
};

Json json_event(const Event& event, std::string_view text, DeviceNames& devices) {
  return {{"id", event.id.text()},
          {"at", json_time(event.at)},
          {"kind", event_name(event.kind)},
          {"user", event.user ? Json(event.user->text()) : Json(nullptr)},
          {"session", event.session ? Json(event.session->text()) : Json(nullptr)},
          {"device", devices.of(event)},
          {"ip", event.ip},
          {"text", text},
          {"detail", event.detail}};
}

ExitCode events(Job& job) {
  EventFilter filter;
  filter.limit = job.line.number("--limit", 100);
  if (const auto back = job.line.duration("--since"))
    filter.since = std::max(never, job.tools.now() - std::chrono::duration_cast<milliseconds>(*back));
  if (const auto named = job.line.text("--user")) {
    // An id is taken as it is: the events of a deleted user are still there.
    filter.user = UserId::of_text(*named);
    if (!filter.user) {
      const auto found = find_user(*named, job);
      if (const auto* code = std::get_if<ExitCode>(&found)) return *code;
      filter.user = std::get<User>(found).id;
    }
  }
  const auto found = job.tools.store().events(filter);
  const auto words = [&job](const Event& event) {
    return event_words(event, Language::en, job.tools.settings().providers);
  };
  DeviceNames devices(job.tools.store());
  if (job.line.has("--json")) {
    Json rows = Json::array();
    for (const Event& event : found) rows.push_back(json_event(event, words(event), devices));
    job.console.out << json_text(rows) << '\n';
    return ExitCode::done;
  }
  TextTable table({"time", "what", "user", "session", "device", "ip", "detail"});
  for (const Event& event : found)
    table.add({shown_time(event.at), words(event), event.user ? event.user->text() : "",
               event.session ? event.session->text() : "", devices.of(event), event.ip, event.detail});
  if (!table.empty()) table.print(job.console.out);
  return ExitCode::done;
}

}  // namespace

std::vector<Command> events_commands() {
  return {{"events",
           "",
           "shows what happened to the accounts, the newest first",
           "",
           {{"--user", "EMAIL|ID", ValueKind::text, "only of this user; a deleted one by id"},
            {"--since", "DURATION", ValueKind::duration, "only the last 30m, 24h, 7d"},
            {"--limit", "N", ValueKind::number, "at most this many (100)"},
            {"--json", "", ValueKind::none, "for programs"}},
           events}};
}

}  // namespace cardea
