#include "base/email.h"

#include <idn2.h>
#include <algorithm>
#include <array>
#include <memory>
#include <new>

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

// An address in two parts, as typed, with a plain '@' between and plain dots in the domain.
struct Parts {
  std::string local;
  std::string domain;
};

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (auto at = text.find(from); at != text.npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
}

// What keyboards of East Asia write instead of '@' and '.'.
constexpr std::array<std::string_view, 2> wide_ats{"\uFF20", "\uFE6B"};
constexpr std::array<std::string_view, 3> wide_dots{"\u3002", "\uFF0E", "\uFF61"};

std::optional<Parts> parts_of(std::string_view text) {
  auto typed = normalize_nfc(trimmed(text), address_limit);
  if (!typed) return std::nullopt;
  for (const auto at : wide_ats) replace_all(*typed, at, "@");
  const auto at = typed->rfind('@');
  if (at == typed->npos) return std::nullopt;
  Parts parts{.local = typed->substr(0, at), .domain = typed->substr(at + 1)};
  for (const auto dot : wide_dots) replace_all(parts.domain, dot, ".");
  return parts;
}

struct Free {
  void operator()(char* text) const { idn2_free(text); }
};

// Nothing if it is no international domain that may be registered.
std::optional<std::string> in_ascii(const std::string& domain) {
  char* result = nullptr;
  const int code = idn2_to_ascii_8z(domain.c_str(), &result, IDN2_NONTRANSITIONAL);
  const std::unique_ptr<char, Free> owned{result};
  if (code == IDN2_MALLOC) throw std::bad_alloc{};
  return code == IDN2_OK ? std::optional{std::string{result}} : std::nullopt;
}

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char letter) { return (letter & 0x80) == 0; });
}

// The domain in lower case, an international one in its xn-- form; nothing if it is none. An xn-- form that
// means nothing stays what it was.
std::optional<std::string> domain_key(std::string_view domain) {
  if (domain.ends_with('.')) domain.remove_suffix(1);
  auto key = ascii_lower(domain);
  const bool plain = is_ascii(key);
  if (plain ? !is_domain(key) : has_invisible(key) || has_blank_or_filler(key)) return std::nullopt;
  if (!plain || key.find("xn--") != key.npos) {
    auto ascii = in_ascii(key);
    if (!plain && !ascii) return std::nullopt;
    if (ascii) key = std::move(*ascii);
  }
  return is_domain(key) ? std::optional{std::move(key)} : std::nullopt;
}

// The lower case of a letter may be a composition of another one: normalised once more.
std::optional<std::string> local_key(std::string_view local) {
  return normalize_nfc(fold_case(local), address_limit);
}

}  // namespace

std::optional<Email> parse_email(std::string_view text) {
  const auto parts = parts_of(text);
  if (!parts || !is_local_part(parts->local)) return std::nullopt;
  const auto local = local_key(parts->local);
  const auto domain = domain_key(parts->domain);
  if (!local || !is_local_part(*local) || !domain) return std::nullopt;
  Email email{.typed = parts->local + '@' + parts->domain, .key = *local + '@' + *domain};
  if (email.typed.size() > address_limit || email.key.size() > address_limit) return std::nullopt;
  return email;
}

std::string older_key(std::string_view typed) {
  if (typed.ends_with('.')) typed.remove_suffix(1);
  return ascii_lower(typed);
}

std::string mail_address(std::string_view typed) {
  const auto parts = parts_of(typed);
  auto domain = parts ? domain_key(parts->domain) : std::nullopt;
  if (!domain) return std::string{typed};
  return parts->local + '@' + *domain;
}

}  // namespace cardea
