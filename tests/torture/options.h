// The command line of build/torture.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "config/settings.h"

namespace cardea::torture {

enum class Mode { histories, replay, mutants, races, table };

struct Options {
  Mode mode = Mode::histories;
  std::string store = "memory";
  std::optional<std::uint64_t> seed;
  std::int64_t seconds = 10;
  std::string mutant;
  // Races.
  int clients = 16;         // threads
  int sessions = 16;        // of which one round refreshes each
  int at_once = 4;          // presentations of each session in a round
  std::int64_t rounds = 0;  // 0 = until the seconds are over
  int rows = 100'000;       // of the large table
  bool calm = false;        // nothing but refreshes: no faults, no thieves, no sign-outs
};

// Throws std::invalid_argument with what is wrong.
[[nodiscard]] Options parse_options(const std::vector<std::string>& words);
[[nodiscard]] const char* usage();

}  // namespace cardea::torture
