// The system clock. Read once for each request, here and nowhere else.
#pragma once

#include "base/time.h"

namespace cardea {

[[nodiscard]] Instant system_now();

}  // namespace cardea
