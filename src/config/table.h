// The table of settings: every key the program knows, once. The reader, conf/cardea.ini and the README are
// checked against it by tests.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "config/settings.h"

namespace cardea {

struct Setting {
  std::string_view section;
  std::string_view key;
  std::string_view default_text;  // as one would write it; empty = nothing
  bool required = false;
  std::string_view why;  // one line for people
  // Parses value into the settings. Returns what is wrong and what is allowed, nothing when all is well.
  std::optional<std::string> (*apply)(std::string_view value, Settings& settings);
};

[[nodiscard]] const std::vector<Setting>& settings_table();

// The rows of it that [provider.NAME] may have; they are part of the table.
[[nodiscard]] std::span<const Setting> provider_settings();

// "both": as [transport] mode says it.
[[nodiscard]] std::string_view transport_mode_name(TransportMode mode);

// The section that may be there many times, as the table calls it; the file says a name instead of NAME.
inline constexpr std::string_view provider_section = "provider.NAME";
// NAME, if the section is one of these; [a-z0-9-]{1,32}.
[[nodiscard]] std::optional<std::string_view> provider_name_of(std::string_view section);

}  // namespace cardea
