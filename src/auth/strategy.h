// How an account signs in, for telling its owner who tries another way.
#pragma once

#include <string>

#include "store/records.h"

namespace cardea {

// "password", or the name of the provider that was used last.
[[nodiscard]] std::string strategy_of(const User& user);

}  // namespace cardea
