#include "auth/session/transport_report.h"

#include <algorithm>

namespace cardea {
namespace {

void count_sessions(TransportReport& report, const std::vector<TransportSessions>& sessions) {
  for (const auto& found : sessions) {
    switch (found.transport) {
      case Transport::cookie:
      case Transport::cookie_only:
        report.cookie.sessions += found.sessions;
        report.cookie.last_end = std::max(report.cookie.last_end, found.last_end);
        break;
      case Transport::header:
        report.header = found;
        break;
      case Transport::unknown:
        report.unknown = found;
        break;
    }
  }
}

void count_requests(TransportReport& report, const std::vector<Tally>& tallies) {
  for (const auto& tally : tallies) {
    if (report.days.empty() || report.days.back().day != tally.day)
      report.days.push_back({.day = tally.day, .cookie = 0, .header = 0, .answers = {}});
    auto& day = report.days.back();
    if (tally.name == cookie_requests) day.cookie = tally.total;
    if (tally.name.starts_with(answers_prefix))
      day.answers[tally.name.substr(answers_prefix.size())] = tally.total;
    if (tally.name != header_requests) continue;
    day.header = tally.total;
    report.last_header = std::max(report.last_header, tally.last_at);
  }
}

Instant end_of_legacy_keys(const KeyRing& keys, Instant now) {
  Instant last = never;
  for (const auto& key : keys.legacy_keys()) last = std::max(last, key.until);
  return last > now ? last : never;
}

}  // namespace

TransportDay TransportReport::day_of(Instant now) const {
  const auto today = cardea::day_of(now);
  if (!days.empty() && days.back().day == today) return days.back();
  return {.day = today, .cookie = 0, .header = 0, .answers = {}};
}

Instant day_of(Instant at) {
  return std::chrono::floor<std::chrono::days>(at);
}

TransportReport transport_report(Instant now, Store& store, const KeyRing& keys) {
  TransportReport report;
  count_sessions(report, store.sessions_by_transport(now));
  count_requests(report, store.tallies(day_of(now) - report_days));
  report.waiting = store.waiting_legacy_tokens(now);
  report.legacy_keys_end = end_of_legacy_keys(keys, now);
  const Instant last = std::max(
      {report.header.last_end, report.unknown.last_end, report.waiting.last_end, report.legacy_keys_end});
  // Reported in whole seconds, rounded up: too early would be wrong.
  report.closable_from = last > now ? std::chrono::ceil<seconds>(last) : now;
  return report;
}

}  // namespace cardea
