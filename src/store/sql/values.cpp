#include "store/sql/values.h"

#include "base/utf8.h"

namespace cardea {

const SqlValue& RowReader::next() {
  if (column_ >= row_.size()) throw StoreError("the database answered with too few columns");
  return row_[column_++];
}

std::int64_t RowReader::number() {
  const auto* number = std::get_if<std::int64_t>(&next());
  if (!number) throw StoreError("column " + std::to_string(column_) + " of the answer is no whole number");
  return *number;
}

std::string RowReader::text() {
  const SqlValue& value = next();
  if (std::holds_alternative<std::monostate>(value)) return {};
  const auto* text = std::get_if<std::string>(&value);
  if (!text) throw StoreError("column " + std::to_string(column_) + " of the answer is no text");
  return *text;
}

std::string RowReader::bytes(std::size_t size) {
  std::string found = text();
  if (found.size() != size) {
    throw StoreError("column " + std::to_string(column_) + " of the answer is not " + std::to_string(size) +
                     " bytes long");
  }
  return found;
}

bool RowReader::at_null() {
  const bool null = column_ < row_.size() && std::holds_alternative<std::monostate>(row_[column_]);
  column_ += null ? 1 : 0;
  return null;
}

std::optional<Digest> RowReader::optional_digest() {
  return at_null() ? std::nullopt : std::optional<Digest>(digest());
}

SqlValue value_of(Instant at) {
  return unix_milliseconds(at);
}

Blob blob_of(std::string_view bytes) {
  return {std::string(bytes)};
}

SqlValue value_of(const std::optional<Digest>& digest) {
  return digest ? SqlValue(blob_of(view_of(*digest))) : SqlValue();
}

SqlRow row_of(const SqlValues& values) {
  SqlRow row = values;
  for (SqlValue& value : row)
    if (const auto* blob = std::get_if<Blob>(&value)) value = std::string(blob->bytes);
  return row;
}

std::string storable(const std::string& text, std::size_t limit) {
  std::string clean = text;
  if (!is_utf8(clean)) {
    for (char& c : clean) {
      if (static_cast<unsigned char>(c) >= 0x80) c = '?';
    }
  }
  return std::string(cut_utf8(clean, limit));
}

}  // namespace cardea
