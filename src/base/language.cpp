#include "base/language.h"

#include <algorithm>
#include <string>

#include "base/utf8.h"

namespace cardea {
namespace {

constexpr int range_limit = 32;  // of one header; browsers send about five
constexpr int full_weight = 1000;

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ') || text.starts_with('\t')) text.remove_prefix(1);
  while (text.ends_with(' ') || text.ends_with('\t')) text.remove_suffix(1);
  return text;
}

// "q=0.8" -> 800; 1000 without a weight; 0, which refuses the language, for anything malformed.
int weight_of(std::string_view parameter) {
  if (parameter.empty()) return full_weight;
  if (!parameter.starts_with("q=") && !parameter.starts_with("Q=")) return 0;
  auto number = parameter.substr(2);
  if (number.empty() || number.size() > 5 || (number[0] != '0' && number[0] != '1')) return 0;
  int weight = (number[0] - '0') * full_weight;
  number.remove_prefix(1);
  if (!number.empty() && number[0] != '.') return 0;
  int step = full_weight;
  for (const char digit : number.substr(std::min<std::size_t>(1, number.size()))) {
    if (digit < '0' || digit > '9') return 0;
    step /= 10;
    weight += (digit - '0') * step;
  }
  return std::min(weight, full_weight);
}

}  // namespace

std::optional<Language> language_of_tag(std::string_view tag) {
  const auto primary = ascii_lower(tag.substr(0, tag.find_first_of("-_")));
  for (const auto language : languages)
    if (language_tag(language) == primary) return language;
  return std::nullopt;
}

std::optional<Language> preferred_language(std::string_view accept_language) {
  std::optional<Language> best;
  int best_weight = 0;
  for (int count = 0; count < range_limit && !accept_language.empty(); ++count) {
    const auto range = accept_language.substr(0, accept_language.find(','));
    accept_language.remove_prefix(std::min(accept_language.size(), range.size() + 1));
    const auto semicolon = std::min(range.find(';'), range.size());
    const auto language = language_of_tag(trimmed(range.substr(0, semicolon)));
    const auto parameter = range.substr(std::min(semicolon + 1, range.size()));
    const int weight = weight_of(trimmed(parameter));
    if (!language || weight <= best_weight) continue;
    best = language;
    best_weight = weight;
  }
  return best;
}

}  // namespace cardea
