#include "auth/watch/events.h"

namespace cardea {

Event record(const Happening& happening, const Caller& caller, const Deps& deps) {
  Event event{.id = EventId::make(caller.now, deps.entropy),
              .at = caller.now,
              .kind = happening.kind,
              .user = happening.user,
              .session = happening.session,
              .ip = caller.address.text(),
              .detail = happening.detail};
  deps.store.add_event(event);
  return event;
}

}  // namespace cardea
