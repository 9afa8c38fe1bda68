// The providers that an account is linked to: /oauth/{provider}/link, /unlink and /reauthenticate, GET /identities.
#include <utility>

#include "web/answer.h"
#include "web/forms.h"
#include "web/html.h"
#include "web/origin.h"
#include "web/routes/common.h"
#include "web/routes/handlers.h"
#include "web/routes/providers.h"

namespace cardea {
namespace {

// An app sends the provider's ID token itself.
Response link_by_token(const Fields& fields, const SessionState& state, const ProviderSettings& provider,
                       const Call& call) {
  auto token = read_app_token(fields);
  if (auto* refused = std::get_if<Response>(&token)) return std::move(*refused);
  const auto person = person_of_app(std::get<AppToken>(token), provider, call);
  if (const auto* refused = std::get_if<ProviderRefused>(&person)) return refuse_fault(*refused);
  return answer_link(link_identity(state, std::get<Person>(person), call.caller, call.deps));
}

// A form gets a page that leads to the provider by itself.
Response lead_onwards(const std::string& location, const Fields& fields, const ProviderSettings& provider,
                      const Call& call) {
  const auto& settings = call.deps.settings;
  const auto chosen = language_of_tag(fields.text("language").value_or(""));
  const auto language = chosen.value_or(language_of(call.request, settings));
  auto page = html_answer(onwards_page(location, provider.label, language, settings.site));
  page.set("Refresh", "0; url=" + location);
  return page;
}

// A browser must go to the provider: from a form by a page that leads there; a script gets the address.
// proves: to prove who they are, not to link.
Response go_to_provider(const Fields& fields, const Session& session, bool proves,
                        const ProviderSettings& provider, const Call& call) {
  const auto onwards = way_back(call.request, fields, call.deps.settings.site);
  const auto wanted = onwards ? onwards : own_path(fields.text("return_to").value_or("/"));
  if (!wanted) return refuse_request("return_to must be a path of this site.");
  auto trip = begin_trip(provider.name, *wanted, call.caller, call.deps);
  trip.link = session.id;
  trip.proves = proves;
  auto sent = send_to_provider(trip, provider, call);
  if (const auto* refused = std::get_if<ProviderRefused>(&sent)) return refuse_fault(*refused);
  auto& redirect = std::get<Response>(sent);
  const std::string location(redirect.header("Location"));
  auto response =
      onwards ? lead_onwards(location, fields, provider, call) : json_answer(200, {{"location", location}});
  response.cookies = std::move(redirect.cookies);
  return response;
}

// If the provider is no longer configured, the identity's own name for it counts.
std::optional<std::string> issuer_of(std::string_view name, const User& user, const Deps& deps) {
  if (const auto* provider = find_provider(name, deps.settings)) return provider->issuer;
  for (const auto& identity : deps.store.provider_identities_of(user.id))
    if (identity.provider == name) return identity.issuer;
  return std::nullopt;
}

Response refuse_unlink(IdentityRemoval why) {
  if (why == IdentityRemoval::last_way)
    return refuse({.status = 409,
                   .error = "last_way",
                   .reason = {},
                   .description = "This is the account's only way to sign in; set a password or link another "
                                  "provider first."});
  return refuse({.status = 404,
                 .error = "not_found",
                 .reason = {},
                 .description = "This account is not linked to that provider."});
}

// The caller, if they may link and unlink; or the refusal. The user of a stolen or forgotten session may not.
std::variant<SessionState, Response> present_caller(Fields& fields, const Call& call) {
  const auto password = fields.take_secret("password");
  auto caller = caller_session(call);
  if (std::holds_alternative<Response>(caller)) return caller;
  const auto refused = prove_presence(password, "when asking to change the ways to sign in",
                                      std::get<SessionState>(caller), call.caller, call.deps);
  if (refused) return refuse_proof(*refused, call.deps.settings.factors);
  return caller;
}

Response link(Fields& fields, const Call& call) {
  const auto* provider = find_provider(call.captured, call.deps.settings);
  if (provider == nullptr) return refuse_provider();
  const auto caller = present_caller(fields, call);
  if (const auto* refused = std::get_if<Response>(&caller)) return *refused;
  const auto& state = std::get<SessionState>(caller);
  return fields.text("id_token") ? link_by_token(fields, state, *provider, call)
                                 : go_to_provider(fields, state.session, false, *provider, call);
}

// A provider that issues no ID tokens does not say when its user signed in.
Response reauthenticate_there(Fields& fields, const Call& call) {
  const auto* provider = find_provider(call.captured, call.deps.settings);
  if (provider == nullptr) return refuse_provider();
  if (!client_for(*provider, call.deps).says_when())
    return refuse_request("This provider does not say when its user signed in; use a code.");
  const auto caller = caller_session(call);
  if (const auto* refused = std::get_if<Response>(&caller)) return *refused;
  return go_to_provider(fields, std::get<SessionState>(caller).session, true, *provider, call);
}

Response unlink(Fields& fields, const Call& call) {
  const auto caller = present_caller(fields, call);
  if (const auto* refused = std::get_if<Response>(&caller)) return *refused;
  const auto& state = std::get<SessionState>(caller);
  const auto issuer = issuer_of(call.captured, state.user, call.deps);
  if (!issuer) return refuse_unlink(IdentityRemoval::absent);
  const auto outcome = unlink_identity(state, *issuer, call.caller, call.deps);
  if (const auto* wait = std::get_if<seconds>(&outcome)) return refuse_attempts(*wait);
  const auto removal = std::get<IdentityRemoval>(outcome);
  return removal == IdentityRemoval::removed ? empty_answer(204) : refuse_unlink(removal);
}

}  // namespace

namespace {

Response answer_trip_form(const Call& call, Response (*begin)(Fields&, const Call&)) {
  auto read = read_fields(call.request);
  if (const auto* refused = std::get_if<Response>(&read)) return *refused;
  auto& fields = std::get<Fields>(read);
  auto answer = begin(fields, call);
  const auto onwards = way_back(call.request, fields, call.deps.settings.site);
  const bool is_page = answer.status == 200;
  return onwards && !is_page
             ? redirect_to_account(std::move(answer), *onwards, call.request, call.deps.settings)
             : answer;
}

}  // namespace

Response handle_oauth_link(const Call& call) {
  return answer_trip_form(call, link);
}

Response handle_oauth_reauthenticate(const Call& call) {
  return answer_trip_form(call, reauthenticate_there);
}

Response handle_oauth_unlink(const Call& call) {
  return answer_account_form(call, unlink);
}

Response handle_identities(const Call& call) {
  const auto caller = caller_session(call);
  if (const auto* refused = std::get_if<Response>(&caller)) return *refused;
  const auto& user = std::get<SessionState>(caller).user;
  auto identities = Json::array();
  for (const auto& way : ways_of(user, call.deps)) {
    if (!way.connected_at) continue;
    const auto* provider = find_provider(way.provider, call.deps.settings);
    identities.push_back({{"provider", way.provider},
                          {"label", way.label},
                          {"linked_at", unix_seconds(*way.connected_at)},
                          {"reauthenticates", provider && client_for(*provider, call.deps).says_when()}});
  }
  return json_answer(200, {{"identities", std::move(identities)}, {"password", !user.password_hash.empty()}});
}

}  // namespace cardea
