#include "base/utf8.h"

#include <sodium.h>
#include <utf8proc.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <vector>

#include "base/secret.h"

namespace cardea {
namespace {

// Normalisation form C makes a text at most three times shorter (Hangul: nine bytes become three). What is
// longer than this many times a limit stays too long.
constexpr std::size_t longest_decomposition = 4;

const utf8proc_uint8_t* raw(std::string_view text) {
  return reinterpret_cast<const utf8proc_uint8_t*>(text.data());
}

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char letter) { return (letter & 0x80) == 0; });
}

char lower_letter(char letter) {
  return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
}

constexpr std::uint64_t every_byte = 0x0101010101010101U;

// limit: 1 to 128. A byte that is below it borrows from its own highest bit, which was not set.
bool has_byte_below(std::uint64_t word, std::uint64_t limit) {
  return ((word - every_byte * limit) & ~word & (every_byte * 0x80)) != 0;
}

bool is_continuation(char letter) {
  return (letter & 0xC0) == 0x80;
}

bool is_invisible(utf8proc_int32_t point) {
  switch (utf8proc_category(point)) {
    case UTF8PROC_CATEGORY_CC:
    case UTF8PROC_CATEGORY_CF:
    case UTF8PROC_CATEGORY_CS:
    case UTF8PROC_CATEGORY_CO:
    case UTF8PROC_CATEGORY_CN:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
      return true;
    default:
      return false;
  }
}

bool is_blank_or_filler(utf8proc_int32_t point) {
  return utf8proc_category(point) == UTF8PROC_CATEGORY_ZS || utf8proc_get_property(point)->ignorable;
}

// Simple case folding (Unicode, CaseFolding.txt, C and S), but for letters that only look like another one's
// lower case. The sigma at the end of a word is one with the other; the dotted capital I of Turkish is no I.
utf8proc_int32_t folded_case(utf8proc_int32_t point) {
  constexpr utf8proc_int32_t final_sigma = 0x3C2;
  constexpr utf8proc_int32_t dotted_capital_i = 0x130;
  if (point == final_sigma) return final_sigma + 1;
  return point == dotted_capital_i ? point : utf8proc_tolower(point);
}

// True if one of the code points has the property, or is not well formed.
bool any_code_point(std::string_view text, bool (*has_property)(utf8proc_int32_t)) {
  while (!text.empty()) {
    const auto point = take_code_point(text);
    if (point < 0 || has_property(point)) return true;
  }
  return false;
}

// The canonical decomposition, its marks not yet in order; nothing if text is not UTF-8.
std::optional<std::vector<utf8proc_int32_t>> decomposed(std::string_view text) {
  constexpr utf8proc_ssize_t longest = 8;  // no code point has more than four
  std::vector<utf8proc_int32_t> points;
  points.reserve(2 * text.size() + longest);  // so that no copy stays behind: it may be a password
  while (!text.empty()) {
    const auto point = take_code_point(text);
    if (point < 0) return std::nullopt;
    const auto before = points.size();
    points.resize(before + longest);
    const auto count =
        utf8proc_decompose_char(point, points.data() + before, longest, UTF8PROC_DECOMPOSE, nullptr);
    points.resize(before + static_cast<std::size_t>(std::max<utf8proc_ssize_t>(count, 0)));
  }
  return points;
}

// The canonical order of Unicode Standard Annex 15. utf8proc has it too, but exchanges neighbours, which takes
// the square of the length of a run of marks.
void sort_marks(std::vector<utf8proc_int32_t>& points) {
  const auto combining_class = [](utf8proc_int32_t point) {
    return utf8proc_get_property(point)->combining_class;
  };
  const auto is_mark = [&](utf8proc_int32_t point) { return combining_class(point) != 0; };
  for (auto at = points.begin(); at != points.end();) {
    const auto first = std::find_if(at, points.end(), is_mark);
    at = std::find_if_not(first, points.end(), is_mark);
    std::stable_sort(first, at, [&](utf8proc_int32_t one, utf8proc_int32_t other) {
      return combining_class(one) < combining_class(other);
    });
  }
}

}  // namespace

