#include "web/handlers/access.h"
#include "web/handlers/handlers.h"
#include "web/json_answer.h"

namespace cardea {

Response handle_me(const Call& call) {
  const auto caller = caller_session(call);
  if (const auto* refused = std::get_if<Response>(&caller)) return *refused;
  const auto& [session, user] = std::get<SessionState>(caller);
  return json_answer(200, {{"id", user.id.text()},
                           {"email", user.email.typed},
                           {"name", user.name},
                           {"scope", user.scope},
                           {"created_at", unix_seconds(user.created_at)},
                           {"last_method", user.last_method},
                           {"device", {{"id", session.device_id}, {"name", session.device_name}}}});
}

}  // namespace cardea
