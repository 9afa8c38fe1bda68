// The name of a user or of a device, as people are shown it. Nobody is kept out for a name: what is not shown is
// left out of it, and what is too long is cut.
#pragma once

#include <string>
#include <string_view>

namespace cardea {

// Characters as people count them (grapheme clusters, Unicode Standard Annex 29): a family of emoji is one.
inline constexpr std::size_t display_name_limit = 100;
// Code points, as the columns of the tables count.
inline constexpr std::size_t display_name_size_limit = 255;

// Valid UTF-8 in normalisation form C, within both limits, cut between two characters (inside only the one that
// alone is too long). The time grows with the text's size; text may be any bytes.
//
// Left out: ill-formed UTF-8, control characters, what is unassigned or of private use, marks of direction and
// their overrides, tags, fillers, marks on nothing, and all but the first few marks on one letter. Joiners stay
// where a script needs them (Arabic, the scripts of India and their relatives) and between emoji; variation
// selectors stay. Blanks of any kind, line ends and fillers that look like blanks separate words: one stays of
// several, none at either end. Empty if nothing is left.
[[nodiscard]] std::string display_name(std::string_view text);

}  // namespace cardea
