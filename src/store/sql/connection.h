// One connection to a database, thin: it runs a statement and copies the answer out, so that nothing of a
// driver's own lives longer than a call. This is the seam between the store and the database drivers, and what tests
// replace: values go in, rows come out, and a failure says what to do about it.
//
// Concurrency: a connection is used by one thread at a time.
#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

#include "store/records.h"
#include "store/store.h"

namespace cardea {

// Values and rows.

struct Blob {
  std::string bytes;
  bool operator==(const Blob&) const = default;
};

// A value on its way in: NULL, a whole number, text, bytes. Answers hold text and bytes alike as std::string.
using SqlValue = std::variant<std::monostate, std::int64_t, std::string, Blob>;
using SqlValues = std::vector<SqlValue>;
using SqlRow = std::vector<SqlValue>;

struct SqlResult {
  std::vector<SqlRow> rows;
  std::int64_t changed = 0;  // rows that a write changed
};

// Failures: what a database's error number means for us. Try again, elsewhere, later or not at all. The tables of
// numbers were measured against MariaDB, MySQL, Galera and SQLite.

enum class ErrorAction {
  retry,      // lost a race inside the database; the same statement again
  reconnect,  // this connection is gone
  next_host,  // this server is leaving or may not write
  busy,       // no room, now or within the busy timeout; 503
  refused,    // the account may not, or the server cannot: full disk, no memory, revoked privilege; 503
  duplicate,  // a unique key is taken: an answer, not a failure
  fatal,      // wrong account, wrong schema, wrong statement
};

struct ErrorClass {
  ErrorAction action = ErrorAction::fatal;
  // The statement may have committed although its answer is lost. Sending it again must be harmless, or the
  // row has to be read first.
  bool perhaps_done = false;
};

// code: errno of the server (1000 and up) or of the client library (2000 and up).
[[nodiscard]] ErrorClass mysql_error_class(int code);
// code: an extended result code.
[[nodiscard]] ErrorClass sqlite_error_class(int code);

// Whether the server's own message may be shown. Some quote what was bound ("Duplicate entry 'a@b.c'").
[[nodiscard]] bool mysql_error_is_quotable(int code);

// The database refused the statement, or the connection was lost. Never leaves this room: callers of a Store see
// StoreUnavailable or StoreError.
class SqlFailure : public std::runtime_error {
 public:
  SqlFailure(int code, ErrorClass error_class, const std::string& message)
      : std::runtime_error(message), code_(code), class_(error_class) {}
  [[nodiscard]] int code() const { return code_; }
  [[nodiscard]] ErrorAction action() const { return class_.action; }
  [[nodiscard]] bool perhaps_done() const { return class_.perhaps_done; }

 private:
  int code_;
  ErrorClass class_;
};

// Connections.

class SqlConnection {
 public:
  virtual ~SqlConnection() = default;

  // Runs a statement, prepared at its first use and kept. The statement's text must outlive the
  // connection. Throws SqlFailure.
  virtual SqlResult run(std::string_view statement, std::span<const SqlValue> values,
                        Freshness freshness) = 0;
  // Runs a text without values, unprepared: set-up, transactions, migrations. {prefix} is replaced as in
  // run().
  virtual SqlResult execute(std::string_view text) = 0;

  [[nodiscard]] virtual DatabaseKind kind() const = 0;
  // "MariaDB 10.11.19"
  [[nodiscard]] virtual std::string server() = 0;
  // How many connections the account may have at once; 0 = as many as the server has room for.
  [[nodiscard]] virtual int max_connections() const { return 0; }
  // What is not as it should be, apart from the tables.
  [[nodiscard]] virtual std::vector<std::string> warnings() = 0;
};

enum class MissingFile { refuse, create };

// Replaces every {prefix}.
[[nodiscard]] std::string with_prefix(std::string_view text, std::string_view prefix);

// Section: what the subjects of the store share. Statements put together from lists of columns, records to values, rows to
// records. The SQL itself stands in the file of its subject, beside the code that binds it.
//
// SQL is written for both dialects at once: only what MySQL 5.7, MariaDB 10.2 and SQLite 3.34 understand alike.
// {prefix} is the table prefix; values are bound, never written in. A change of state is one conditional statement
// that commits by itself, and the number of changed rows is the answer.

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

// Values, on their way in.

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

// Rows, as records.

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
