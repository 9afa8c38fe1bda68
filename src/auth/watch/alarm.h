// Alarms: what happens when a rule of auth/watch/watch.h applies, as [watch] configures it. Each action includes those
// before it in the order off, record, tell, revoke_device, revoke_all.
#pragma once

#include "auth/session/context.h"
#include "auth/watch/watch.h"

namespace cardea {

struct Alarm {
  WatchRule rule = WatchRule::token_reuse;
  std::string facts;  // for text/events.h: "count=5"
};

// Carries out the action and records it. For token_reuse the caller has ended the session before, whatever [watch] says.
// Returns true if the session has ended now. A letter goes into the outbox, a few an hour for each user; on a site without
// mail, tell is the same as record. Throws like the store.
bool raise_alarm(const Alarm& alarm, const SessionState& state, const Caller& caller, const Deps& deps);

// Writes the letters of alarms whose process ended between the event and its letter, within the last hour. Once for all
// processes of a host (server/background.h). Does nothing on a site without mail. Throws like the store.
void tell_untold_alarms(const Settings& settings, Store& store, Instant now);

// Checks a session that was just started and recorded. Asks the database once, a second time only if the last hour was
// not quiet, and not at all if all rules about sign-ins are off. Returns true if it ended the new session.
[[nodiscard]] bool watch_new_session(const SessionState& fresh, const Caller& caller, const Deps& deps);

}  // namespace cardea
