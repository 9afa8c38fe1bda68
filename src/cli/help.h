// What `--help` prints, made from the tables that drive parsing.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/parse.h"

namespace cardea {

// path is a command ("user add"), a group ("user") or empty: everything. Ends with a line break.
[[nodiscard]] std::string help_text(std::string_view path, const std::vector<Command>& commands);

// "cardea user add --email EMAIL [--name NAME]", without the common options.
[[nodiscard]] std::string synopsis(const Command& command);

}  // namespace cardea
