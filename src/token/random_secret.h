// Fresh random bytes that are wiped after use.
#pragma once

#include "base/entropy.h"
#include "base/secret.h"

namespace cardea {

[[nodiscard]] Secret random_secret(std::size_t size, Entropy& entropy);

}  // namespace cardea
