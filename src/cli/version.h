// What `cardea --version` prints.
#pragma once

#include <string>

namespace cardea {

// The program's version and those of the libraries inside, which nobody can look up on the host. Ends with a
// line break.
[[nodiscard]] std::string version_text();

}  // namespace cardea
