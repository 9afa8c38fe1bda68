// One connection to a database, thin: it runs a statement and copies the answer out, so that nothing of a
// driver's own lives longer than a call. Not for use by two threads at once.
#pragma once

#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "store/error_class.h"
#include "store/store.h"

namespace cardea {

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

// The database refused or was lost. Stays inside this room: callers of a Store see StoreUnavailable or
// StoreError.
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

class SqlConnection {
 public:
  virtual ~SqlConnection() = default;

  // Runs one of store/statements.h, prepared at its first use and kept. The statement's text must outlive the
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
  [[nodiscard]] virtual int most_connections() const { return 0; }
  // What is not as it should be, apart from the tables.
  [[nodiscard]] virtual std::vector<std::string> warnings() = 0;
};

enum class MissingFile { refuse, create };

// Which of the hosts (or the socket, or the file) to open; there is always at least number 0.
[[nodiscard]] std::size_t host_count(const DatabaseSettings& settings);
// Throws SqlFailure, and StoreUnavailable for what no other host can cure (a file in a bad place).
[[nodiscard]] std::unique_ptr<SqlConnection> open_connection(const DatabaseSettings& settings,
                                                             std::size_t host, MissingFile missing);

// Replaces every {prefix}.
[[nodiscard]] std::string with_prefix(std::string_view text, std::string_view prefix);

}  // namespace cardea
