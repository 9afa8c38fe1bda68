// Hearing of the sessions that ended on other hosts: one look at the database, by one process of the host and
// once in revocation_poll. Never part of a request: the gateway calls this from a thread of its own, or after
// the answer.
//
// What one look asks for overlaps with the one before by some minutes, because a row may come to light later
// than it says: a node of a cluster that lags behind, a clock that does. What is known already costs nothing.
#pragma once

#include "auth/revocation.h"

namespace cardea {

// Does nothing if it is not time yet, or if another process of this host is at it. Throws StoreUnavailable
// and StoreError; what was not learnt now is learnt by a later look.
void look_for_ended_sessions(const RevocationDeps& deps, seconds interval);

}  // namespace cardea
