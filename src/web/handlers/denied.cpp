#include "web/gate.h"
#include "web/handlers/access.h"
#include "web/handlers/handlers.h"

namespace cardea {

// Shown by the server after its gate refused (Apache's ErrorDocument 401, nginx's error_page 401). The server
// keeps the client's own URI, so this knows which page was wanted.
Response handle_denied(const Call& call) {
  auto caller = caller_claims(call);
  // Signed in and sent here all the same: the gate wants more than an identity.
  if (std::holds_alternative<AccessClaims>(caller)) return refuse_scope();
  const bool asked_directly = call.request.original_uri.starts_with(call.deps.settings.site.mount + "/");
  auto refused = std::get<Response>(std::move(caller));
  return asked_directly ? refused : turn_away(std::move(refused), call.request, call.deps.settings.site);
}

}  // namespace cardea
