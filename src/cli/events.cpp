// cardea events: what happened to the accounts.

#include <algorithm>
#include <ostream>

#include "auth/event_words.h"
#include "base/email.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "cli/people.h"

namespace cardea {

namespace {

Json json_event(const Event& event) {
  return {{"id", event.id.text()},
          {"at", json_time(event.at)},
          {"kind", event_name(event.kind)},
          {"user", event.user ? Json(event.user->text()) : Json(nullptr)},
          {"session", event.session ? Json(event.session->text()) : Json(nullptr)},
          {"ip", event.ip},
          {"text", event_words(event, Language::en)},
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
  if (job.line.has("--json")) {
    Json rows = Json::array();
    for (const Event& event : found) rows.push_back(json_event(event));
    job.console.out << json_text(rows) << '\n';
    return ExitCode::done;
  }
  TextTable table({"time", "what", "user", "session", "ip", "detail"});
  for (const Event& event : found)
    table.add({shown_time(event.at), event_words(event, Language::en), event.user ? event.user->text() : "",
               event.session ? event.session->text() : "", event.ip, event.detail});
  if (!table.empty()) table.print(job.console.out);
  return ExitCode::done;
}

}  // namespace

Command events_command() {
  return {"events",
          "",
          "shows what happened to the accounts, the newest first",
          "",
          {{"--user", "EMAIL|ID", ValueKind::text, "only of this user; a deleted one by id"},
           {"--since", "DURATION", ValueKind::duration, "only the last 30m, 24h, 7d"},
           {"--limit", "N", ValueKind::number, "at most this many (100)"},
           {"--json", "", ValueKind::none, "for programs"}},
          events};
}

}  // namespace cardea
