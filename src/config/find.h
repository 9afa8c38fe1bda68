// Where cardea.ini is: one rule for the gate and for the command line, so that both always read the same
// file.
#pragma once

#include <optional>
#include <string>

namespace cardea {

// The argument of --config if there is one, else $CARDEA_CONFIG unless empty, else cardea.ini beside the
// running binary if it exists there, else /etc/cardea/cardea.ini. Says where to look, not whether the file
// can be read: that is for load_settings to refuse in its own words.
[[nodiscard]] std::string find_config(const std::optional<std::string>& argument);

}  // namespace cardea
