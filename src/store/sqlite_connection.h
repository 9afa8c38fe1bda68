// SQLite: one file beside the program, for sites without a database server.
#pragma once

#include <memory>

#include "store/sql_connection.h"

namespace cardea {

// A write-ahead log and synchronous=FULL, because a rotation lost in a power cut would sign somebody out; on
// a network file system a rollback journal instead, since the log needs shared memory. Waits up to 5 s for a
// writer. Creates the file, readable by its owner only, if told so. Throws SqlFailure; StoreUnavailable when
// the file is missing or its directory is writable by everybody.
[[nodiscard]] std::unique_ptr<SqlConnection> open_sqlite(const DatabaseSettings& settings,
                                                         MissingFile missing);

}  // namespace cardea
