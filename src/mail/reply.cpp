#include "mail/reply.h"

#include <algorithm>
#include <utility>

namespace cardea {
namespace {

constexpr std::size_t code_size = 3;

bool is_digit(char letter, char most = '9') {
  return letter >= '0' && letter <= most;
}

// The code at the beginning of the line; 0 if there is none (RFC 5321 section 4.2: Reply-code).
int code_of(std::string_view line) {
  if (line.size() < code_size || line[0] < '2' || !is_digit(line[0], '5') || !is_digit(line[1], '5') ||
      !is_digit(line[2]))
    return 0;
  return (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0');
}

// Takes one to three digits and what must stand behind them; false if they are not there.
bool take_number(std::string_view& text, std::string_view behind) {
  std::size_t digits = 0;
  while (digits < text.size() && is_digit(text[digits])) ++digits;
  const auto rest = text.substr(digits);
  if (digits < 1 || digits > 3 || !rest.starts_with(behind)) return false;
  text = rest.substr(behind.size());
  return true;
}

// "5.1.1" at the beginning of the text, of the same class as the code (RFC 2034 section 4); empty if there is none.
std::string_view enhanced_code(std::string_view text, int code) {
  auto rest = text;
  if (text.empty() || text[0] - '0' != code / 100) return {};
  if (!take_number(rest, ".") || !take_number(rest, ".") || !take_number(rest, "")) return {};
  if (!rest.empty() && rest.front() != ' ') return {};
  return text.substr(0, text.size() - rest.size());
}

}  // namespace

std::string SmtpReply::status() const {
  std::string status = std::to_string(code);
  const auto enhanced = lines.empty() ? std::string_view{} : enhanced_code(lines.front(), code);
  if (!enhanced.empty()) status.append(" ").append(enhanced);
  return status;
}

ReplyReader::State ReplyReader::take(std::string_view& bytes) {
  while (!bytes.empty()) {
    const char byte = bytes.front();
    bytes.remove_prefix(1);
    if (!push(byte)) return State::malformed;
    if (byte != '\n') continue;
    const auto state = end_line();
    if (state != State::incomplete) return state;
  }
  return State::incomplete;
}

SmtpReply ReplyReader::reply() {
  return std::exchange(reply_, {});
}

// CR and LF come only together, at the end of the line.
bool ReplyReader::push(char byte) {
  const auto value = static_cast<unsigned char>(byte);
  const bool after_cr = line_.ends_with('\r');
  if (after_cr != (byte == '\n') || line_.size() >= reply_line_limit) return false;
  if ((value < 0x20 && byte != '\t' && byte != '\r' && byte != '\n') || value == 0x7F) return false;
  line_.push_back(byte);
  return true;
}

ReplyReader::State ReplyReader::end_line() {
  const std::string line = std::exchange(line_, {});
  const std::string_view text{line.data(), line.size() - 2};
  const int code = code_of(text);
  if (code == 0 || (!reply_.lines.empty() && code != reply_.code)) return State::malformed;
  if (reply_.lines.size() >= reply_lines_limit) return State::malformed;
  const char separator = text.size() > code_size ? text[code_size] : ' ';
  if (separator != ' ' && separator != '-') return State::malformed;
  reply_.code = code;
  reply_.lines.emplace_back(text.substr(std::min(text.size(), code_size + 1)));
  return separator == '-' ? State::incomplete : State::complete;
}

}  // namespace cardea
