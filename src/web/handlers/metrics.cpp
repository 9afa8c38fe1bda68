// GET /metrics: what the database counts, for Prometheus (text format 0.0.4). Only for who stands beside us.
#include "auth/transport_report.h"
#include "base/network.h"
#include "web/forwarded.h"
#include "web/handlers/handlers.h"
#include "web/refusal.h"

namespace cardea {
namespace {

bool is_loopback(const Address& address) {
  static const auto four = parse_network("127.0.0.0/8");
  static const auto six = parse_network("::1");
  return four->contains(address) || six->contains(address);
}

// Behind a proxy on this machine that nobody told us about, all the world comes from 127.0.0.1; but then it
// comes with a header that says so. What a proxy passed on is for clients that are listed themselves.
bool may_look(const Call& call) {
  const auto& client = call.request.client;
  for (const auto& network : call.deps.settings.site.trusted_proxies)
    if (network.contains(client)) return true;
  return is_loopback(client) && !was_passed_on(call.request);
}

void family(std::string& text, std::string_view name, std::string_view type, std::string_view help) {
  text.append("# HELP ").append(name).append(" ").append(help).append("\n");
  text.append("# TYPE ").append(name).append(" ").append(type).append("\n");
}

void sample(std::string& text, std::string_view name, std::string_view labels, std::int64_t value) {
  text.append(name);
  if (!labels.empty()) text.append("{").append(labels).append("}");
  text.append(" ").append(std::to_string(value)).append("\n");
}

std::string metrics_text(const TransportReport& report, Instant now) {
  std::string text;
  family(text, "cardea_sessions", "gauge", "Signed-in devices, by what they were last renewed by.");
  sample(text, "cardea_sessions", "transport=\"cookie\"", report.cookie.sessions);
  sample(text, "cardea_sessions", "transport=\"header\"", report.header.sessions);
  sample(text, "cardea_sessions", "transport=\"unknown\"", report.unknown.sessions);
  family(text, "cardea_requests_total", "counter", "Accepted tokens since 00:00 UTC.");
  const auto today = report.day_of(now);
  sample(text, "cardea_requests_total", "transport=\"cookie\"", today.cookie);
  sample(text, "cardea_requests_total", "transport=\"header\"", today.header);
  family(text, "cardea_answers_total", "counter", "Answers since 00:00 UTC, by the hundred of their status.");
  for (const auto& [status, count] : today.answers)
    sample(text, "cardea_answers_total", "status=\"" + status + "\"", count);
  family(text, "cardea_legacy_tokens", "gauge", "Tokens of the former system that wait to be exchanged.");
  sample(text, "cardea_legacy_tokens", "", report.waiting.tokens);
  family(text, "cardea_last_header_request_timestamp_seconds", "gauge",
         "The last token in a header; 0: none.");
  sample(text, "cardea_last_header_request_timestamp_seconds", "", unix_seconds(report.last_header));
  family(text, "cardea_header_closable_timestamp_seconds", "gauge",
         "From when on closing the header signs nobody out.");
  sample(text, "cardea_header_closable_timestamp_seconds", "", unix_seconds(report.closable_from));
  return text;
}

}  // namespace

Response handle_metrics(const Call& call) {
  if (!may_look(call))
    return refuse({.status = 403,
                   .error = "invalid_request",
                   .reason = {},
                   .description = "Metrics are for this machine and the trusted proxies only."});
  const auto report = transport_report(call.caller.now, call.deps.store, call.deps.keys);
  Response response;
  response.set("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
  response.body = metrics_text(report, call.caller.now);
  return response;
}

}  // namespace cardea
