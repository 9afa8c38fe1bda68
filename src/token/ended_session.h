// A session that has ended, and when: what is told to every process that verifies access tokens.
#pragma once

#include "base/id.h"
#include "base/time.h"

namespace cardea {

struct EndedSession {
  SessionId session;
  Instant at{};
  bool operator==(const EndedSession&) const = default;
};

}  // namespace cardea
