// User names: a second name by which an account signs in, for users who come from programs that know no addresses. A user
// name never holds an '@', so it is never taken for an address.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace cardea {

inline constexpr std::size_t username_limit = 60;  // characters

struct Username {
  std::string typed;  // NFC, 1 to username_limit characters
  // The case-folded NFKC form (Unicode Standard Annex 15, section 3.13 of the Unicode Standard): accounts are found by
  // it, as bytes. Two names that look the same but for case and width have one key.
  std::string key;
  bool operator==(const Username&) const = default;
};

// Accepts letters of one script (Latin; Hangul syllables; or Kana together with Han), the digits 0 to 9, and '.', '_' and
// '-' between them: a name begins and ends with a letter or a digit. Blanks around it are left out. Nothing otherwise. A
// text that is far too long is refused before any work.
[[nodiscard]] std::optional<Username> parse_username(std::string_view text);

}  // namespace cardea
