#include "auth/history.h"

namespace cardea {

void record(const Happening& happening, const Caller& caller, const Deps& deps) {
  deps.store.add_event({.id = EventId::make(caller.now, deps.entropy),
                        .at = caller.now,
                        .kind = happening.kind,
                        .user = happening.user,
                        .session = happening.session,
                        .ip = caller.address.text(),
                        .detail = happening.detail});
}

}  // namespace cardea
