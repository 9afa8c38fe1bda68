// An invariant that did not hold. Deliberately no std::exception: handle() must not take it for a fault of
// the machine.
#pragma once

#include <string>

namespace cardea::torture {

struct Violation {
  std::string rule;  // a word or two, the same for the same invariant
  std::string what;
};

}  // namespace cardea::torture
