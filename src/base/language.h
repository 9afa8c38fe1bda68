// The languages of what people read: pages, letters, events. A new language is one enumerator and one tag here,
// a file of texts in src/text (text/text.h) and its strings for the pages.
#pragma once

#include <array>
#include <optional>
#include <string_view>

namespace cardea {

enum class Language {
  en,
  ko,
  ja,
  count,  // not a language; stays last
};

inline constexpr auto language_count = static_cast<std::size_t>(Language::count);

// The tags of RFC 5646, in the order of Language. src/tools/make-pages reads them here.
inline constexpr std::array<std::string_view, language_count> language_tags{"en", "ko", "ja"};
static_assert(!language_tags.back().empty(), "each language has a tag");

inline constexpr auto languages = [] {
  std::array<Language, language_count> all{};
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = static_cast<Language>(i);
  return all;
}();

// "en", "ko", "ja".
[[nodiscard]] constexpr std::string_view language_tag(Language language) {
  return language_tags.at(static_cast<std::size_t>(language));
}

// "ko", "KO", "ko-KR" and "ko_KR" are Korean. Nothing for a tag of another language.
[[nodiscard]] std::optional<Language> language_of_tag(std::string_view tag);

// The language that a browser prefers among ours, by its Accept-Language header (RFC 9110 section 12.5.4): the
// one with the highest weight; of equal weights, the first. Nothing if the browser accepts none of ours.
// Malformed parts of the header are skipped, and only its first 32 ranges are read.
[[nodiscard]] std::optional<Language> preferred_language(std::string_view accept_language);

}  // namespace cardea
