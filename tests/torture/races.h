// Real races: threads that present the same refresh tokens at the same moment, spread over the hosts of a
// cluster, through handle(). Time is drawn, not measured: within a round the clock stands still but for a
// jitter of less than a window, so that a slow machine changes nothing that is judged.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "torture/installation.h"
#include "torture/options.h"

namespace cardea::torture {

struct RaceReport {
  std::int64_t rounds = 0;
  std::int64_t requests = 0;        // answered with anything but 503
  std::int64_t granted = 0;         // refreshes answered with 200
  std::int64_t moves = 0;           // generations that were reached
  std::int64_t ended = 0;           // sessions ended by sign-out, password or theft, every one on purpose
  std::int64_t faults = 0;          // injected above the database
  std::int64_t unavailable = 0;     // answers 503
  milliseconds max_wait{0};         // from a client's first 503 to its answer
  std::vector<milliseconds> waits;  // each client's, where it had to wait
  std::vector<std::string> violations;
};

[[nodiscard]] RaceReport run_races(Installation& installation, const Options& options, std::uint64_t seed);

}  // namespace cardea::torture
