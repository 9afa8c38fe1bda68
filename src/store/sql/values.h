// What the subjects of the store share: statements put together from lists of columns, records to values, rows to
// records. The SQL itself stands in the file of its subject, beside the code that binds it.
//
// SQL is written for both dialects at once: only what MySQL 5.7, MariaDB 10.2 and SQLite 3.34 understand alike.
// {prefix} is the table prefix; values are bound, never written in. A change of state is one conditional statement
// that commits by itself, and the number of changed rows is the answer.
#pragma once

#include <array>
#include <initializer_list>
#include <optional>
#include <type_traits>

#include "store/records.h"
#include "store/sql/connection.h"

namespace cardea {

// Statements.

// One text, joined of its parts by the compiler, so that a list of columns stands once. An object of static
// storage: connections keep the view of it.
class SqlText {
 public:
  consteval SqlText(std::initializer_list<std::string_view> parts) {
    for (const std::string_view part : parts)
      for (const char letter : part) text_.at(size_++) = letter;
  }
  constexpr operator std::string_view() const { return {text_.data(), size_}; }

 private:
  std::array<char, 800> text_{};  // a longer text does not compile
  std::size_t size_ = 0;
};

// Values.

[[nodiscard]] SqlValue value_of(Instant at);
[[nodiscard]] SqlValue value_of(const std::optional<Digest>& digest);
[[nodiscard]] Blob blob_of(std::string_view bytes);

template <class AnyId>
[[nodiscard]] SqlValue value_of(const std::optional<AnyId>& id) {
  return id ? SqlValue(blob_of(id->bytes())) : SqlValue();
}

// The row in which a database answers these values: text and bytes alike as std::string.
[[nodiscard]] SqlRow row_of(const SqlValues& values);

// Text that any client may send, made fit for its column: a header with invalid bytes must not fail a
// statement. What is not UTF-8 loses its non-ASCII bytes to question marks; what is too long is cut.
[[nodiscard]] std::string storable(const std::string& text, std::size_t limit);

// Rows.

// Reads a row from left to right. Throws StoreError when a column holds something else than it should: a
// foreign or damaged table.
class RowReader {
 public:
  explicit RowReader(const SqlRow& row) : row_(row) {}
  [[nodiscard]] std::int64_t number();
  [[nodiscard]] Instant instant() { return from_unix_milliseconds(number()); }
  [[nodiscard]] std::string text();  // NULL is empty
  template <class AnyId>
  [[nodiscard]] AnyId id() {
    return AnyId::of_bytes(bytes(16));
  }
  template <class AnyId>
  [[nodiscard]] std::optional<AnyId> optional_id() {
    return at_null() ? std::nullopt : std::optional<AnyId>(id<AnyId>());
  }
  [[nodiscard]] Nonce nonce() { return array_of<16>(bytes(16)); }
  [[nodiscard]] Digest digest() { return array_of<32>(bytes(32)); }
  [[nodiscard]] std::optional<Digest> optional_digest();

 private:
  [[nodiscard]] const SqlValue& next();
  [[nodiscard]] std::string bytes(std::size_t size);
  [[nodiscard]] bool at_null();  // and steps over it

  const SqlRow& row_;
  std::size_t column_ = 0;
};

template <class Read>
using RecordOf = std::invoke_result_t<Read, RowReader&>;

// The first row as a record; empty if there is no row.
template <class Read>
[[nodiscard]] std::optional<RecordOf<Read>> first_record(const SqlResult& result, Read read) {
  if (result.rows.empty()) return std::nullopt;
  RowReader reader(result.rows.front());
  return read(reader);
}

// All rows as records, in their order.
template <class Read>
[[nodiscard]] std::vector<RecordOf<Read>> all_records(const SqlResult& result, Read read) {
  std::vector<RecordOf<Read>> records;
  records.reserve(result.rows.size());
  for (const SqlRow& row : result.rows) {
    RowReader reader(row);
    records.push_back(read(reader));
  }
  return records;
}

}  // namespace cardea
