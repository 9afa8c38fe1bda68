#include "web/handlers/handlers.h"
#include "web/json_answer.h"

namespace cardea {

Response handle_health(const Call& call) {
  try {
    call.deps.store.ping();
    return json_answer(200, {{"status", "ok"}, {"database", "ok"}});
  } catch (const StoreUnavailable& failure) {
    auto response = json_answer(503, {{"status", "degraded"}, {"database", "unavailable"}});
    response.set("Retry-After", "2");
    response.log.note = failure.what();
    return response;
  }
}

}  // namespace cardea
