#include "base/utf8.h"

#include <sodium.h>
#include <utf8proc.h>
#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

#include "base/secret.h"

namespace cardea {
namespace {

// Normalisation form C makes a text at most three times shorter (Hangul: nine bytes become three). What is
// longer than this many times a limit stays too long.
constexpr std::size_t max_decomposition = 4;

const utf8proc_uint8_t* raw(std::string_view text) {
  return reinterpret_cast<const utf8proc_uint8_t*>(text.data());
}

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char letter) { return (letter & 0x80) == 0; });
}

char lower_letter(char letter) {
  return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
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
  constexpr utf8proc_ssize_t max_points = 8;  // no code point has more than four
  std::vector<utf8proc_int32_t> points;
  points.reserve(2 * text.size() + max_points);  // so that no copy stays behind: it may be a password
  while (!text.empty()) {
    const auto point = take_code_point(text);
    if (point < 0) return std::nullopt;
    const auto before = points.size();
    points.resize(before + max_points);
    const auto count =
        utf8proc_decompose_char(point, points.data() + before, max_points, UTF8PROC_DECOMPOSE, nullptr);
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
  if (text.size() > max_decomposition * limit) return std::nullopt;
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

bool has_ascii_control(std::string_view text) {
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

namespace {

using CodePoint = std::int32_t;

constexpr int marks_limit = 8;            // on one letter; no script writes more
constexpr std::size_t kept_limit = 4096;  // bytes: 1024 code points, which NFC makes at most four times fewer
constexpr std::size_t max_composition = 3;  // how many times larger NFC makes a text (Annex 15)

struct Range {
  CodePoint first;
  CodePoint last;
  [[nodiscard]] bool holds(CodePoint point) const { return first <= point && point <= last; }
};

template <std::size_t N>
bool is_in(const std::array<Range, N>& ranges, CodePoint point) {
  return std::any_of(ranges.begin(), ranges.end(),
                     [point](const Range& range) { return range.holds(point); });
}

// Scripts whose letters a joiner changes: Arabic to Mandaic, Devanagari to Myanmar, Tagalog to Mongolian, Limbu to
// Vedic; the blocks of Asia behind them; presentation forms; Kharoshthi, Manichaean, Brahmi and their relatives.
constexpr std::array<Range, 8> joining_scripts{{{0x0600, 0x109F},
                                                {0x1700, 0x18AF},
                                                {0x1900, 0x1CFF},
                                                {0xA800, 0xABFF},
                                                {0xFB50, 0xFDFF},
                                                {0xFE70, 0xFEFE},
                                                {0x10A00, 0x10FFF},
                                                {0x11000, 0x11FFF}}};
constexpr std::array<Range, 4> variation_selectors{
    {{0xFE00, 0xFE0F}, {0xE0100, 0xE01EF}, {0x180B, 0x180D}, {0x180F, 0x180F}}};
// Hangul filler, half-width Hangul filler, Braille without dots.
constexpr std::array<CodePoint, 3> blank_letters{0x3164, 0xFFA0, 0x2800};
// Stand-in for an object; a note without a head.
constexpr std::array<CodePoint, 2> invisible_symbols{0xFFFC, 0x1D159};

constexpr CodePoint zero_width_joiner = 0x200D;

bool is_joiner(CodePoint point) {
  constexpr CodePoint zero_width_non_joiner = 0x200C;
  constexpr CodePoint mongolian_vowel_separator = 0x180E;
  return point == zero_width_joiner || point == zero_width_non_joiner || point == mongolian_vowel_separator;
}

template <std::size_t N>
bool is_one_of(const std::array<CodePoint, N>& points, CodePoint point) {
  return std::find(points.begin(), points.end(), point) != points.end();
}

int bound_class(CodePoint point) {
  return utf8proc_get_property(point)->boundclass;
}

bool is_pictograph(CodePoint point) {
  return bound_class(point) == UTF8PROC_BOUNDCLASS_EXTENDED_PICTOGRAPHIC;
}

enum class Sort { letter, mark, joiner, blank, dropped };

// By what the point is; categories as in Unicode's chapter 4.5.
Sort sort_of_category(CodePoint point) {
  switch (utf8proc_category(point)) {
    case UTF8PROC_CATEGORY_CC:
      return (point >= '\t' && point <= '\r') || point == 0x85 ? Sort::blank : Sort::dropped;
    case UTF8PROC_CATEGORY_ZS:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
      return Sort::blank;
    case UTF8PROC_CATEGORY_CF:  // signs that Arabic and others write around a number are seen
      return bound_class(point) == UTF8PROC_BOUNDCLASS_PREPEND ? Sort::letter : Sort::dropped;
    case UTF8PROC_CATEGORY_CS:
    case UTF8PROC_CATEGORY_CO:
    case UTF8PROC_CATEGORY_CN:
      return Sort::dropped;
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_ME:
      return Sort::mark;
    case UTF8PROC_CATEGORY_SK:  // the colours of emoji's skin
      return bound_class(point) == UTF8PROC_BOUNDCLASS_EXTEND ? Sort::mark : Sort::letter;
    default:
      return Sort::letter;
  }
}

Sort sort_of(CodePoint point) {
  if (is_joiner(point)) return Sort::joiner;
  if (is_in(variation_selectors, point)) return Sort::mark;
  if (is_one_of(blank_letters, point)) return Sort::blank;
  if (utf8proc_get_property(point)->ignorable || is_one_of(invisible_symbols, point)) return Sort::dropped;
  return sort_of_category(point);
}

// Takes code points one after the other and keeps what is shown.
class Cleaner {
 public:
  void take(CodePoint point) {
    switch (sort_of(point)) {
      case Sort::letter:
        put(point, is_pictograph(point));
        letter_ = point;
        marks_ = 0;
        return;
      case Sort::mark:
        if (kept_.empty() || blank_ != 0 || marks_ == marks_limit) return;
        ++marks_;
        put(point, false);
        return;
      case Sort::joiner:
        if (blank_ == 0 && may_join(point)) joiner_ = point;
        return;
      case Sort::blank:
        if (kept_.empty() || blank_ != 0) return;
        if (is_pictograph(letter_)) joiner_ = 0;
        blank_ = utf8proc_category(point) == UTF8PROC_CATEGORY_ZS ? point : ' ';
        return;
      case Sort::dropped:
        return;
    }
  }

  [[nodiscard]] bool is_full() const { return kept_.size() >= kept_limit; }
  [[nodiscard]] const std::string& text() const { return kept_; }

 private:
  [[nodiscard]] bool may_join(CodePoint joiner) const {
    return is_in(joining_scripts, letter_) || (joiner == zero_width_joiner && is_pictograph(letter_));
  }

  // A joiner or a blank is written once it is known what stands behind it.
  void put(CodePoint point, bool pictograph) {
    if (joiner_ != 0 && (pictograph || !is_pictograph(letter_))) append_code_point(kept_, joiner_);
    if (blank_ != 0) append_code_point(kept_, blank_);
    append_code_point(kept_, point);
    joiner_ = 0;
    blank_ = 0;
  }

  std::string kept_;
  CodePoint letter_ = 0;  // the last one
  int marks_ = 0;         // behind it
  CodePoint joiner_ = 0;  // not yet written; 0 = none
  CodePoint blank_ = 0;   // likewise
};

// How many of the points are within the limits.
std::size_t count_within_limits(const std::vector<CodePoint>& points) {
  std::size_t characters = 0;
  std::size_t begin = 0;  // of the last character
  CodePoint state = 0;
  for (std::size_t i = 0; i < points.size(); ++i) {
    if (i == 0 || utf8proc_grapheme_break_stateful(points[i - 1], points[i], &state)) {
      begin = i;
      ++characters;
    }
    if (characters > display_name_limit) return begin;
    if (i == display_name_size_limit) return begin > 0 ? begin : i;
  }
  return points.size();
}

bool may_end_a_name(CodePoint point) {
  const auto sort = sort_of(point);
  return sort != Sort::blank && sort != Sort::joiner;
}

std::string cut_to_limits(std::string_view text) {
  std::vector<CodePoint> points;
  while (!text.empty()) points.push_back(take_code_point(text));
  points.resize(count_within_limits(points));
  while (!points.empty() && !may_end_a_name(points.back())) points.pop_back();
  std::string cut;
  for (const auto point : points) append_code_point(cut, point);
  return cut;
}

}  // namespace

std::string display_name(std::string_view text) {
  Cleaner cleaner;
  while (!text.empty() && !cleaner.is_full()) {
    const auto point = take_code_point(text);
    if (point >= 0) cleaner.take(point);
  }
  const auto& kept = cleaner.text();
  const auto composed = normalize_nfc(kept, max_composition * kept.size());
  return cut_to_limits(composed.value_or(""));
}

}  // namespace cardea
