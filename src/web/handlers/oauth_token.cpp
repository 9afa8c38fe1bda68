#include "auth/throttle.h"
#include "base/display_name.h"
#include "web/handlers/handlers.h"
#include "web/handlers/input.h"
#include "web/handlers/oauth_input.h"
#include "web/handlers/social.h"
#include "web/refusal.h"

namespace cardea {
namespace {

// What the request says about the name counts only where the token says nothing: Apple's tokens hold none.
void add_name(Person& person, const Fields& fields) {
  if (person.name.empty()) person.name = display_name(fields.text("name").value_or(""));
}

}  // namespace

// For apps: the ID token that the provider's own library gave them. Bad ones count like wrong passwords.
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

  const auto judges = failures_of_address(caller, deps);
  if (const auto wait = closed_for(judges, caller, deps)) return refuse_attempts(*wait);
  auto person = person_of_app(std::get<AppToken>(token), *provider, call);
  if (const auto* refused = std::get_if<ProviderRefused>(&person)) {
    if (refused->why != ProviderFault::unreachable)
      if (const auto wait = count_failure(judges, caller, deps)) return refuse_attempts(*wait);
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
