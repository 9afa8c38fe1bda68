#include "server/clock.h"

#include <chrono>

namespace cardea {

Instant system_now() {
  return std::chrono::floor<milliseconds>(std::chrono::system_clock::now());
}

}  // namespace cardea
