// GET /providers, and signing in with a provider: /oauth/{provider}/start, /callback, /token.
#include "web/routes/providers.h"

#include <algorithm>

#include "auth/account/reauthentication.h"
#include "auth/account/throttle.h"
#include "auth/session/context.h"
#include "base/digest.h"
#include "base/utf8.h"
#include "web/answer.h"
#include "web/cookies.h"
#include "web/forms.h"
#include "web/in.h"
#include "web/origin.h"
#include "web/out.h"
#include "web/routes/common.h"
#include "web/routes/handlers.h"

namespace cardea {
namespace {

constexpr seconds provider_wait{10};

Response invalid_grant(std::string_view reason, std::string_view description) {
  return refuse({.status = 401, .error = "invalid_grant", .reason = reason, .description = description});
}

Response refuse_token(IdTokenFault fault) {
  switch (fault) {
    case IdTokenFault::malformed:
      return invalid_grant("malformed", "The ID token provided is malformed.");
    case IdTokenFault::unsupported_algorithm:
      return invalid_grant("unsupported_algorithm",
                           "The ID token provided is signed with an algorithm that is not accepted from this "
                           "provider; the log and `cardea check` name it.");
    case IdTokenFault::unknown_key:
      return invalid_grant("unknown_key", "The ID token provided was signed by an unknown key.");
    case IdTokenFault::bad_signature:
      return invalid_grant("bad_signature", "The ID token provided has a bad signature.");
    case IdTokenFault::wrong_issuer:
      return invalid_grant("wrong_issuer", "The ID token provided is another provider's.");
    case IdTokenFault::wrong_audience:
      return invalid_grant("wrong_audience",
                           "The ID token provided is for another client; [provider.NAME] audiences lists "
                           "the client ids of apps.");
    case IdTokenFault::from_the_future:
      return invalid_grant("clock_skew", "The ID token provided comes from the future; a clock is wrong.");
    case IdTokenFault::expired:
      return invalid_grant("expired", "The ID token provided has expired.");
    case IdTokenFault::wrong_nonce:
      return invalid_grant("wrong_nonce",
                           "The ID token provided has another nonce than the request, or only one has any; "
                           "see [provider.NAME] unknown_nonce.");
    case IdTokenFault::used_before:
      return invalid_grant("reused", "The ID token provided has been used before.");
  }
  return invalid_grant("malformed", "The ID token provided is malformed.");
}

Response refuse_conflict(std::string_view error, std::string_view reason, std::string_view description) {
  return refuse({.status = 409, .error = error, .reason = reason, .description = description});
}

}  // namespace

const ProviderSettings* find_provider(std::string_view name, const Settings& settings) {
  const auto& all = settings.providers;
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const auto& provider) { return provider.name == name; });
  return found == all.end() ? nullptr : &*found;
}

ProviderClient client_for(const ProviderSettings& provider, const Deps& deps) {
  const auto& tokens = deps.settings.tokens;
  return {provider, deps.http, tokens.keys, tokens.clock_skew};
}

std::string redirect_uri(std::string_view provider, const SiteSettings& site) {
  return site.url + site.mount + "/oauth/" + std::string(provider) + "/callback";
}

std::vector<Way> ways_of(const User& user, const Deps& deps) {
  std::vector<Way> ways;
  for (const auto& provider : deps.settings.providers)
    ways.push_back({.provider = provider.name, .label = provider.label});
  for (const auto& identity : deps.store.provider_identities_of(user.id)) {
    const auto& configured = deps.settings.providers;
    const auto found = std::find_if(configured.begin(), configured.end(), [&](const ProviderSettings& one) {
      return one.issuer == identity.issuer;
    });
    if (found == configured.end())
      ways.push_back({identity.provider, identity.provider, identity.created_at});
    else
      ways[static_cast<std::size_t>(found - configured.begin())].connected_at = identity.created_at;
  }
  return ways;
}

