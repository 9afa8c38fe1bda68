#include "web/fields.h"
#include "web/handlers/handlers.h"
#include "web/handlers/social.h"
#include "web/own_path.h"
#include "web/pages.h"
#include "web/refusal.h"

namespace cardea {

// A link that a person follows: what goes wrong is told on the sign-in page.
Response handle_oauth_start(const Call& call) {
  const auto& settings = call.deps.settings;
  const auto* provider = find_provider(call.captured, settings);
  if (provider == nullptr) return refuse_provider();
  const auto query = parse_form(call.request.query);
  const auto wanted = query ? own_path(string_member(*query, "return_to").value_or("/")) : std::nullopt;
  if (!wanted) return refuse_request("return_to must be a path of this site.");
  const auto transaction = begin_transaction(provider->name, *wanted, call.caller, call.deps);
  auto sent = send_to_provider(transaction, *provider, call);
  if (auto* response = std::get_if<Response>(&sent)) return std::move(*response);
  const auto refused = refuse_fault(std::get<ProviderRefused>(sent));
  auto response = see_other(sign_in_page(*wanted, refused.log.error, call.request, settings), settings.site);
  response.log = refused.log;
  return response;
}

}  // namespace cardea
