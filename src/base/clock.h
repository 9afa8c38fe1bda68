// What time it is by now, as an interface. For the few decisions that must not go by the time at which their
// request came in, because it may have waited since; everything else works with Caller::now.
#pragma once

#include "base/time.h"

namespace cardea {

class Clock {
 public:
  virtual ~Clock() = default;
  [[nodiscard]] virtual Instant now() const = 0;
};

}  // namespace cardea
