#include "config/table.h"
#include "web/delivery.h"
#include "web/handlers/handlers.h"
#include "web/json_answer.h"

namespace cardea {

// What a page or an app must know about the site before anybody is signed in. The same for everybody, so it
// may be cached; server_time is then that of the answer, as its Date is.
Response handle_site(const Call& call) {
  const auto& settings = call.deps.settings;
  auto tags = Json::array();
  for (const auto language : languages) tags.push_back(language_tag(language));
  auto response =
      json_answer(200, {{"name", settings.site.name},
                        {"logo", settings.site.logo},
                        {"mount", settings.site.mount},
                        {"languages", std::move(tags)},
                        {"registration_open", settings.registration_open},
                        {"password_min_length", settings.password.min_length},
                        {"renew_min_interval", settings.tokens.renew_min_interval.count()},
                        {"access_ttl", settings.tokens.access_ttl.count()},
                        {"transport", transport_mode_name(mode_at(call.request.now, settings.transport))},
                        {"server_time", unix_seconds(call.request.now)},
                        {"mail", settings.mail.on()}});
  response.set("Cache-Control", "public, max-age=60");
  return response;
}

}  // namespace cardea
