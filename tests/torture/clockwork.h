// Time as the torture has it: one true clock, which nobody in the house can see, and the clocks of the web
// hosts, which are wrong by as much as the history says.
#pragma once

#include <array>

#include "base/time.h"
#include "torture/step.h"

namespace cardea::torture {

struct Clockwork final : Clock {
  Instant true_now{};
  std::array<milliseconds, host_count> errors{};
  int host = 0;  // whose process runs at the moment

  [[nodiscard]] Instant at_host() const { return true_now + errors.at(static_cast<std::size_t>(host)); }
  [[nodiscard]] Instant now() const override { return at_host(); }
  [[nodiscard]] bool are_right() const { return errors == std::array<milliseconds, host_count>{}; }
};

// A clock for everybody, which only moves when it is told to.
struct StandingClock final : Clock {
  Instant time{};
  [[nodiscard]] Instant now() const override { return time; }
};

}  // namespace cardea::torture
