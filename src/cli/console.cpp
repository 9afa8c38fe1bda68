#include "cli/console.h"

#include <algorithm>
#include <ostream>
#include <utility>

#include "base/utf8.h"

namespace cardea {
namespace {

// Bytes of the code point that begins with this byte. Precondition: valid UTF-8.
std::size_t length_of(char first) {
  const auto byte = static_cast<unsigned char>(first);
  if (byte < 0x80) return 1;
  if (byte < 0xe0) return 2;
  return byte < 0xf0 ? 3 : 4;
}

std::string printable_ascii(std::string_view text) {
  std::string shown(text);
  for (char& letter : shown)
    if (letter < ' ' || letter > '~') letter = '?';
  return shown;
}

}  // namespace

std::string printable(std::string_view text) {
  if (!is_utf8(text)) return printable_ascii(text);
  std::string shown;
  for (std::size_t at = 0; at < text.size();) {
    const std::string_view point = text.substr(at, length_of(text[at]));
    shown.append(has_invisible(point) ? "?" : point);
    at += point.size();
  }
  return shown;
}

std::string shown_time(Instant at) {
  return at == never ? "-" : rfc3339(at);
}

Json json_time(Instant at) {
  return at == never ? Json(nullptr) : Json(rfc3339(at));
}

TextTable::TextTable(std::vector<std::string> titles) {
  rows_.push_back(std::move(titles));
}

void TextTable::add(const std::vector<std::string>& cells) {
  std::vector<std::string> row;
  row.reserve(cells.size());
  for (const std::string& cell : cells) row.push_back(cell.empty() ? "-" : printable(cell));
  rows_.push_back(std::move(row));
}

void TextTable::print(std::ostream& out) const {
  std::vector<std::size_t> widths(rows_.front().size());
  for (const auto& row : rows_)
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], terminal_columns(row[i]));
  for (const auto& row : rows_) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      line += row[i];
      if (i + 1 < row.size()) line.append(widths[i] - terminal_columns(row[i]) + 2, ' ');
    }
    out << line << '\n';
  }
}

}  // namespace cardea
