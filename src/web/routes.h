// The table of all routes. Paths are below the mount and match exactly; {id} stands for one segment.
#pragma once

#include <span>

#include "web/route.h"

namespace cardea {

[[nodiscard]] std::span<const Route> route_table();

}  // namespace cardea
