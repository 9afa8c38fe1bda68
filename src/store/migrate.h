// Brings the database's tables to the version this program knows. The statements are the numbered files of
// sql/, compiled into the binary, so that one uploaded file is enough.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "config/settings.h"

namespace cardea {

struct MigrationReport {
  int from = 0;
  int to = 0;
  std::vector<std::string> applied;  // names of the migrations that this call ran; empty if all was done
};

// The newest version in sql/.
[[nodiscard]] int newest_schema_version();

struct TableName {
  std::string_view name;  // without the prefix
  std::string_view first_column;
};

// Those that sql/ makes.
[[nodiscard]] std::vector<TableName> all_tables();

// Safe to repeat, to interrupt and to run from two hosts at once: one waits for the other. Throws
// StoreUnavailable, or StoreError when the database is newer than this program (run the newer program) or a
// table is not InnoDB.
MigrationReport migrate(const DatabaseSettings& settings, Instant now);

}  // namespace cardea
