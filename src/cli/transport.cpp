// cardea transport: which clients still send tokens in headers, and when closing that transport signs no user out.
#include <ostream>

#include "auth/session/transport_report.h"
#include "cli/job.h"
#include "config/table.h"
#include "keys/ring.h"

namespace cardea {
namespace {

Json json_sessions(const TransportSessions& sessions) {
  return {{"sessions", sessions.sessions}, {"last_end", json_time(sessions.last_end)}};
}

Json json_report(const TransportReport& report, const Settings& settings) {
  Json days = Json::array();
  for (const auto& day : report.days)
    days.push_back({{"day", rfc3339(day.day).substr(0, 10)}, {"cookie", day.cookie}, {"header", day.header}});
  const auto& sunset = settings.transport.header_sunset;
  return {{"mode", transport_mode_name(settings.transport.mode)},
          {"header_sunset", sunset ? json_time(*sunset) : Json(nullptr)},
          {"cookie", json_sessions(report.cookie)},
          {"header", json_sessions(report.header)},
          {"unknown", json_sessions(report.unknown)},
          {"legacy_tokens",
           {{"waiting", report.waiting.tokens}, {"last_end", json_time(report.waiting.last_end)}}},
          {"legacy_keys_end", json_time(report.legacy_keys_end)},
          {"requests", std::move(days)},
          {"last_header_request", json_time(report.last_header)},
          {"closable_from", json_time(report.closable_from)}};
}

void print_sessions(Console& console, const TransportReport& report) {
  TextTable table({"sessions last renewed by", "number", "the last ends"});
  const auto row = [&](std::string_view name, const TransportSessions& sessions) {
    table.add({std::string(name), std::to_string(sessions.sessions), shown_time(sessions.last_end)});
  };
  row("cookie", report.cookie);
  row("header", report.header);
  row("not renewed yet", report.unknown);
  table.add(
      {"legacy refresh tokens", std::to_string(report.waiting.tokens), shown_time(report.waiting.last_end)});
  table.add({"legacy access tokens", "?", shown_time(report.legacy_keys_end)});
  table.print(console.out);
}

void print_days(Console& console, const TransportReport& report) {
  if (report.days.empty()) return;
  TextTable table({"requests of", "by cookie", "by header"});
  for (const auto& day : report.days)
    table.add({rfc3339(day.day).substr(0, 10), std::to_string(day.cookie), std::to_string(day.header)});
  console.out << '\n';
  table.print(console.out);
}

// A date is the day after the moment: header_sunset closes at 00:00.
std::string first_day(Instant from, Instant now) {
  if (from <= now) return rfc3339(now).substr(0, 10) + " (now)";
  return rfc3339(day_of(from + std::chrono::days{1} - milliseconds{1})).substr(0, 10);
}

void print_verdict(Job& job, const TransportReport& report) {
  auto& out = job.console.out;
  const auto& sunset = job.tools.settings().transport.header_sunset;
  out << "\nlast request by header: " << shown_time(report.last_header) << '\n'
      << "first day on which closing the header signs nobody out: "
      << first_day(report.closable_from, job.tools.now()) << '\n'
      << "header_sunset: " << (sunset ? rfc3339(*sunset).substr(0, 10) : "not set") << '\n';
  if (sunset && *sunset<report.closable_from&& * sunset> job.tools.now())
    out << "that is too early for " << report.header.sessions + report.unknown.sessions << " sessions\n";
}

ExitCode run(Job& job) {
  const auto& settings = job.tools.settings();
  const KeyRing ring(settings.tokens.keys, settings.tokens.algorithm, job.tools.now());
  const auto report = transport_report(job.tools.now(), job.tools.store(), ring);
  if (job.line.has("--json")) {
    job.console.out << json_text(json_report(report, settings)) << '\n';
    return ExitCode::done;
  }
  print_sessions(job.console, report);
  print_days(job.console, report);
  print_verdict(job, report);
  return ExitCode::done;
}

}  // namespace

std::vector<Command> transport_commands() {
  return {
      {"transport",
       "",
       "shows which clients still send tokens in headers, and when closing that signs no user out",
       "A session that has not been renewed yet counts as one that needs the header, unless its client said\n"
       "transport=cookie when it signed in. Requests under plain CGI are not counted, their renewals are.",
       {{"--json", "", ValueKind::none, "for programs"}},
       run}};
}

}  // namespace cardea
