// The languages in which people are written to: mails, events, pages.
#pragma once

#include <array>
#include <optional>
#include <string_view>

namespace cardea {

enum class Language { en, ko, ja };

inline constexpr std::array<Language, 3> languages{Language::en, Language::ko, Language::ja};

// The tag of RFC 5646: "en", "ko", "ja".
[[nodiscard]] std::string_view language_tag(Language language);

// "ko", "KO", "ko-KR" and "ko_KR" are Korean. Nothing if it is none of ours.
[[nodiscard]] std::optional<Language> language_of_tag(std::string_view tag);

// The one of our languages that a browser likes best, by its Accept-Language (RFC 9110 section 12.5.4): the
// highest weight, of equal ones the first. Nothing if it likes none of them. What is malformed in the header
// is passed over.
[[nodiscard]] std::optional<Language> preferred_language(std::string_view accept_language);

}  // namespace cardea
