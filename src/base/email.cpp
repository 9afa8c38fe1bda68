#include "base/email.h"

#include <algorithm>

#include "base/utf8.h"

namespace cardea {
namespace {

constexpr std::size_t address_limit = 254;  // RFC 5321 section 4.5.3.1.3, less the angle brackets
constexpr std::size_t local_limit = 64;     // RFC 5321 section 4.5.3.1.1
constexpr std::size_t label_limit = 63;     // RFC 1035 section 2.3.4
constexpr std::string_view blanks = " \t";
constexpr std::string_view atext_signs = "!#$%&'*+-/=?^_`{|}~";

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(blanks);
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

bool is_letter_or_digit(char letter) {
  return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
         (letter >= '0' && letter <= '9');
}

bool is_atext(char letter) {
  return (letter & 0x80) != 0 || is_letter_or_digit(letter) || atext_signs.find(letter) != atext_signs.npos;
}

bool is_local_part(std::string_view local) {
  if (local.empty() || local.size() > local_limit) return false;
  if (local.starts_with('.') || local.ends_with('.') || local.find("..") != local.npos) return false;
  const auto allowed = [](char letter) { return letter == '.' || is_atext(letter); };
  return std::all_of(local.begin(), local.end(), allowed) && !has_invisible(local) &&
         !has_blank_or_filler(local);
}

bool is_label(std::string_view label) {
  if (label.empty() || label.size() > label_limit) return false;
  if (label.starts_with('-') || label.ends_with('-')) return false;
  const auto allowed = [](char letter) { return letter == '-' || is_letter_or_digit(letter); };
  return std::all_of(label.begin(), label.end(), allowed);
}

bool is_domain(std::string_view domain) {
  int labels = 1;
  for (auto dot = domain.find('.'); dot != domain.npos; dot = domain.find('.'), ++labels) {
    if (!is_label(domain.substr(0, dot))) return false;
    domain.remove_prefix(dot + 1);
  }
  return labels >= 2 && is_label(domain);
}

}  // namespace

std::optional<Email> parse_email(std::string_view text) {
  text = trimmed(text);
  if (text.size() > 4 * address_limit) return std::nullopt;  // spares normalising what cannot shrink enough
  auto typed = normalize_nfc(text);
  if (!typed || typed->size() > address_limit) return std::nullopt;
  const auto at = typed->rfind('@');
  if (at == typed->npos) return std::nullopt;
  const auto whole = std::string_view{*typed};
  auto domain = whole.substr(at + 1);
  if (domain.ends_with('.')) domain.remove_suffix(1);
  if (!is_local_part(whole.substr(0, at)) || !is_domain(domain)) return std::nullopt;
  auto key = ascii_lower(whole.substr(0, at + 1 + domain.size()));
  return Email{std::move(*typed), std::move(key)};
}

}  // namespace cardea
