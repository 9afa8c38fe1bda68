// What a database's error number means for us: try again, elsewhere, later or not at all. The tables were
// measured against MariaDB, MySQL, Galera and SQLite.
#pragma once

namespace cardea {

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

// Whether the server's own words may be repeated. Some quote what was bound ("Duplicate entry 'a@b.c'").
[[nodiscard]] bool mysql_error_is_quotable(int code);

}  // namespace cardea
