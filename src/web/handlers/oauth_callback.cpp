#include "auth/standing.h"
#include "auth/throttle.h"
#include "base/digest.h"
#include "web/delivery.h"
#include "web/fields.h"
#include "web/form_flow.h"
#include "web/handlers/access.h"
#include "web/handlers/handlers.h"
#include "web/handlers/input.h"
#include "web/handlers/social.h"
#include "web/json_answer.h"
#include "web/own_path.h"
#include "web/pages.h"
#include "web/refusal.h"

namespace cardea {
namespace {

constexpr std::size_t code_limit = 4096;

// The parameters of the authorization response: of the query, or of the form that Apple's page posts.
std::optional<Json> response_parameters(const Request& request) {
  if (request.method != "POST") return parse_form(request.query);
  const bool is_form = request.content_type.starts_with("application/x-www-form-urlencoded");
  return is_form ? parse_form(request.body.reveal()) : std::nullopt;
}

// An answer for which the sign-in page has a sentence.
Response provider_refused(std::string note) {
  auto response = refuse({.status = 401,
                          .error = "provider_refused",
                          .reason = {},
                          .description = "The provider did not confirm this sign-in."});
  response.log.note = std::move(note);
  return response;
}

// Good for one answer, whatever comes of it.
bool is_first_use(const Transaction& transaction, const Call& call) {
  return spend_once(sha256("oauth-state\n" + transaction.state()), transaction.began + transaction_life,
                    call.caller, call.deps);
}

ProviderOutcome<Person> redeem(const Json& parameters, const Transaction& transaction,
                               const ProviderSettings& provider, const Call& call) {
  auto client = client_for(provider, call.deps);
  auto person = client.redeem({.code = string_member(parameters, "code").value_or(""),
                               .issuer = string_member(parameters, "iss"),
                               .redirect_uri = redirect_uri(provider.name, call.deps.settings.site),
                               .nonce = transaction.nonce(),
                               .code_verifier = transaction.code_verifier()},
                              call.request.now);
  // Apple tells the name here, once, and unsigned: good enough for a name, and for nothing else.
  if (auto* proven = std::get_if<Person>(&person); proven != nullptr && proven->name.empty())
    if (const auto user = string_member(parameters, "user")) proven->name = name_of_apple_user(*user);
  return person;
}

// For the session that asked, if it still stands.
Response link(const Person& person, const SessionId& session, const Call& call) {
  const auto state = call.deps.store.session(session, Freshness::causal);
  if (!state || standing_of(*state, call.request.now) != Standing::stands)
    return refuse_access(AccessRefusal::revoked);
  auto response = answer_link(link_identity(*state, person, call.caller, call.deps));
  response.log.user = state->user.id.text();
  return response;
}

Response finish(const Json& parameters, const Transaction& transaction, const ProviderSettings& provider,
                const Call& call) {
  if (const auto error = string_member(parameters, "error"))
    return provider_refused("it answers with an error");
  const auto code = string_member(parameters, "code").value_or("");
  if (code.empty() || code.size() > code_limit) return provider_refused("it answers without a code");
  const auto person = redeem(parameters, transaction, provider, call);
  if (const auto* refused = std::get_if<ProviderRefused>(&person)) {
    if (refused->why == ProviderFault::unreachable) return refuse_fault(*refused);
    return provider_refused(refused->note);
  }
  const auto& proven = std::get<Person>(person);
  if (transaction.link) return link(proven, *transaction.link, call);
  DeviceDetails device{.id = read_device(call.request, call.deps.settings).value_or(""), .name = {}};
  if (mode_at(call.request.now, call.deps.settings.transport) != TransportMode::header)
    device.keyhole = Keyhole::cookie;
  const auto outcome = sign_in_by_provider(proven, std::move(device), call.caller, call.deps);
  if (const auto* refused = std::get_if<ProviderSignInRefused>(&outcome))
    return refuse_provider_sign_in(*refused);
  return deliver_sign_in(200, std::get<Grant>(outcome), call);
}

// A cookie that is SameSite=Strict does not travel with redirects that began at another site. A page of ours
// that goes on by itself is a new beginning.
Response go_on_by_page(Response redirect, const Settings& settings) {
  if (settings.cookies.same_site != SameSite::strict || redirect.cookies.empty()) return redirect;
  Response page;
  page.set("Content-Type", "text/html; charset=utf-8");
  page.set("Refresh", "0; url=" + std::string(redirect.header("Location")));
  page.cookies = std::move(redirect.cookies);
  page.log = std::move(redirect.log);
  page.body = "<!DOCTYPE html><title>…</title>\n";
  return page;
}

// Back to the page that asked for the link, with the word for what went wrong.
Response dress_link(Response answer, const Transaction& transaction, const SiteSettings& site) {
  auto path = transaction.return_to;
  if (answer.status >= 400)
    path += (path.find('?') == std::string::npos ? "?problem=" : "&problem=") + query_value(answer.log.error);
  return dress_sign_out(std::move(answer), path, site);
}

// The page was loaded again after it had signed this browser in: on to where it led.
std::optional<Response> go_on_again(const Transaction& transaction, const Call& call) {
  const auto claims = caller_claims(call);
  if (!std::holds_alternative<AccessClaims>(claims)) return std::nullopt;
  return see_other(transaction.return_to, call.deps.settings.site);
}

Response dress(Response answer, const Transaction& transaction, const Call& call) {
  const auto& settings = call.deps.settings;
  if (transaction.link) return dress_link(std::move(answer), transaction, settings.site);
  return go_on_by_page(dress_sign_in(std::move(answer), transaction.return_to, call.request, settings),
                       settings);
}

}  // namespace

// Where the provider sends the browser back to. Every way out is a page for people.
Response handle_oauth_callback(const Call& call) {
  const auto& settings = call.deps.settings;
  const auto* provider = find_provider(call.captured, settings);
  if (provider == nullptr) return refuse_provider();
  const auto parameters = response_parameters(call.request);
  const auto transaction = parameters ? find_transaction(string_member(*parameters, "state").value_or(""),
                                                         provider->name, call.request, call.deps)
                                      : std::nullopt;
  if (!transaction) {
    auto response = see_other(sign_in_page("/", "expired", call.request, settings), settings.site);
    response.log.error = "provider_refused";
    response.log.note = "no state of this browser";
    return response;
  }
  const bool is_first = is_first_use(*transaction, call);
  if (!is_first)
    if (auto again = go_on_again(*transaction, call)) return std::move(*again);
  auto answer = is_first ? finish(*parameters, *transaction, *provider, call)
                         : provider_refused("the state has been used before");
  const bool holds = answer.status < 400;
  auto response = dress(std::move(answer), *transaction, call);
  if (!holds) forget_transaction(response, *transaction, call.deps);
  return response;
}

}  // namespace cardea
