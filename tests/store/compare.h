// Says field by field where two records differ.
#pragma once

#include "store/records.h"

namespace cardea::testing {

void check_same(const User& found, const User& expected);
void check_same(const Session& found, const Session& expected);
void check_same(const Event& found, const Event& expected);

}  // namespace cardea::testing
