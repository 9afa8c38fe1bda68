// The system clock. Only this function reads it (tests/tools/layers). Each request asks it when it comes in, and once more
// when it changes a session's row, through Deps::clock; log lines about the program, keys, due jobs and commands ask
// it for themselves.
#pragma once

#include "base/time.h"

namespace cardea {

[[nodiscard]] Instant system_now();

class SystemClock final : public Clock {
 public:
  [[nodiscard]] Instant now() const override { return system_now(); }
};

}  // namespace cardea
