// What belongs to the site and not to an account: GET /site, /health, /metrics, /jwks.json, /pages/{name}, / and
// /continue.
#include <array>

#include "auth/session/refresh.h"
#include "auth/session/transport_report.h"
#include "base/digest.h"
#include "base/json.h"
#include "base/network.h"
#include "config/table.h"
#include "web/answer.h"
#include "web/cookies.h"
#include "web/forms.h"
#include "web/in.h"
#include "web/origin.h"
#include "web/out.h"
#include "web/routes/handlers.h"

namespace cardea {

// What a page or an app must know about the site before a user signs in. It is the same for all clients, so it may be
// cached; server_time is then that of the answer, as its Date is.
Response handle_site(const Call& call) {
  const auto& settings = call.deps.settings;
  auto tags = Json::array();
  for (const auto language : languages) tags.push_back(language_tag(language));
  auto response = json_answer(200, {{"name", settings.site.name},
                                    {"logo", settings.site.logo},
                                    {"mount", settings.site.mount},
                                    {"languages", std::move(tags)},
                                    {"registration_open", settings.registration_open},
                                    {"usernames", call.deps.settings.usernames != Usernames::no},
                                    {"password_min_length", settings.password.min_length},
                                    {"renew_min_interval", settings.tokens.renew_min_interval.count()},
                                    {"access_ttl", settings.tokens.access_ttl.count()},
                                    {"transport", transport_mode_name(call.request.transport_mode)},
                                    {"server_time", unix_seconds(call.request.now)},
                                    {"mail", settings.mail.on()},
                                    {"delete_after", settings.closing.delete_after.count()}});
  response.set("Cache-Control", "public, max-age=60");
  return response;
}

namespace {

constexpr std::array<std::string_view, 5> trouble_names{"unavailable", "access_denied", "tables_outdated",
                                                        "data_damaged", "not_writable"};
static_assert(trouble_names.size() == static_cast<std::size_t>(StoreTrouble::not_writable) + 1);

// Any client may ask, so the database is written to no more often than this.
constexpr seconds writing_proven_for{10};

// `database` names the trouble in one word; the log says more.
Response degraded(std::string_view database, const std::exception& failure) {
  auto response = json_answer(503, {{"status", "degraded"}, {"database", database}});
  response.set("Retry-After", "2");
  response.log.note = failure.what();
  return response;
}

}  // namespace

Response handle_health(const Call& call) {
  try {
    call.deps.store.ping();
    call.deps.store.check_writing(writing_proven_for);
    return json_answer(200, {{"status", "ok"}, {"database", "ok"}});
  } catch (const StoreUnavailable& failure) {
    return degraded(trouble_names.at(static_cast<std::size_t>(failure.trouble())), failure);
  } catch (const StoreError& failure) {
    return degraded("tables_outdated", failure);
  }
}

// GET /metrics, for Prometheus (text format 0.0.4): only clients on this machine and trusted proxies may read it.
namespace {

bool is_loopback(const Address& address) {
  static const auto four = parse_network("127.0.0.0/8");
  static const auto six = parse_network("::1");
  return four->contains(address) || six->contains(address);
}

// Behind a proxy on this machine that is not in trusted_proxies every client has the address 127.0.0.1, but with a
// header that a proxy added. So requests that were passed on are answered only for trusted proxies themselves.
bool may_read_metrics(const Call& call) {
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
  family(text, "cardea_sessions", "gauge", "Signed-in devices, by the transport of their last renewal.");
  sample(text, "cardea_sessions", "transport=\"cookie\"", report.cookie.sessions);
  sample(text, "cardea_sessions", "transport=\"header\"", report.header.sessions);
  sample(text, "cardea_sessions", "transport=\"unknown\"", report.unknown.sessions);
  family(text, "cardea_requests_total", "counter", "Accepted tokens since 00:00 UTC.");
  const auto today = report.day_of(now);
  sample(text, "cardea_requests_total", "transport=\"cookie\"", today.cookie);
  sample(text, "cardea_requests_total", "transport=\"header\"", today.header);
  family(text, "cardea_answers_total", "counter", "Answers since 00:00 UTC, by the class of their status.");
  for (const auto& [status, count] : today.answers)
    sample(text, "cardea_answers_total", "status=\"" + status + "\"", count);
  family(text, "cardea_legacy_tokens", "gauge", "Legacy tokens that were not exchanged yet.");
  sample(text, "cardea_legacy_tokens", "", report.waiting.tokens);
  family(text, "cardea_last_header_request_timestamp_seconds", "gauge",
         "The last token in a header; 0: there was none.");
  sample(text, "cardea_last_header_request_timestamp_seconds", "", unix_seconds(report.last_header));
  family(text, "cardea_header_closable_timestamp_seconds", "gauge",
         "The moment from which closing the header signs out no user.");
  sample(text, "cardea_header_closable_timestamp_seconds", "", unix_seconds(report.closable_from));
  return text;
}

}  // namespace

Response handle_metrics(const Call& call) {
  if (!may_read_metrics(call))
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

// The public keys, with those that will sign later, so that a client which keeps them for max-age knows a new key before
// it signs.
Response handle_jwks(const Call& call) {
  Response response;
  response.set("Content-Type", "application/jwk-set+json");
  response.set("Cache-Control", "public, max-age=300");
  response.body = call.deps.keys.jwks();
  return response;
}

namespace {

Response refuse_page() {
  return refuse({.status = 404, .error = "not_found", .reason = {}, .description = "There is no such page."});
}

// The address of the page, with return_to and problem of the query, or else of the page before.
std::string address_of(std::string_view path, const Json& query, const PageBefore& before) {
  const auto return_to = own_path(string_member(query, "return_to").value_or("")).value_or(before.return_to);
  const bool same_page =
      before.own_page && before.path.substr(before.path.rfind('/')) == path.substr(path.rfind('/'));
  const auto problem = string_member(query, "problem").value_or(same_page ? before.problem : "");
  if (return_to.empty() && problem.empty()) return std::string(path);
  return page_saying(path, return_to.empty() ? "/" : return_to, problem);
}

}  // namespace

// A link to a page without its language: leads to the page in the visitor's language. With ?language= this browser gets
// that language from now on.
Response handle_page(const Call& call) {
  const auto& [request, name, caller, deps] = call;
  if (!is_page_name(name)) return refuse_page();
  const auto query = parse_form(request.query);
  if (!query) return refuse_request("The query is not well-formed.");
  const auto& settings = deps.settings;
  const auto chosen = language_of_tag(string_member(*query, "language").value_or(""));
  const auto path = page_path(name, chosen.value_or(language_of(request, settings)), settings.site);
  auto response = see_other(address_of(path, *query, page_before(request, settings.site)), settings.site);
  if (chosen)
    response.cookies.push_back(
        make_cookie(CookieKind::language, std::string(language_tag(*chosen)), max_cookie, settings));
  return response;
}

// The mount itself leads to the account page via /continue, which leads a browser that is not signed in to the sign-in
// page.
Response handle_front(const Call& call) {
  const auto& settings = call.deps.settings;
  const auto account = page_path("account", language_of(call.request, settings), settings.site);
  return see_other(page_saying(settings.site.mount + "/continue", account, ""), settings.site);
}

namespace {

// A browser that comes back here so often within turn_memory is in a redirect loop.
constexpr std::int64_t turn_limit = 2;
constexpr seconds turn_memory{30};

// The cookie says how often, and for which page: ten tabs that renew at the same time are no loop.
std::string turns_text(std::int64_t turns, const std::string& wanted) {
  return std::to_string(turns) + "-" + fingerprint(wanted);
}

std::int64_t turns_so_far(const Request& request, const std::string& wanted, const Settings& settings) {
  const auto values = read_cookie(CookieKind::turns, request, settings);
  if (!values || values->empty()) return 0;
  for (std::int64_t turns = turn_limit; turns > 0; --turns)
    if (values->front() == turns_text(turns, wanted)) return turns;
  return 0;
}

// Words that the sign-in page has a sentence for.
std::string_view problem_of(RefreshRefusal why) {
  switch (why) {
    case RefreshRefusal::expired:
      return "expired";
    case RefreshRefusal::revoked:
      return "signed_out";
    case RefreshRefusal::reused:
      return "reused";
    case RefreshRefusal::disabled:
      return "account_disabled";
    default:
      return "";
  }
}

}  // namespace

// Renewal for pages without JavaScript: one redirect here, one back. Rotates at most once in a window like
// every refresh, so a link to it on another site does no more than a reload would.
Response handle_continue(const Call& call) {
  const auto& [request, captured, caller, deps] = call;
  const auto query = parse_form(request.query);
  const auto wanted = query ? own_path(string_member(*query, "return_to").value_or("/")) : std::nullopt;
  if (!wanted) return refuse_request("return_to must be a path of this site.");
  const auto no_fields = std::get<Fields>(Fields::of(Request{}));
  auto tokens = read_refresh(request, no_fields, deps.settings);
  if (!tokens) return refuse_request("The request carries too many copies of a cookie.");

  const auto& site = deps.settings.site;
  const auto turns = turns_so_far(request, *wanted, deps.settings);
  if (turns >= turn_limit)
    return see_other(sign_in_page(*wanted, "going_in_circles", request, deps.settings), site);

  const auto outcome = refresh({.tokens = std::move(*tokens), .idempotency_key = {}}, caller, deps);
  if (const auto* grant = std::get_if<Grant>(&outcome)) {
    auto response = see_other(*wanted, site);
    response.transport = Transport::cookie;
    set_token_cookies(response, *grant, request, deps.settings);
    response.cookies.push_back(
        make_cookie(CookieKind::turns, turns_text(turns + 1, *wanted), turn_memory, deps.settings));
    return response;
  }
  auto problem = problem_of(std::get<RefreshRefusal>(outcome));
  // The browser signed in a moment ago, but it sent no cookie: it does not keep ours.
  if (problem.empty() && string_member(*query, "signed_in")) problem = "cookies_refused";
  return see_other(sign_in_page(*wanted, problem, request, deps.settings), site);
}

}  // namespace cardea
