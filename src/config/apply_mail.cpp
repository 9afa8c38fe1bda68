#include <algorithm>

#include "base/email.h"
#include "base/utf8.h"
#include "config/apply.h"
#include "config/values.h"

namespace cardea {
namespace {

constexpr std::size_t command_limit = 200;  // bytes
constexpr std::size_t name_limit = 100;     // code points, as of site.name

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

// What a shell would make something of: whoever writes it expects one.
bool is_for_a_shell(char letter) {
  return letter <= 0x1F || letter == 0x7F ||
         std::string_view{"\"'\\|&;<>()$`*?[]#~!{}"}.find(letter) != std::string_view::npos;
}

}  // namespace

Problem apply_sendmail(std::string_view value, Settings& settings) {
  const auto words = split_words(value);
  if (words.empty() || !words.front().starts_with('/') || value.size() > command_limit ||
      std::any_of(value.begin(), value.end(), is_for_a_shell))
    return not_a(value, "a program with its arguments",
                 "write an absolute path and plain words, as in /usr/sbin/sendmail -t -i; no shell reads it");
  settings.mail.sendmail.assign(words.begin(), words.end());
  return std::nullopt;
}

Problem apply_mail_from(std::string_view value, Settings& settings) {
  settings.mail.from.clear();
  settings.mail.from_name.clear();
  if (value.empty()) return std::nullopt;
  const auto bracket = value.find('<');
  auto address = value;
  std::string_view name;
  if (bracket != value.npos && value.ends_with('>')) {
    name = trimmed(value.substr(0, bracket));
    address = value.substr(bracket + 1, value.size() - bracket - 2);
  }
  const auto email = parse_email(address);
  if (!email || !is_utf8(name) || has_invisible(name) || code_points(name) > name_limit)
    return not_a(value, "an address", "write noreply@example.com, My Site <noreply@example.com>, or nothing");
  settings.mail.from = mail_address(email->typed);
  settings.mail.from_name = name;
  return std::nullopt;
}

}  // namespace cardea
