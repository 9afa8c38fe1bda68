// The system clock, read here and nowhere else: once for each request when it comes in, and once more when it
// moves a session's row.
#pragma once

#include "base/time.h"

namespace cardea {

[[nodiscard]] Instant system_now();

class SystemClock final : public Clock {
 public:
  [[nodiscard]] Instant now() const override { return system_now(); }
};

}  // namespace cardea
