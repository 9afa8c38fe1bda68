// Pages that are made at the moment they are asked for, in the dress of those in htdocs: their stylesheet, and
// no script at all.
#pragma once

#include <string>
#include <string_view>

#include "base/language.h"
#include "config/settings.h"
#include "web/http.h"

namespace cardea {

// The text as HTML, fit for an element's contents and for a value in double quotes.
[[nodiscard]] std::string html_text(std::string_view text);

// <NAME ATTRIBUTES>CONTENTS</NAME>; attributes and contents are HTML already.
[[nodiscard]] std::string element(std::string_view name, std::string_view attributes,
                                  std::string_view contents);

// The folder of the pages in that language: "/cardea/ko/".
[[nodiscard]] std::string folder_of_pages(Language language, const SiteSettings& site);

// The whole document, with the site's name and logo above. title: text. contents: HTML, of the main part.
[[nodiscard]] std::string html_page(std::string_view title, std::string_view contents, Language language,
                                    const SiteSettings& site);

// 200 with a document, and a policy that allows what html_page needs.
[[nodiscard]] Response html_answer(std::string document);

}  // namespace cardea
