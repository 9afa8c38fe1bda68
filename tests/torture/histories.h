// Many histories, one after another, and what is said about the first that breaks an invariant.
#pragma once

#include <functional>
#include <ostream>

#include "torture/run.h"

namespace cardea::torture {

struct Finding {
  History history;
  Violation violation;
};

// Plays the histories of seed, seed + 1, ... while `on` says so (asked with the number played so far). Stops
// at the first violation.
[[nodiscard]] std::optional<Finding> play_many(Installation& installation, std::uint64_t seed,
                                               const Mutant* mutant, Score& score,
                                               const std::function<bool(std::int64_t)>& on);

// Shrinks it and tells it step by step.
[[nodiscard]] Finding shrunk(Installation& installation, const Finding& finding, const Mutant* mutant);
void tell(const Finding& finding, const Mutant* mutant, std::ostream& out);

// Every planted bug; false if one was not found.
[[nodiscard]] bool check_mutants(Installation& installation, std::uint64_t seed, std::ostream& out);

}  // namespace cardea::torture
