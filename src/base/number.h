// Strict numbers: the whole text is the number, or there is none. No sign, no blank, no prefix, no
// overflow; "3O", "+5", " 5", "0x10" and "" are refused. Leading zeros are allowed ("007").
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace cardea {

// Decimal digits only; nothing when the value is above maximum.
[[nodiscard]] std::optional<std::int64_t> whole_number(std::string_view text, std::int64_t maximum);

}  // namespace cardea
