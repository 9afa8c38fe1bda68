// The history of an account: what happened, when and from where. Each change of state adds an event; `cardea events`,
// GET /events and GET /activity show them as sentences (text/events.h).
#pragma once

#include <optional>
#include <string>

#include "auth/session/context.h"

namespace cardea {

struct Happening {
  EventKind kind = EventKind::signed_in;
  std::optional<UserId> user;
  std::optional<SessionId> session;
  std::string detail;  // words and facts (text/events.h), no secret
};

// Adds one event row with the caller's time and address, and returns it. Throws like every call of the store.
Event record(const Happening& happening, const Caller& caller, const Deps& deps);

}  // namespace cardea
