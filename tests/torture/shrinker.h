// Makes a failing history small: leaves out steps and faults as long as it still breaks the same rule.
#pragma once

#include <functional>

#include "torture/step.h"

namespace cardea::torture {

// fails: whether a history still breaks the rule. Asked at most a few thousand times.
[[nodiscard]] History shrink(History history, const std::function<bool(const History&)>& fails);

}  // namespace cardea::torture