ProviderOutcome<Person> person_of_app(const AppToken& token, const ProviderSettings& provider,
                                      const Call& call) {
  auto person = client_for(provider, call.deps).person_of(token, call.request.now);
  if (token.nonce || !provider.unknown_nonce || !std::holds_alternative<Person>(person)) return person;
  const auto until = std::get<Person>(person).proven_until + call.deps.settings.tokens.clock_skew;
  if (spend_once(sha256("id-token\n" + token.id_token), until, call.caller, call.deps)) return person;
  return ProviderRefused{.why = ProviderFault::bad_token,
                         .token_fault = IdTokenFault::used_before,
                         .note = "its ID token has been used before"};
}

ProviderOutcome<Response> send_to_provider(const ProviderTrip& trip, const ProviderSettings& provider,
                                           const Call& call) {
  auto client = client_for(provider, call.deps);
  const AuthorizationRequest wanted{.redirect_uri = redirect_uri(provider.name, call.deps.settings.site),
                                    .state = trip.state(),
                                    .nonce = trip.nonce(),
                                    .code_verifier = std::string(trip.code_verifier().reveal()),
                                    .asks_again = trip.proves};
  auto url = client.authorization_url(wanted, call.request.now);
  if (auto* refused = std::get_if<ProviderRefused>(&url)) return std::move(*refused);
  Response response;
  response.status = 303;
  response.set("Location", std::get<std::string>(std::move(url)));
  remember_trip(response, trip, client.answers_by_form(), call.request, call.deps);
  return response;
}

Response refuse_provider() {
  return refuse({.status = 404,
                 .error = "not_found",
                 .reason = {},
                 .description = "This site has no provider of that name."});
}

Response refuse_fault(const ProviderRefused& refused) {
  auto response = [&] {
    switch (refused.why) {
      case ProviderFault::bad_token:
        return refuse_token(refused.token_fault.value_or(IdTokenFault::malformed));
      case ProviderFault::refused:
      case ProviderFault::foreign:
        return invalid_grant("malformed", "The provider did not confirm this sign-in.");
      case ProviderFault::takes_no_tokens:
        return refuse_request("This provider issues no ID tokens; use the browser's way.");
      case ProviderFault::unreachable:
        break;
    }
    return refuse({.status = 503,
                   .error = "temporarily_unavailable",
                   .reason = {},
                   .description = "The provider does not answer as it should; try again.",
                   .retry_after = provider_wait});
  }();
  response.log.note = refused.note;
  return response;
}

Response refuse_provider_sign_in(const ProviderSignInRefused& refused) {
  switch (refused.why) {
    case ProviderSignInRefusal::email_in_use:
      return refuse_email_in_use(refused.strategy);
    case ProviderSignInRefusal::account_disabled:
      return refuse_disabled();
    case ProviderSignInRefusal::email_unverified:
      return refuse_unverified();
    case ProviderSignInRefusal::account_closed:
      return refuse_closed_account(refused.offer);
    case ProviderSignInRefusal::ended_by_watch:
      return refuse_ended_by_watch();
    case ProviderSignInRefusal::closed:
      break;
  }
  return refuse_closed();
}

Response answer_link(const std::variant<LinkOutcome, seconds>& outcome) {
  if (const auto* wait = std::get_if<seconds>(&outcome)) return refuse_attempts(*wait);
  switch (std::get<LinkOutcome>(outcome)) {
    case LinkOutcome::session_ended:
      return refuse_access(TokenFault::revoked);
    case LinkOutcome::in_use:
      return refuse_conflict("identity_in_use", {}, "That identity belongs to another account of this site.");
    case LinkOutcome::already_linked:
      return refuse_conflict("already_linked", {},
                             "This account is linked to another identity of that provider; unlink it first.");
    case LinkOutcome::linked:
    case LinkOutcome::linked_before:
      break;
  }
  return empty_answer(204);
}

