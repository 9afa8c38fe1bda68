#include "auth/disown.h"

#include "auth/history.h"
#include "auth/letters.h"
#include "auth/revocation.h"
#include "token/link_token.h"

namespace cardea {

std::optional<SessionState> disown_device(std::string_view token, const Caller& caller, const Deps& deps) {
  const auto ticket = open_link_token(token, LinkPurpose::sign_out_device, deps.keys, caller.now);
  if (!ticket) return std::nullopt;
  auto state = deps.store.session(ticket->link.session, Freshness::causal);
  if (!state || state->user.id != ticket->link.user ||
      !link_matches_state(*ticket, sign_out_state(state->session), deps.keys, caller.now))
    return std::nullopt;
  if (end_sessions(OneSession{state->session.id, RevokeReason::disowned}, caller, deps))
    record({.kind = EventKind::device_disowned,
            .user = state->user.id,
            .session = state->session.id,
            .detail = ""},
           caller, deps);
  return state;
}

}  // namespace cardea
