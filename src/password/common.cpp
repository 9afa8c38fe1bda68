#include "password/common.h"

#include <algorithm>
#include <utility>

#include "base/utf8.h"

namespace cardea {
namespace {

constexpr unsigned char built_in[] = {
#include "common_passwords.inc"
};

constexpr std::size_t name_limit = 512;  // bytes
constexpr std::size_t min_word_size = 3;

bool is_digit(char letter) {
  return letter >= '0' && letter <= '9';
}

bool is_digit_or_sign(char letter) {
  const char lower = static_cast<char>(letter | 0x20);
  return letter >= ' ' && letter <= '~' && !(lower >= 'a' && lower <= 'z');
}

bool begins_letter(char byte) {
  return (static_cast<unsigned char>(byte) & 0xC0) != 0x80;
}

void add_word(std::string word, std::vector<std::string>& words) {
  if (word.size() >= min_word_size) words.push_back(std::move(word));
}

}  // namespace

std::vector<std::string_view> common_forms(std::string_view lower) {
  const bool has_letter = !std::all_of(lower.begin(), lower.end(), is_digit_or_sign);
  const auto may_drop = [&](char last) { return is_digit_or_sign(last) && (has_letter || !is_digit(last)); };
  std::vector<std::string_view> forms;
  for (auto form = lower; form.size() >= min_common_size; form.remove_suffix(1)) {
    if (form.size() <= max_common_size) forms.push_back(form);
    if (!may_drop(form.back())) break;
  }
  return forms;
}

const TextSet& built_in_passwords() {
  static const auto set = TextSet::of({reinterpret_cast<const char*>(built_in), sizeof built_in});
  return set.value();
}

std::vector<std::string> words_of_name(std::string_view name) {
  if (!is_utf8(name)) return {};
  const auto lower = fold_case(cut_utf8(name, name_limit));
  std::vector<std::string> words;
  std::string joined;
  for (std::string_view rest = lower; !rest.empty();) {
    const auto size = static_cast<std::size_t>(
        std::find_if(rest.begin(), rest.end(),
                     [](char letter) { return is_digit_or_sign(letter) && !is_digit(letter); }) -
        rest.begin());
    joined += rest.substr(0, size);
    add_word(std::string(rest.substr(0, size)), words);
    rest.remove_prefix(std::min(size + 1, rest.size()));
  }
  add_word(joined, words);
  add_word(lower, words);
  return words;
}

bool is_made_of(std::string_view lower, const std::vector<std::string>& words) {
  std::vector<bool> covered(lower.size());
  for (const auto& word : words)
    for (auto at = lower.find(word); at != lower.npos; at = lower.find(word, at + word.size()))
      std::fill_n(covered.begin() + static_cast<std::ptrdiff_t>(at), word.size(), true);
  std::size_t all = 0, inside = 0, other_letters = 0;
  for (std::size_t i = 0; i < lower.size(); ++i) {
    if (!begins_letter(lower[i])) continue;
    ++all;
    if (covered[i])
      ++inside;
    else if (!is_digit_or_sign(lower[i]))
      ++other_letters;
  }
  return inside > 0 && (other_letters == 0 || 2 * inside > all);
}

}  // namespace cardea