namespace {

// How this browser signed in last, if the site still offers that.
std::string last_method(const Call& call) {
  const auto& settings = call.deps.settings;
  const auto values = read_cookie(CookieKind::method, call.request, settings);
  auto method = values && !values->empty() ? values->front() : "";
  if (method == "password") return method;
  for (const auto& provider : settings.providers)
    if (provider.name == method) return method;
  return {};
}

}  // namespace

// The providers for a sign-in page, in the order of cardea.ini.
Response handle_providers(const Call& call) {
  const auto& settings = call.deps.settings;
  const auto method = last_method(call);
  auto providers = Json::array();
  for (const auto& provider : settings.providers)
    providers.push_back({{"name", provider.name},
                         {"label", provider.label},
                         {"start", settings.site.mount + "/oauth/" + provider.name + "/start"},
                         {"last_used", provider.name == method}});
  return json_answer(
      200, {{"providers", std::move(providers)}, {"last_method", method.empty() ? Json() : Json(method)}});
}

namespace {

constexpr std::size_t nonce_limit = 255;

}  // namespace

std::variant<AppToken, Response> read_app_token(const Fields& fields) {
  auto id_token = fields.text("id_token");
  auto nonce = fields.text("nonce");
  if (!id_token || id_token->empty()) return refuse_missing("id_token", fields);
  if (!fields.is_text_or_absent("nonce") || (nonce && (nonce->empty() || nonce->size() > nonce_limit)))
    return refuse_field("nonce", "invalid", "nonce must be 1 to 255 bytes of text.");
  return AppToken{.id_token = std::move(*id_token), .nonce = std::move(nonce)};
}

// A link that a user follows, so the sign-in page shows what went wrong.
Response handle_oauth_start(const Call& call) {
  const auto& settings = call.deps.settings;
  const auto* provider = find_provider(call.captured, settings);
  if (provider == nullptr) return refuse_provider();
  const auto query = parse_form(call.request.query);
  const auto wanted = query ? own_path(string_member(*query, "return_to").value_or("/")) : std::nullopt;
  if (!wanted) return refuse_request("return_to must be a path of this site.");
  const auto trip = begin_trip(provider->name, *wanted, call.caller, call.deps);
  auto sent = send_to_provider(trip, *provider, call);
  if (auto* response = std::get_if<Response>(&sent)) return std::move(*response);
  auto refused = refuse_fault(std::get<ProviderRefused>(sent));
  const auto problem = refused.refusal ? refused.refusal->error : std::string{};
  auto response = see_other(sign_in_page(*wanted, problem, call.request, settings), settings.site);
  response.refusal = std::move(refused.refusal);
  response.log = std::move(refused.log);
  return response;
}

