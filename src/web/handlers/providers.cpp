#include "web/cookies.h"
#include "web/handlers/handlers.h"
#include "web/json_answer.h"

namespace cardea {
namespace {

// How this browser signed in last, if that way still exists.
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

// What a sign-in page offers, in the order of cardea.ini.
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

}  // namespace cardea
