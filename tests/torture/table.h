// What a rotation costs in a large table, beside the same in a small one.
#pragma once

#include <ostream>

#include "config/settings.h"

namespace cardea::torture {

// Fills two sets of tables of that database, one with 100 sessions and one with `rows`, and rotates in both
// by turns. Writes the medians and their ratio.
void measure_table(const DatabaseSettings& database, int rows, std::ostream& out);

}  // namespace cardea::torture
