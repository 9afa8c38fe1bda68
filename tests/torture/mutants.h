// Planted bugs: each is a Store that breaks one promise the rotation rests on. The torture must find every
// one of them, or its silence about the real code is worth nothing.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "torture/clockwork.h"
#include "torture/forwarding_store.h"

namespace cardea::torture {

struct Mutant {
  std::string name;  // as on the command line
  std::string what;
  // In front of `next`; base is the database behind all that watches.
  std::unique_ptr<Store> (*make)(Store& next, Store& base, const Clockwork& clockwork) = nullptr;
};

[[nodiscard]] const std::vector<Mutant>& all_mutants();
// Throws std::invalid_argument.
[[nodiscard]] const Mutant& mutant_of(const std::string& name);

}  // namespace cardea::torture
