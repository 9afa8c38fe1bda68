#include "mail/message.h"

#include <algorithm>
#include <cstdio>
#include <utility>

#include "base/email.h"
#include "base/encoding.h"
#include "base/utf8.h"
#include "mail/letter_html.h"

namespace cardea {
namespace {

constexpr std::size_t encoded_word_payload = 45;  // bytes; 60 in base64, 72 with =?UTF-8?B?…?=
constexpr std::size_t base64_line = 57;           // bytes; 76 characters
constexpr std::size_t line_limit = 998;           // RFC 5322 section 2.1.1

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](unsigned char letter) { return letter < 0x80; });
}

// The text as one line of UTF-8, whatever it holds.
std::string one_line(std::string_view text) {
  std::string line(text);
  const bool valid = is_utf8(line);
  for (auto& letter : line) {
    const auto byte = static_cast<unsigned char>(letter);
    if (byte < 0x20 || byte == 0x7F || (!valid && byte >= 0x80)) letter = ' ';
  }
  return line;
}

// Words of at most 75 characters, folded; none is cut inside a character (RFC 2047 section 5).
std::string encoded_words(std::string_view text) {
  std::string words;
  while (!text.empty()) {
    const auto part = cut_utf8(text, encoded_word_payload);
    text.remove_prefix(part.size());
    words.append(words.empty() ? "" : "\n ").append("=?UTF-8?B?").append(base64_encode(part)).append("?=");
  }
  return words;
}

// Free text in a header. What looks like an encoded word, or is too long for one line, is encoded too.
std::string unstructured(std::string_view text) {
  const auto line = one_line(text);
  const bool plain = is_ascii(line) && line.size() <= encoded_word_payload && line.find("=?") == line.npos;
  return plain ? line : encoded_words(line);
}

// A name before an address (RFC 5322 section 3.4).
std::string display_name(std::string_view name) {
  const auto line = one_line(name);
  if (!is_ascii(line) || line.size() > encoded_word_payload || line.find("=?") != line.npos)
    return encoded_words(line);
  std::string quoted = "\"";
  for (const char letter : line) {
    if (letter == '"' || letter == '\\') quoted.push_back('\\');
    quoted.push_back(letter);
  }
  return quoted + "\"";
}

// "Sun, 22 Nov 2026 03:15:00 +0000" (RFC 5322 section 3.3).
std::string date_text(Instant at) {
  constexpr const char* days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr const char* months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                    "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto day = std::chrono::floor<std::chrono::days>(at);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss clock{std::chrono::floor<seconds>(at - day)};
  char text[48];
  std::snprintf(text, sizeof text, "%s, %u %s %04d %02d:%02d:%02d +0000",
                days[std::chrono::weekday{day}.c_encoding()], static_cast<unsigned>(date.day()),
                months[static_cast<unsigned>(date.month()) - 1], static_cast<int>(date.year()),
                static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                static_cast<int>(clock.seconds().count()));
  return text;
}

bool fits_as_it_is(std::string_view text) {
  if (!is_ascii(text)) return false;
  for (std::size_t begin = 0; begin < text.size();) {
    const auto end = std::min(text.find('\n', begin), text.size());
    if (end - begin > line_limit) return false;
    begin = end + 1;
  }
  return true;
}

void append_base64(std::string& message, std::string_view text) {
  for (; !text.empty(); text.remove_prefix(std::min(base64_line, text.size())))
    message.append(base64_encode(text.substr(0, base64_line))).append("\n");
}

std::string header_of(const Letter& letter, const MailSettings& settings, const std::string& boundary) {
  const auto domain = std::string_view{settings.from}.substr(settings.from.rfind('@') + 1);
  std::string header;
  const auto field = [&header](std::string_view name, const std::string& value) {
    header.append(name).append(": ").append(value).append("\n");
  };
  field("From", display_name(settings.from_name) + " <" + settings.from + ">");
  field("To", one_line(mail_address(letter.to)));
  field("Subject", unstructured(letter.subject));
  field("Date", date_text(letter.at));
  field("Message-ID", "<" + letter.id + "@" + std::string(domain) + ">");
  field("Auto-Submitted", "auto-generated");
  field("MIME-Version", "1.0");
  field("Content-Type", "multipart/alternative; boundary=\"" + boundary + "\"");
  field("Content-Language", std::string(language_tag(letter.language)));
  return header + "\n";
}

void append_part(std::string& message, std::string_view boundary, std::string_view type,
                 std::string_view text) {
  const bool as_it_is = fits_as_it_is(text);
  message.append("--").append(boundary).append("\nContent-Type: ").append(type);
  message.append("; charset=utf-8\nContent-Transfer-Encoding: ").append(as_it_is ? "7bit" : "base64");
  message.append("\n\n");
  if (as_it_is)
    message.append(text).append(text.ends_with('\n') ? "" : "\n");
  else
    append_base64(message, text);
}

}  // namespace

// The boundary cannot stand in a part: it holds the id of the letter, which is random.
Secret message_of(const Letter& letter, const MailSettings& settings) {
  const std::string boundary = "_" + letter.id + "_";
  const auto text = letter.text.reveal();
  const auto html = html_of(letter.subject, text, letter.language, settings.theme);
  auto message = header_of(letter, settings, boundary);
  // So that no copy stays behind unwiped.
  message.reserve(message.size() + 2 * (text.size() + html.size()) + 1024);
  append_part(message, boundary, "text/plain", text);
  append_part(message, boundary, "text/html", html.reveal());
  message.append("--").append(boundary).append("--\n");
  return Secret(std::move(message));
}

}  // namespace cardea
