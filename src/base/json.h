// JSON (RFC 8259), read and written by nlohmann/json. What clients send is read by parse_json, which adds what the
// library does not refuse by itself: duplicate names, deep nesting, and text after the value.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "base/json_fwd.h"
#include "base/secret.h"

namespace cardea {

inline constexpr int json_depth_limit = 16;

// One complete JSON value in valid UTF-8; nothing if it is malformed, has a name twice in one object, is
// nested deeper than json_depth_limit, or is followed by anything but blanks. Never throws on bad input.
[[nodiscard]] std::optional<Json> parse_json(std::string_view text);

// Compact text. Strings must be valid UTF-8 (ours are: they were checked on the way in); what is not is
// replaced by U+FFFD rather than thrown over.
[[nodiscard]] std::string json_text(const Json& value);

// The member of that name if object has it as a string.
[[nodiscard]] std::optional<std::string> string_member(const Json& object, std::string_view name);
// The same for an integer that fits and is written as one (1.0 and "1" are not integers).
[[nodiscard]] std::optional<std::int64_t> integer_member(const Json& object, std::string_view name);

// What a JSON number holds exactly (RFC 7493 section 2.2).
inline constexpr std::int64_t latest_date = std::int64_t{1} << 53;

// The same for a NumericDate (RFC 7519 section 2): seconds since 1970 from 0 to latest_date, also with a
// fraction, which is cut off ("1795317300.25").
[[nodiscard]] std::optional<std::int64_t> date_member(const Json& object, std::string_view name);

}  // namespace cardea
