// The table of settings: every key that the program knows, once. config/load.h reads cardea.ini by it, in its order.
// conf/cardea.ini and the tables of conf/README.md say the same: tests/config compares both with it.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "config/settings.h"

namespace cardea {

struct Setting {
  std::string_view section;
  std::string_view key;
  std::string_view default_text;  // as it would be written in the file; empty = nothing
  bool required = false;
  std::string_view why;  // one line for people
  // Parses value into the settings. Returns what is wrong and what is allowed; empty if the value is valid.
  std::optional<std::string> (*apply)(std::string_view value, Settings& settings);
};

[[nodiscard]] std::span<const Setting> settings_table();

// "both": as [transport] mode says it.
[[nodiscard]] std::string_view transport_mode_name(TransportMode mode);

// The section that a file may have many times, as the table calls it; the file has a name in place of NAME.
inline constexpr std::string_view provider_section = "provider.NAME";
// NAME, if the section is one of these; [a-z0-9-]{1,32}.
[[nodiscard]] std::optional<std::string_view> provider_name_of(std::string_view section);

}  // namespace cardea
