// What /repair shows and does for the owner, who has proven file access.
#pragma once

#include <optional>
#include <string>

#include "setup/context.h"
#include "setup/pages.h"

namespace cardea {

struct RepairState {
  std::optional<Settings> settings;  // if they can be read
  Unconfigured why;                  // cause empty: the program works
  Place place;
  std::string document_root;
};

// The page, after the act that the request asks for, if it is a POST. Reads the state anew after an act.
[[nodiscard]] std::string repair(const Visit& visit, RepairState state, const DoorContext& context);

}  // namespace cardea
