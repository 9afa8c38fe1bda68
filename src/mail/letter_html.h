// A letter's text as HTML: paragraphs, facts, links. Everything stands in style attributes, because mail programs drop style
// sheets; nothing is loaded, because they ask before they do, and because a picture would tell when the letter was read.
#pragma once

#include <string_view>

#include "base/language.h"
#include "base/secret.h"
#include "config/settings.h"

namespace cardea {

// Of the text's paragraphs, which have an empty line between them: one whose lines are indented by four spaces is facts,
// one that is a code or a link stands out, and the last one is the small print. What the text holds is escaped. The result
// is a whole document; its lines end with \n.
[[nodiscard]] Secret html_of(std::string_view subject, std::string_view text, Language language,
                             const LetterTheme& theme);

}  // namespace cardea