namespace {

constexpr std::size_t code_limit = 4096;

// The parameters of the authorization response: of the query, or of the form that Apple's page posts.
std::optional<Json> response_parameters(const Request& request) {
  if (request.method != "POST") return parse_form(request.query);
  const bool is_form = request.content_type.starts_with("application/x-www-form-urlencoded");
  return is_form ? parse_form(request.body.reveal()) : std::nullopt;
}

// A refusal for which the sign-in page has a sentence.
Response provider_refused(std::string note) {
  auto response = refuse({.status = 401,
                          .error = "provider_refused",
                          .reason = {},
                          .description = "The provider did not confirm this sign-in."});
  response.log.note = std::move(note);
  return response;
}

// A trip can be finished once, whatever the result.
bool is_first_use(const ProviderTrip& trip, const Call& call) {
  return spend_once(sha256("oauth-state\n" + trip.state()), trip.began + trip_life, call.caller, call.deps);
}

ProviderOutcome<Person> redeem(const Json& parameters, const ProviderTrip& trip,
                               const ProviderSettings& provider, const Call& call) {
  auto client = client_for(provider, call.deps);
  auto person = client.redeem({.code = string_member(parameters, "code").value_or(""),
                               .issuer = string_member(parameters, "iss"),
                               .redirect_uri = redirect_uri(provider.name, call.deps.settings.site),
                               .nonce = trip.nonce(),
                               .code_verifier = trip.code_verifier()},
                              call.request.now);
  // Apple sends the name here, once, and unsigned: that is enough for a name, and for nothing else.
  if (auto* proven = std::get_if<Person>(&person); proven != nullptr && proven->name.empty())
    if (const auto user = string_member(parameters, "user")) proven->name = name_of_apple_user(*user);
  return person;
}

// Links the person to the account of the session that asked, if that session still stands.
Response link(const Person& person, const SessionId& session, const Call& call) {
  const auto state = call.deps.store.session(session, Freshness::causal);
  if (!state || standing_of(*state, call.request.now) != Standing::stands)
    return refuse_access(TokenFault::revoked);
  auto response = answer_link(link_identity(*state, person, call.caller, call.deps));
  response.log.user = state->user.id.text();
  return response;
}

// Whatever went wrong, the page that asked says that the provider did not confirm it.
Response reauthenticate(const Person& person, const ProviderTrip& trip, const Call& call) {
  const auto state = call.deps.store.session(*trip.link, Freshness::causal);
  if (!state || standing_of(*state, call.request.now) != Standing::stands)
    return refuse_access(TokenFault::revoked);
  const auto outcome = reauthenticate_by_provider(person, trip.began, *state, call.caller, call.deps);
  if (std::holds_alternative<ReauthenticationRefused>(outcome))
    return provider_refused("another person, or no new sign-in there");
  return deliver(200, std::get<Grant>(outcome), call.request, call.deps.settings);
}

Response finish(const Json& parameters, const ProviderTrip& trip, const ProviderSettings& provider,
                const Call& call) {
  if (const auto error = string_member(parameters, "error"))
    return provider_refused("it answers with an error");
  const auto code = string_member(parameters, "code").value_or("");
  if (code.empty() || code.size() > code_limit) return provider_refused("it answers without a code");
  const auto person = redeem(parameters, trip, provider, call);
  if (const auto* refused = std::get_if<ProviderRefused>(&person)) {
    if (refused->why == ProviderFault::unreachable) return refuse_fault(*refused);
    return provider_refused(refused->note);
  }
  const auto& proven = std::get<Person>(person);
  if (trip.proves && trip.link) return reauthenticate(proven, trip, call);
  if (trip.link) return link(proven, *trip.link, call);
  DeviceDetails device{.id = read_device(call.request, call.deps.settings).value_or(""), .name = {}};
  if (call.request.transport_mode != TransportMode::header) device.transport = Transport::cookie;
  const auto outcome = sign_in_by_provider(proven, std::move(device), call.caller, call.deps);
  if (const auto* refused = std::get_if<ProviderSignInRefused>(&outcome))
    return refuse_provider_sign_in(*refused);
  return deliver_sign_in(200, std::get<Grant>(outcome), call);
}

// Browsers do not send SameSite=Strict cookies with redirects that began at another site. With a page of ours that goes
// on by itself, the next request begins at our site.
Response go_on_by_page(Response redirect, const Settings& settings) {
  const bool leads_on = redirect.status == 303 && !redirect.cookies.empty();
  if (settings.cookies.same_site != SameSite::strict || !leads_on) return redirect;
  Response page;
  page.set("Content-Type", "text/html; charset=utf-8");
  page.set("Refresh", "0; url=" + std::string(redirect.header("Location")));
  page.cookies = std::move(redirect.cookies);
  page.refusal = std::move(redirect.refusal);
  page.log = std::move(redirect.log);
  page.body = "<!DOCTYPE html><title>…</title>\n";
  return page;
}

// Back to the page that asked for the link, with the word for what went wrong.
Response redirect_after_link(Response answer, const ProviderTrip& trip, const SiteSettings& site) {
  auto path = trip.return_to;
  if (answer.refusal)
    path += (path.find('?') == std::string::npos ? "?problem=" : "&problem=") +
            query_value(answer.refusal->error);
  return redirect_after_sign_out(std::move(answer), path, site);
}

// The callback was loaded again after it had signed this browser in: it leads to the same page again.
std::optional<Response> go_on_again(const ProviderTrip& trip, const Call& call) {
  const auto claims = caller_claims(call);
  if (!std::holds_alternative<AccessClaims>(claims)) return std::nullopt;
  return see_other(trip.return_to, call.deps.settings.site);
}

Response as_redirect(Response answer, const ProviderTrip& trip, const Call& call) {
  const auto& settings = call.deps.settings;
  if (trip.link) return go_on_by_page(redirect_after_link(std::move(answer), trip, settings.site), settings);
  auto redirect = redirect_after_sign_in(std::move(answer), trip.return_to, call.request, settings);
  return go_on_by_page(ask_whether_to_reopen(std::move(redirect), call), settings);
}

}  // namespace

