#include "auth/refresh.h"
#include "base/digest.h"
#include "web/cookies.h"
#include "web/delivery.h"
#include "web/handlers/handlers.h"
#include "web/own_path.h"
#include "web/pages.h"
#include "web/refusal.h"

namespace cardea {
namespace {

// A browser that comes back here this often within turn_memory is going round in circles.
constexpr std::int64_t turn_limit = 2;
constexpr seconds turn_memory{30};

// The cookie says how often, and for which page: ten tabs that wake up together are no circle.
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
    response.keyhole = Keyhole::cookie;
    set_token_cookies(response, *grant, request.now, deps.settings);
    response.cookies.push_back(
        make_cookie(CookieKind::turns, turns_text(turns + 1, *wanted), turn_memory, deps.settings));
    return response;
  }
  auto problem = problem_of(std::get<RefreshRefusal>(outcome));
  // Straight from signing in, and nothing came along: this browser does not keep our cookies.
  if (problem.empty() && string_member(*query, "signed_in")) problem = "cookies_refused";
  return see_other(sign_in_page(*wanted, problem, request, deps.settings), site);
}

}  // namespace cardea
