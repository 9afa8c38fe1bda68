#include "web/fields.h"
#include "web/gate.h"
#include "web/handlers/access.h"
#include "web/handlers/handlers.h"
#include "web/origin.h"
#include "web/own_path.h"
#include "web/refusal.h"

namespace cardea {
namespace {

// Signed in and sent here all the same. Without ?scope= the gate did not say what it wanted; with it the server
// may have refused for a reason of its own, a directory that has no index page for one.
Response refuse_signed_in(const AccessClaims& claims, const std::optional<std::string>& needed) {
  if (!needed || !scope_covers(claims.scope, *needed)) return refuse_scope(needed.value_or(""));
  return refuse({.status = 403,
                 .error = "access_denied",
                 .reason = {},
                 .description = "The web server does not show this page."});
}

}  // namespace

// Shown by the server after its gate refused (Apache's ErrorDocument 401, nginx's error_page 401 403). The server
// keeps the client's own URI, so this knows which page was wanted; ?scope= says what the gate wanted.
Response handle_denied(const Call& call) {
  const auto& [request, captured, caller, deps] = call;
  const auto& site = deps.settings.site;
  if (is_allowed_preflight(request, site)) return answer_preflight(request, site);
  const auto query = parse_form(request.query);
  if (!query) return refuse_request("The query is not well-formed.");
  auto claims = caller_claims(call);
  if (const auto* known = std::get_if<AccessClaims>(&claims))
    return refuse_signed_in(*known, string_member(*query, "scope"));
  auto refused = std::get<Response>(std::move(claims));
  const bool asked_directly = request.original_uri.starts_with(site.mount + "/");
  return asked_directly ? refused : turn_away(std::move(refused), request, site);
}

}  // namespace cardea
