#include "base/utf8.h"

#include <utf8proc.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>

namespace cardea {
namespace {

struct Free {
  void operator()(utf8proc_uint8_t* text) const { std::free(text); }
};

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

// Takes one code point off the front of text; a negative number if there is no well-formed one.
utf8proc_int32_t take_code_point(std::string_view& text) {
  utf8proc_int32_t point = -1;
  const auto size = utf8proc_iterate(raw(text), static_cast<utf8proc_ssize_t>(text.size()), &point);
  if (size <= 0) return -1;
  text.remove_prefix(static_cast<std::size_t>(size));
  return point;
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

// True if one of the code points has the property, or is not well formed.
bool any_code_point(std::string_view text, bool (*has_property)(utf8proc_int32_t)) {
  while (!text.empty()) {
    const auto point = take_code_point(text);
    if (point < 0 || has_property(point)) return true;
  }
  return false;
}

}  // namespace

bool is_utf8(std::string_view text) {
  return is_ascii(text) || !any_code_point(text, [](utf8proc_int32_t) { return false; });
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

std::optional<std::string> normalize_nfc(std::string_view text) {
  if (is_ascii(text)) return std::string{text};
  utf8proc_uint8_t* mapped = nullptr;
  const auto options = static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE);
  const auto size = utf8proc_map(raw(text), static_cast<utf8proc_ssize_t>(text.size()), &mapped, options);
  const std::unique_ptr<utf8proc_uint8_t, Free> owned{mapped};
  if (size == UTF8PROC_ERROR_NOMEM) throw std::bad_alloc{};
  if (size < 0) return std::nullopt;
  return std::string{reinterpret_cast<const char*>(mapped), static_cast<std::size_t>(size)};
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

std::string ascii_lower(std::string_view text) {
  std::string lower{text};
  for (char& letter : lower) letter = lower_letter(letter);
  return lower;
}

}  // namespace cardea
