#include "auth/revocation_look.h"

namespace cardea {

void look_for_ended_sessions(const RevocationDeps& deps, seconds interval) {
  const auto since = deps.revoked.claim_look(deps.now, interval);
  if (!since) return;
  const auto ended = deps.store.sessions_ended_since(*since);
  if (deps.revoked.add(ended, deps.now)) deps.revoked.note_look(deps.now);
}

}  // namespace cardea
