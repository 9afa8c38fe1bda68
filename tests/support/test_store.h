// The store that tests of the rooms above work with.
#pragma once

#include "support/fake_store.h"
#include "support/sql_faults.h"

namespace cardea::testing {

// FakeStore, or SqlTestStore: both take the same commands.
using TestStore = SqlTestStore;

}  // namespace cardea::testing
