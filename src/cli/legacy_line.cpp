#include "cli/legacy_line.h"

#include <array>

#include "base/encoding.h"
#include "base/number.h"
#include "base/utf8.h"

namespace cardea {

namespace {

constexpr std::size_t line_limit = 1000;
constexpr std::size_t subject_limit = 255;
constexpr std::int64_t latest_end = 253'402'300'799;  // the year 9999

using Parts = std::array<std::string_view, 4>;

std::optional<Parts> split(std::string_view text) {
  Parts parts;
  for (std::size_t i = 0; i + 1 < parts.size(); ++i) {
    const auto comma = text.find(',');
    if (comma == std::string_view::npos) return std::nullopt;
    parts[i] = text.substr(0, comma);
    text.remove_prefix(comma + 1);
  }
  parts.back() = text;
  if (text.find(',') != std::string_view::npos) return std::nullopt;
  return parts;
}

}  // namespace

std::optional<LegacyLine> parse_legacy_line(std::string_view text) {
  if (text.size() > line_limit) return std::nullopt;
  if (!is_utf8(text) || has_invisible(text) || text.find('"') != std::string_view::npos) return std::nullopt;
  const auto parts = split(text);
  if (!parts) return std::nullopt;
  const auto& [user, subject, token, end] = *parts;
  if (user.empty() || subject.size() > subject_limit) return std::nullopt;
  if (token.empty() != end.empty() || (token.empty() && subject.empty())) return std::nullopt;
  LegacyLine line{.user = std::string(user), .subject = std::string(subject), .digest = {}, .expires_at = {}};
  if (token.empty()) return line;
  const auto bytes = hex_decode(ascii_lower(token));
  const auto expires_at = whole_number(end, latest_end);
  if (!bytes || bytes->size() != 32 || !expires_at) return std::nullopt;
  line.digest = array_of<32>(*bytes);
  line.expires_at = from_unix_seconds(*expires_at);
  return line;
}

}  // namespace cardea
