// Common passwords: those that many people use, and those that are made of the names of the site and the user. A thief
// tries these first.
//
// A list (src/password/lists, which is compiled in as a TextSet) holds passwords in lower case. A password is common if the
// list has it, or has what is left of it when digits and signs at its end are dropped one by one: "Password123!" is
// "password". From a text without a letter only signs are dropped: the beginning of a number is another number.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/text_set.h"

namespace cardea {

// The sizes of a list's entries, in bytes. Shorter ones would match too much.
inline constexpr std::size_t min_common_size = 6;
inline constexpr std::size_t max_common_size = 32;

// The forms of a password that a list may hold, longest first: views into lower, which is valid UTF-8 in lower case.
[[nodiscard]] std::vector<std::string_view> common_forms(std::string_view lower);

// More than 46,000 passwords.
[[nodiscard]] const TextSet& built_in_passwords();

// The words that a thief makes of a name: the whole, its parts between blanks and signs, the parts joined. In lower case,
// of at least three bytes. `name` may be any bytes ("kim.minsu", "Ada Lovelace"); only its first 512 bytes count.
[[nodiscard]] std::vector<std::string> words_of_name(std::string_view name);

// Whether lower is made of these words: of nothing but them, digits and signs, or to more than half of them.
[[nodiscard]] bool is_made_of(std::string_view lower, const std::vector<std::string>& words);

}  // namespace cardea
