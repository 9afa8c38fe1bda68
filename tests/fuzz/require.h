// What a fuzz target says of its input's reading: if it does not hold, that is a finding.
#pragma once

#include <cstdlib>

inline void require(bool holds) {
  if (!holds) std::abort();
}
