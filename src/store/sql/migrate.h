// The tables: bringing them to the version that this program knows, whether it can work with those that are there,
// and whether the database takes what is written to them. The statements that make the tables are the numbered files
// of sql/, compiled into the binary, so that one uploaded file is enough.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/time.h"
#include "config/settings.h"
#include "store/sql/connection.h"

namespace cardea {

// Making them.

struct MigrationReport {
  int from = 0;
  int to = 0;
  std::vector<std::string> applied;  // names of the migrations that this call ran
};

// The newest version in sql/.
[[nodiscard]] int newest_schema_version();

struct TableName {
  std::string_view name;  // without the prefix
  std::string_view first_column;
};

// The tables that sql/ makes.
[[nodiscard]] std::vector<TableName> all_tables();

// Safe to repeat, to interrupt and to run from two hosts at once: one waits for the other. Throws
// StoreUnavailable, or StoreError when the database is newer than this program (run the newer program) or a
// table is not InnoDB.
MigrationReport migrate(const DatabaseSettings& settings, Instant now);
// The same over a connection that is open. Throws SqlFailure.
MigrationReport migrate(SqlConnection& connection, Instant now);

// Set-up in the browser or at a terminal notes in the database that it was completed, in a row of no migration. So it
// refuses a database that belongs to an installation already, also if that has lost its settings.

// False if there are no tables, or no database file. Throws StoreUnavailable, StoreError.
[[nodiscard]] bool was_set_up(const DatabaseSettings& settings);
// Safe to repeat. Precondition: the tables are there. Throws likewise.
void note_set_up(const DatabaseSettings& settings, Instant now);

// Checking them.

// 0 = no tables yet. Throws SqlFailure.
[[nodiscard]] int read_schema_version(SqlConnection& connection);

// What is wrong with that version and what cures it, as a sentence; empty if it is the one that this program
// knows.
[[nodiscard]] std::optional<std::string> schema_problem(int version);
// Throws StoreUnavailable when the tables are missing or older, StoreError when they are newer than this
// program.
void check_schema_version(int version);

// Before the first statements of a process, and now and then: throws StoreUnavailable or StoreError if the
// tables have another version than this program knows, or do not give back the bytes that were written. The
// latter is tried once an hour, by the first process that asks. A database that cannot be written for now
// may be read: only prove_writing refuses it. Throws SqlFailure if the connection breaks.
void check_tables(SqlConnection& connection);

// Writes to each table without changing it, and commits a note that this worked; does nothing if there is a
// note that is no older than `proven_for`. Throws SqlFailure, and StoreUnavailable if something else comes
// back than was sent.
void prove_writing(SqlConnection& connection, seconds proven_for);

// Which of our tables are not InnoDB, as sentences. Empty for SQLite.
[[nodiscard]] std::vector<std::string> engine_warnings(SqlConnection& connection);

// Our tables with their collations. Empty for SQLite.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> table_collations(SqlConnection& connection);

// Throws StoreError unless it is [a-z0-9_]{0,20}: it becomes part of statements.
void check_table_prefix(const std::string& prefix);

}  // namespace cardea
