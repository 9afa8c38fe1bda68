// One connection to a database, thin: it runs a statement and copies the answer out, so that nothing of a
// driver's own lives longer than a call. This is the seam between the store and the database drivers, and what tests
// replace: values go in, rows come out, and a failure says what to do about it.
//
// Concurrency: a connection is used by one thread at a time.
#pragma once

#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

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

}  // namespace cardea
