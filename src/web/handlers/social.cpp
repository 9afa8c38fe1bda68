#include "web/handlers/social.h"

#include <algorithm>

#include "auth/throttle.h"
#include "base/digest.h"
#include "web/handlers/access.h"
#include "web/handlers/input.h"
#include "web/json_answer.h"
#include "web/refusal.h"

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

ProviderOutcome<Response> send_to_provider(const Transaction& transaction, const ProviderSettings& provider,
                                           const Call& call) {
  auto client = client_for(provider, call.deps);
  const AuthorizationRequest wanted{.redirect_uri = redirect_uri(provider.name, call.deps.settings.site),
                                    .state = transaction.state(),
                                    .nonce = transaction.nonce(),
                                    .code_verifier = std::string(transaction.code_verifier().reveal())};
  auto url = client.authorization_url(wanted, call.request.now);
  if (auto* refused = std::get_if<ProviderRefused>(&url)) return std::move(*refused);
  Response response;
  response.status = 303;
  response.set("Location", std::get<std::string>(std::move(url)));
  remember_transaction(response, transaction, client.answers_by_form(), call.request, call.deps);
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
    case ProviderSignInRefusal::closed:
      break;
  }
  return refuse_closed();
}

Response answer_link(const std::variant<LinkOutcome, seconds>& outcome) {
  if (const auto* wait = std::get_if<seconds>(&outcome)) return refuse_attempts(*wait);
  switch (std::get<LinkOutcome>(outcome)) {
    case LinkOutcome::session_ended:
      return refuse_access(AccessRefusal::revoked);
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

}  // namespace cardea
