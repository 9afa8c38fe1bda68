// The name of a JSON value, for headers that only pass one on: base/json.h is slow to compile.
#pragma once

#include <nlohmann/json_fwd.hpp>

namespace cardea {

using Json = nlohmann::json;

}  // namespace cardea
