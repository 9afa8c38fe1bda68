#include <algorithm>

#include "base/number.h"
#include "base/utf8.h"
#include "token/key_directory.h"
#include "token/signing_key.h"

namespace cardea {
namespace {

constexpr std::string_view ending = ".pem";
constexpr std::string_view refresh_mark = "refresh-";
constexpr std::string_view legacy_mark = "legacy-";
constexpr std::size_t time_size = 16;  // 20261122T031500Z

std::string compact_time(Instant at) {
  auto text = rfc3339(at);
  std::erase_if(text, [](char letter) { return letter == '-' || letter == ':'; });
  return text;
}

std::optional<int> digits(std::string_view text, std::size_t offset, std::size_t count) {
  const auto value = whole_number(text.substr(offset, count), 9999);
  if (!value) return std::nullopt;
  return static_cast<int>(*value);
}

std::optional<Instant> time_of(std::string_view text) {
  using namespace std::chrono;
  const auto year_number = digits(text, 0, 4);
  const auto month_number = digits(text, 4, 2);
  const auto day_number = digits(text, 6, 2);
  const auto hour = digits(text, 9, 2);
  const auto minute = digits(text, 11, 2);
  const auto second = digits(text, 13, 2);
  if (!year_number || !month_number || !day_number || !hour || !minute || !second) return std::nullopt;
  const year_month_day date{year{*year_number}, month{static_cast<unsigned>(*month_number)},
                            day{static_cast<unsigned>(*day_number)}};
  if (!date.ok()) return std::nullopt;
  return Instant{sys_days{date} + hours{*hour} + minutes{*minute} + seconds{*second}};
}

std::string algorithm_in_names(Algorithm algorithm) {
  return ascii_lower(jose_name(algorithm));
}

std::optional<Algorithm> algorithm_of(std::string_view kind) {
  for (const auto algorithm : {Algorithm::es256, Algorithm::eddsa, Algorithm::hs256, Algorithm::rs256})
    if (kind == algorithm_in_names(algorithm)) return algorithm;
  return std::nullopt;
}

std::uint8_t number_behind(std::string_view mark, std::string_view kind) {
  if (!kind.starts_with(mark)) return 0;
  return static_cast<std::uint8_t>(whole_number(kind.substr(mark.size()), 255).value_or(0));
}

}  // namespace

std::string KeyFileName::text() const {
  const auto kind = algorithm ? algorithm_in_names(*algorithm)
                              : std::string{legacy ? legacy_mark : refresh_mark} + std::to_string(number);
  return compact_time(from) + '-' + kind + std::string{ending};
}

std::optional<KeyFileName> KeyFileName::of_text(std::string_view text) {
  if (text.size() <= time_size + 1 + ending.size() || !text.ends_with(ending)) return std::nullopt;
  const auto from = time_of(text.substr(0, time_size));
  if (!from) return std::nullopt;
  const auto kind = text.substr(time_size + 1, text.size() - time_size - 1 - ending.size());
  const bool legacy = kind.starts_with(legacy_mark);
  const KeyFileName name{*from, algorithm_of(kind), number_behind(legacy ? legacy_mark : refresh_mark, kind),
                         legacy};
  if (!name.algorithm && name.number == 0) return std::nullopt;
  return name.text() == text ? std::optional{name} : std::nullopt;
}

}  // namespace cardea
