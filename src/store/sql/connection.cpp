#include "store/sql/connection.h"

#include <algorithm>
#include <array>
#include <iterator>

#include "base/utf8.h"

namespace cardea {

std::string with_prefix(std::string_view text, std::string_view prefix) {
  constexpr std::string_view mark = "{prefix}";
  std::string replaced;
  for (std::size_t at = text.find(mark); at != std::string_view::npos; at = text.find(mark)) {
    replaced.append(text.substr(0, at)).append(prefix);
    text.remove_prefix(at + mark.size());
  }
  return replaced.append(text);
}

namespace {

struct ErrorRow {
  int code;
  ErrorAction action;
  bool perhaps_done;
};

using enum ErrorAction;

constexpr ErrorRow mysql_errors[] = {
    {1213, retry, false},      // deadlock, or lost certification on Galera; rolled back
    {1205, retry, false},      // lock wait timeout; the statement is rolled back
    {1020, retry, false},      // the row changed since it was read
    {1317, retry, false},      // the query was killed, the connection lives
    {3101, retry, false},      // group replication refused the commit
    {2006, reconnect, false},  // gone before the statement was sent
    {4031, reconnect, false},  // closed for idleness (MySQL)
    {2002, reconnect, false},  // no server behind the socket
    {2003, reconnect, false},  // no server behind the address
    {2005, reconnect, false},  // unknown host
    {2012, reconnect, false},  // handshake failed
    {2014, reconnect, false},  // commands out of sync
    {2026, reconnect, false},  // TLS
    {2030, reconnect, false},  // statement lost
    {1243, reconnect, false},  // unknown statement handler
    {2013, reconnect, true},   // lost while the answer was awaited
    {2027, reconnect, true},   // malformed packet
    {2055, reconnect, true},   // lost, with the system's error
    {1180, reconnect, true},   // error during COMMIT: a node lost its quorum
    {1158, reconnect, true},   // packets lost, of one kind or another
    {1159, reconnect, true},  {1160, reconnect, true}, {1161, reconnect, true},
    {1047, next_host, false},                                                    // Galera node not ready
    {1290, next_host, false},                                                    // read-only server
    {1836, next_host, false},                                                    // read-only mode
    {3032, next_host, false},                                                    // offline mode
    {1053, next_host, true},                                                     // shutting down
    {1077, next_host, true},  {1079, next_host, true}, {1927, next_host, true},  // connection killed
    {3169, next_host, true},                                                     // session killed
    {1040, busy, false},                                                         // too many connections
    {1203, busy, false},                                                         // too many of this user
    {1226, busy, false},                                                         // a limit of this user
    {1129, busy, false},                                                         // this host is blocked
    {1969, busy, false},                               // longer than max_statement_time (MariaDB)
    {3024, busy, false},                               // longer than max_execution_time (MySQL)
    {1044, refused, false},                            // the account may not use the database
    {1142, refused, false},                            // nor this command on the table
    {1143, refused, false},                            // nor the column
    {1227, refused, false},                            // a privilege is missing
    {1370, refused, false},   {1021, refused, false},  // disk full
    {1114, refused, false},                            // table full
    {1030, refused, false},                            // the storage engine failed, with its number
    {1026, refused, false},                            // error writing a file
    {1037, refused, false},                            // out of memory, of one kind or another
    {1038, refused, false},   {1041, refused, false},  {1104, refused, false},
    {1135, refused, false},                            // no thread for us
    {1153, refused, false},                            // max_allowed_packet
    {1184, refused, false},                            // init_connect failed
    {1194, refused, false},   {1195, refused, false},  // crashed table
    {1223, refused, false},                            // FLUSH TABLES WITH READ LOCK
    {1792, refused, false},                            // read-only transaction
    {1874, refused, false},                            // InnoDB is read-only
    {1932, refused, false},                            // damaged table
    {2008, refused, false},                            // the client is out of memory
    {2020, refused, false},                            // max_allowed_packet
    {1062, duplicate, false},
};

constexpr ErrorRow sqlite_errors[] = {
    {5, busy, false},        // BUSY, for longer than the busy timeout
    {6, busy, false},        // LOCKED
    {3, refused, false},     // PERM
    {7, refused, false},     // NOMEM
    {8, refused, false},     // READONLY
    {13, refused, false},    // FULL
    {15, busy, false},       // PROTOCOL: the locks of the write-ahead log
    {10, reconnect, true},   // IOERR
    {14, reconnect, false},  // CANTOPEN
    {11, refused, false},    // CORRUPT
    {26, refused, false},    // NOTADB
};

constexpr int sqlite_unique = 2067;       // SQLITE_CONSTRAINT_UNIQUE
constexpr int sqlite_primary_key = 1555;  // SQLITE_CONSTRAINT_PRIMARYKEY

template <std::size_t Size>
ErrorClass look_up(const ErrorRow (&table)[Size], int code) {
  const auto* found = std::find_if(std::begin(table), std::end(table),
                                   [code](const ErrorRow& row) { return row.code == code; });
  return found == std::end(table) ? ErrorClass{} : ErrorClass{found->action, found->perhaps_done};
}

// Fatal errors whose text names accounts, tables, columns or our own statement, never a value.
constexpr std::array quotable_fatal_errors{0,    1045, 1049, 1054, 1064, 1146, 1193, 1251,
                                           1264, 1305, 1364, 1406, 1698, 2058, 2059, 2061};

}  // namespace

ErrorClass mysql_error_class(int code) {
  return look_up(mysql_errors, code);
}

ErrorClass sqlite_error_class(int code) {
  if (code == sqlite_unique || code == sqlite_primary_key) return {ErrorAction::duplicate, false};
  return look_up(sqlite_errors, code & 0xff);
}

bool mysql_error_is_quotable(int code) {
  const ErrorAction action = mysql_error_class(code).action;
  if (action == ErrorAction::duplicate) return false;
  if (action != ErrorAction::fatal) return true;
  return std::find(quotable_fatal_errors.begin(), quotable_fatal_errors.end(), code) !=
         quotable_fatal_errors.end();
}

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
