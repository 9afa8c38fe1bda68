// The place of an SQLite file, checked without opening it: closing a second descriptor would drop SQLite's
// locks.
#pragma once

#include <string>
#include <vector>

#include "store/sql_connection.h"

namespace cardea {

// NFS, SMB and others whose hosts do not share memory; the number is statfs's f_type.
[[nodiscard]] bool is_network_file_system(unsigned long type);
[[nodiscard]] bool on_network_file_system(const std::string& path);

// Throws StoreUnavailable if everybody may write to the directory, or if the file is missing and may not be
// created.
void prepare_database_file(const std::string& path, MissingFile missing);

// Readable by others, on a network file system.
[[nodiscard]] std::vector<std::string> database_file_warnings(const std::string& path);

}  // namespace cardea
