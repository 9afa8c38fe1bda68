#include "base/display_name.h"

#include <utf8proc.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

#include "base/utf8.h"

namespace cardea {
namespace {

using CodePoint = std::int32_t;

constexpr int marks_limit = 8;            // on one letter; no script writes more
constexpr std::size_t kept_limit = 4096;  // bytes: 1024 code points, which NFC makes at most four times fewer
constexpr std::size_t longest_composition = 3;  // how many times larger NFC makes a text (Annex 15)

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
  const auto composed = normalize_nfc(kept, longest_composition * kept.size());
  return cut_to_limits(composed.value_or(""));
}

}  // namespace cardea
