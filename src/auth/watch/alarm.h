// What happens when a rule of auth/watch/watch.h applies: what [watch] says. Each action does what stands before it
// in off, record, tell, revoke_device, revoke_all.
#pragma once

#include "auth/session/context.h"
#include "auth/watch/watch.h"

namespace cardea {

struct Alarm {
  WatchRule rule = WatchRule::token_reuse;
  std::string facts;  // for text/events.h: "count=5"
};

// Acts and records. A session that token_reuse is about has been ended before, whatever [watch] says. Returns
// true if the session has ended by now. Mail goes into deps.outbox, a few an hour for each user; without mail
// tell is record. Throws like the store.
bool raise_alarm(const Alarm& alarm, const SessionState& state, const Caller& caller, const Deps& deps);

// Looks at a session that has just been started and recorded. Asks the database once, a second time only if
// the last hour was not quiet, and not at all when all the rules about sign-ins are off. Returns true if the
// new session was ended.
[[nodiscard]] bool watch_new_session(const SessionState& fresh, const Caller& caller, const Deps& deps);

}  // namespace cardea
