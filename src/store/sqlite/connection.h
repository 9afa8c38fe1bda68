// SQLite: one file, for sites without a database server. First the connection, then the checks of the place of the
// file; they never open it, since closing a second descriptor would drop SQLite's locks.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "store/sql/connection.h"

namespace cardea {

// The path of a database that lives as long as its connection, for tests. Settings hold absolute paths only.
inline constexpr char sqlite_in_memory[] = ":memory:";

// A write-ahead log and synchronous=FULL, because a rotation lost in a power cut would sign a user out; on
// a network file system a rollback journal instead, since the log needs shared memory. Waits up to 5 s for a
// writer. Creates a missing file, readable by its owner only, if `missing` says so. Throws SqlFailure; StoreUnavailable when
// the file is missing or every user may write to its directory.
[[nodiscard]] std::unique_ptr<SqlConnection> open_sqlite(const DatabaseSettings& settings,
                                                         MissingFile missing);

// NFS, SMB and others whose hosts do not share memory; the number is statfs's f_type.
[[nodiscard]] bool is_network_file_system(unsigned long type);
[[nodiscard]] bool on_network_file_system(const std::string& path);

// Throws StoreUnavailable if every user may write to the directory, or if the file is missing and may not be
// created. Does nothing for sqlite_in_memory.
void prepare_database_file(const std::string& path, MissingFile missing);

// As sentences: readable by other users, on a network file system.
[[nodiscard]] std::vector<std::string> database_file_warnings(const std::string& path);

}  // namespace cardea
