// The store that tests of the rooms above work with.
#pragma once

#include "support/sql_faults.h"

namespace cardea::testing {

using TestStore = SqlTestStore;

}  // namespace cardea::testing
