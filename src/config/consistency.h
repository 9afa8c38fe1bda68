// What can only be judged when every key has been read: defaults that follow from other keys, and keys that
// contradict each other.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "config/settings.h"

namespace cardea {

struct Contradiction {
  std::string section;
  std::string_view key;
  std::string message;  // why the two do not go together, and what is allowed
};

// Fills in site.name, tokens.issuer, cookies.refresh_path, password.concurrency and what is known of the
// providers where they are empty.
void fill_in_derived_defaults(Settings& settings);

// Precondition: the derived defaults are filled in.
[[nodiscard]] std::vector<Contradiction> contradictions_in(const Settings& settings);

}  // namespace cardea