bool is_utf8(std::string_view text) {
  return is_ascii(text) || !any_code_point(text, [](utf8proc_int32_t) { return false; });
}

std::int32_t take_code_point(std::string_view& text) {
  utf8proc_int32_t point = -1;
  const auto size = utf8proc_iterate(raw(text), static_cast<utf8proc_ssize_t>(text.size()), &point);
  text.remove_prefix(size > 0 ? static_cast<std::size_t>(size) : std::min<std::size_t>(1, text.size()));
  return size > 0 ? point : -1;
}

void append_code_point(std::string& text, std::int32_t point) {
  std::array<utf8proc_uint8_t, 4> bytes{};
  const auto size = utf8proc_encode_char(point, bytes.data());
  text.append(reinterpret_cast<const char*>(bytes.data()), static_cast<std::size_t>(size));
}

std::size_t code_points(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char letter) { return !is_continuation(letter); }));
}

std::size_t terminal_columns(std::string_view text) {
  std::size_t columns = 0;
  while (!text.empty()) {
    const auto point = take_code_point(text);
    if (point < 0) return columns;
    columns += static_cast<std::size_t>(utf8proc_charwidth(point));
  }
  return columns;
}

std::optional<std::string> normalize_nfc(std::string_view text, std::size_t limit) {
  if (text.size() > longest_decomposition * limit) return std::nullopt;
  if (is_ascii(text)) return text.size() <= limit ? std::optional{std::string{text}} : std::nullopt;
  auto points = decomposed(text);
  if (!points) return std::nullopt;
  sort_marks(*points);
  const auto options = static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE);
  const auto count =
      utf8proc_normalize_utf32(points->data(), static_cast<utf8proc_ssize_t>(points->size()), options);
  std::string result;
  result.reserve(std::min(4 * points->size(), limit + 4));
  for (utf8proc_ssize_t i = 0; i < count && result.size() <= limit; ++i)
    append_code_point(result, (*points)[static_cast<std::size_t>(i)]);
  sodium_memzero(points->data(), points->size() * sizeof(utf8proc_int32_t));  // it may have been a password
  if (result.size() <= limit) return result;
  wipe(result);
  return std::nullopt;
}

bool has_invisible(std::string_view text) {
  return any_code_point(text, is_invisible);
}

bool has_blank_or_filler(std::string_view text) {
  return any_code_point(text, is_blank_or_filler);
}

std::string_view cut_utf8(std::string_view text, std::size_t limit) {
  if (text.size() <= limit) return text;
  while (limit > 0 && is_continuation(text[limit])) --limit;
  return text.substr(0, limit);
}

// Eight bytes at a time, as every header of every request is looked at.
bool has_ascii_control(std::string_view text) {
  while (text.size() >= sizeof(std::uint64_t)) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data(), sizeof word);
    if (has_byte_below(word, 0x20) || has_byte_below(word ^ (every_byte * 0x7F), 1)) return true;
    text.remove_prefix(sizeof word);
  }
  return std::any_of(text.begin(), text.end(),
                     [](unsigned char letter) { return letter < 0x20 || letter == 0x7F; });
}

bool equal_ignoring_ascii_case(std::string_view left, std::string_view right) {
  return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                    [](char one, char other) { return lower_letter(one) == lower_letter(other); });
}

std::string fold_case(std::string_view text) {
  std::string folded;
  folded.reserve(text.size());
  while (!text.empty()) {
    const auto point = take_code_point(text);
    if (point < 0) break;
    append_code_point(folded, folded_case(point));
  }
  return folded;
}

std::string ascii_lower(std::string_view text) {
  std::string lower{text};
  for (char& letter : lower) letter = lower_letter(letter);
  return lower;
}

}  // namespace cardea
