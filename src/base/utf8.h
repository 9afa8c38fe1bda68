// Text that users type, and the names that are made of it. Everything that is stored or shown is valid UTF-8 in
// normalisation form C (Unicode Standard Annex 15) without control characters.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace cardea {

// Well-formed UTF-8 (RFC 3629): no overlong forms, no surrogates, nothing above U+10FFFF.
[[nodiscard]] bool is_utf8(std::string_view text);
// Takes one code point off the front of text, which is not empty; -1 and one byte if there is none.
[[nodiscard]] std::int32_t take_code_point(std::string_view& text);
// Precondition: at most U+10FFFF and no surrogate.
void append_code_point(std::string& text, std::int32_t point);
// Number of code points. Precondition: is_utf8(text).
[[nodiscard]] std::size_t code_points(std::string_view text);
// How many columns a terminal gives to text: two to wide letters (Hangul, Han, Kana, emoji), none to
// combining marks (Unicode Standard Annex 11). Precondition: is_utf8(text).
[[nodiscard]] std::size_t terminal_columns(std::string_view text);
// Normalisation form C; nothing if text is not UTF-8, or if that form has more than limit bytes. A text that is
// far too long is refused before any work, and the time does not grow with the square of a run of combining marks.
[[nodiscard]] std::optional<std::string> normalize_nfc(std::string_view text, std::size_t limit);
// True if text holds a control, format, private-use, surrogate or unassigned code point, or a line or
// paragraph separator: what cannot be seen and must not hide in a name or an address. Precondition: is_utf8.
[[nodiscard]] bool has_invisible(std::string_view text);
// True if text holds a blank of any script, or a letter or mark that draws nothing by itself (Hangul filler,
// variation selector): allowed in a name, but two addresses must not look the same. Precondition: is_utf8.
[[nodiscard]] bool has_blank_or_filler(std::string_view text);
// Cuts valid UTF-8 to at most limit bytes without splitting a code point.
[[nodiscard]] std::string_view cut_utf8(std::string_view text, std::size_t limit);
// True if a byte is below 0x20 or 0x7F: no line of a header or a log may hold one.
[[nodiscard]] bool has_ascii_control(std::string_view text);
[[nodiscard]] bool equal_ignoring_ascii_case(std::string_view left, std::string_view right);
// Lower case of every script, letter by letter: no letter becomes two (the German sharp s stays one).
// Precondition: is_utf8(text).
[[nodiscard]] std::string fold_case(std::string_view text);
// Only A-Z change.
[[nodiscard]] std::string ascii_lower(std::string_view text);

// The name of a user or of a device, as it is shown. No name is refused: invisible characters are left out, and a
// name that is too long is cut.

// Characters as readers count them (grapheme clusters, Unicode Standard Annex 29): a family of emoji is one.
inline constexpr std::size_t display_name_limit = 100;
// Code points, as the columns of the tables count.
inline constexpr std::size_t display_name_size_limit = 255;

// Valid UTF-8 in normalisation form C, within both limits, cut between two characters (inside only the one that
// alone is too long). The time grows with the text's size; text may be any bytes.
//
// Left out: ill-formed UTF-8, control characters, code points that are unassigned or of private use, marks of
// direction and their overrides, tags, fillers, marks without a letter, and all but the first few marks on one letter.
// Joiners stay where a script needs them (Arabic, the scripts of India and their relatives) and between emoji;
// variation selectors stay. Blanks of any kind, line ends and fillers that look like blanks separate words: a single
// one stays between words, and none at either end. Empty if nothing is left.
[[nodiscard]] std::string display_name(std::string_view text);

}  // namespace cardea
