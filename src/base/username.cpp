#include "base/username.h"

#include <utf8proc.h>
#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>

#include "base/utf8.h"

namespace cardea {
namespace {

constexpr std::size_t size_limit = username_limit * 4;  // bytes, before and after folding

enum class Script { latin, hangul, kana_and_han };

// Blocks of letters as NFKC and case folding leave them (Unicode's Blocks.txt and Scripts.txt).
struct Range {
  std::int32_t first;
  std::int32_t last;
  Script script;
};
constexpr std::array<Range, 17> letters{{
    {'a', 'z', Script::latin},
    {0x00DF, 0x00F6, Script::latin},
    {0x00F8, 0x024F, Script::latin},  // Latin-1, Extended-A and -B; 00F7 is the sign of division
    {0x0250, 0x02AF, Script::latin},  // IPA extensions
    {0x1E00, 0x1EFF, Script::latin},
    {0xAC00, 0xD7A3, Script::hangul},
    {0x3005, 0x3007, Script::kana_and_han},  // marks of repetition, and zero
    {0x3041, 0x3096, Script::kana_and_han},
    {0x309D, 0x309E, Script::kana_and_han},
    {0x30A1, 0x30FA, Script::kana_and_han},
    {0x30FC, 0x30FE, Script::kana_and_han},  // the long vowel, marks of repetition
    {0x31F0, 0x31FF, Script::kana_and_han},
    {0x3400, 0x4DBF, Script::kana_and_han},
    {0x4E00, 0x9FFF, Script::kana_and_han},
    {0xFA0E, 0xFA29, Script::kana_and_han},  // the unified ones among the compatibility ideographs
    {0x20000, 0x2FA1F, Script::kana_and_han},
    {0x30000, 0x323AF, Script::kana_and_han},
}};

std::optional<Script> script_of(std::int32_t point) {
  const auto* range = std::find_if(letters.begin(), letters.end(), [point](const Range& one) {
    return point >= one.first && point <= one.last;
  });
  return range == letters.end() ? std::nullopt : std::optional{range->script};
}

bool is_digit(std::int32_t point) {
  return point >= '0' && point <= '9';
}

bool is_separator(std::int32_t point) {
  return point == '.' || point == '_' || point == '-';
}

// Letters of one script, digits and separators, which do not stand at the ends.
bool is_name(std::string_view key) {
  if (key.empty() || is_separator(key.front()) || is_separator(key.back())) return false;
  std::optional<Script> script;
  while (!key.empty()) {
    const auto point = take_code_point(key);
    if (is_digit(point) || is_separator(point)) continue;
    const auto own = script_of(point);
    if (!own || (script && *script != *own)) return false;
    script = own;
  }
  return true;
}

// text has at most size_limit bytes: the library's time grows with the square of a run of marks.
std::optional<std::string> folded(std::string_view text) {
  utf8proc_uint8_t* bytes = nullptr;
  const auto size = ::utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                                   static_cast<utf8proc_ssize_t>(text.size()), &bytes,
                                   static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE |
                                                                  UTF8PROC_COMPAT | UTF8PROC_CASEFOLD));
  const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> owned(bytes, &std::free);
  if (size < 0 || static_cast<std::size_t>(size) > size_limit) return std::nullopt;
  return std::string(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size));
}

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(' ');
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

}  // namespace

std::optional<Username> parse_username(std::string_view text) {
  auto typed = normalize_nfc(trimmed(text), size_limit);
  if (!typed || code_points(*typed) > username_limit) return std::nullopt;
  auto key = folded(*typed);
  if (!key || !is_name(*key)) return std::nullopt;
  return Username{.typed = std::move(*typed), .key = std::move(*key)};
}

}  // namespace cardea
