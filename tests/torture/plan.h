// The scheduler: draws a history from a seed.
#pragma once

#include <cstdint>

#include "torture/step.h"

namespace cardea::torture {

// The same seed always gives the same history.
[[nodiscard]] History plan(std::uint64_t seed);

}  // namespace cardea::torture