// Where the provider sends the browser back to. Every answer leads the user to a page.
Response handle_oauth_callback(const Call& call) {
  const auto& settings = call.deps.settings;
  const auto* provider = find_provider(call.captured, settings);
  if (provider == nullptr) return refuse_provider();
  const auto parameters = response_parameters(call.request);
  const auto trip = parameters ? find_trip(string_member(*parameters, "state").value_or(""), provider->name,
                                           call.request, call.deps)
                               : std::nullopt;
  if (!trip) {
    auto response = see_other(sign_in_page("/", "expired", call.request, settings), settings.site);
    response.log.error = "provider_refused";
    response.log.note = "no state of this browser";
    return response;
  }
  const bool is_first = is_first_use(*trip, call);
  if (!is_first)
    if (auto again = go_on_again(*trip, call)) return std::move(*again);
  auto answer = is_first ? finish(*parameters, *trip, *provider, call)
                         : provider_refused("the state has been used before");
  const bool succeeded = answer.status < 400;
  auto response = as_redirect(std::move(answer), *trip, call);
  if (!succeeded) forget_trip(response, *trip, call.deps);
  return response;
}

namespace {

// The name in the request counts only if the token has none: Apple's tokens have none.
void add_name(Person& person, const Fields& fields) {
  if (person.name.empty()) person.name = display_name(fields.text("name").value_or(""));
}

}  // namespace

// For apps: they send the ID token that they got from the provider's own library. Invalid tokens count like wrong
// passwords.
Response handle_oauth_token(const Call& call) {
  const auto& [request, captured, caller, deps] = call;
  const auto* provider = find_provider(captured, deps.settings);
  if (provider == nullptr) return refuse_provider();
  auto read = read_fields(request);
  if (auto* refused = std::get_if<Response>(&read)) return std::move(*refused);
  const auto& fields = std::get<Fields>(read);
  auto device = read_device_details(fields, call);
  if (auto* refused = std::get_if<Response>(&device)) return std::move(*refused);
  auto token = read_app_token(fields);
  if (auto* refused = std::get_if<Response>(&token)) return std::move(*refused);

  const auto buckets = failures_of_address(caller, deps);
  if (const auto wait = closed_for(buckets, caller, deps)) return refuse_attempts(*wait);
  auto person = person_of_app(std::get<AppToken>(token), *provider, call);
  if (const auto* refused = std::get_if<ProviderRefused>(&person)) {
    if (refused->why != ProviderFault::unreachable)
      if (const auto wait = count_failure(buckets, caller, deps)) return refuse_attempts(*wait);
    return refuse_fault(*refused);
  }
  auto& proven = std::get<Person>(person);
  add_name(proven, fields);
  const auto outcome = sign_in_by_provider(proven, std::get<DeviceDetails>(std::move(device)), caller, deps);
  if (const auto* refused = std::get_if<ProviderSignInRefused>(&outcome))
    return refuse_provider_sign_in(*refused);
  return deliver_sign_in(200, std::get<Grant>(outcome), call);
}

}  // namespace cardea
