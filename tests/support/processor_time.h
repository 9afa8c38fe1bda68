// The processor time of this thread: unlike a clock, it says the same on a busy machine.
#pragma once

#include <time.h>

#include "base/time.h"

namespace cardea::testing {

class ProcessorTime {
 public:
  [[nodiscard]] milliseconds so_far() const { return now() - began_; }

 private:
  static milliseconds now() {
    timespec spent{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &spent);
    return std::chrono::duration_cast<milliseconds>(std::chrono::seconds{spent.tv_sec} +
                                                    std::chrono::nanoseconds{spent.tv_nsec});
  }
  milliseconds began_ = now();
};

}  // namespace cardea::testing
