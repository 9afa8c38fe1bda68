#include "store/migrate.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <string_view>

#include "store/connection_pool.h"
#include "store/schema.h"
#include "store/sql_connection.h"
#include "store/statements.h"

namespace cardea {

namespace {

struct Migration {
  int number;
  std::string_view name;
  std::string_view text;
};

constexpr Migration migrations[] = {
#include "migrations.inc"
};

std::string_view without_comments_and_blanks(std::string_view text) {
  constexpr std::string_view blanks = " \t\r\n";
  while (!text.empty()) {
    text.remove_prefix(std::min(text.find_first_not_of(blanks), text.size()));
    if (!text.starts_with("--")) break;
    text.remove_prefix(std::min(text.find('\n'), text.size()));
  }
  return text;
}

// A statement ends with a semicolon at the end of a line; comments stand before statements.
std::vector<std::string_view> statements_of(std::string_view text) {
  std::vector<std::string_view> statements;
  for (text = without_comments_and_blanks(text); !text.empty(); text = without_comments_and_blanks(text)) {
    const std::size_t end = std::min(text.find(";\n"), text.size());
    statements.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 2, text.size()));
  }
  return statements;
}

// Left by a migration that was interrupted: MySQL commits each change of a table by itself.
bool is_already_done(const SqlFailure& failure) {
  constexpr int codes[] = {1050, 1060, 1061, 1062};  // table, column, index, row exists
  if (std::find(std::begin(codes), std::end(codes), failure.code()) != std::end(codes)) return true;
  const std::string_view words = failure.what();
  return words.find("already exists") != std::string_view::npos ||
         words.find("duplicate column") != std::string_view::npos;
}

void apply(SqlConnection& connection, const Migration& migration, Instant now) {
  for (const std::string_view statement : statements_of(migration.text)) {
    try {
      connection.execute(statement);
    } catch (const SqlFailure& failure) {
      if (!is_already_done(failure)) throw;
    }
  }
  const SqlValues values{unix_milliseconds(now), std::int64_t{migration.number}};
  connection.run(sql_text::note_migration, values, Freshness::plain);
}

MigrationReport apply_missing(SqlConnection& connection, Instant now) {
  MigrationReport report;
  report.from = read_schema_version(connection);
  if (report.from > newest_schema_version()) check_schema_version(report.from);
  report.to = newest_schema_version();
  for (const Migration& migration : migrations) {
    if (migration.number <= report.from) continue;
    apply(connection, migration, now);
    report.applied.emplace_back(migration.name);
  }
  return report;
}

void check_engines(SqlConnection& connection) {
  const std::vector<std::string> warnings = engine_warnings(connection);
  if (!warnings.empty()) throw StoreError(warnings.front());
}

// The lock is the connection's and ends with it, should the way out be an exception.
MigrationReport migrate_mysql(SqlConnection& connection, Instant now) {
  const SqlResult locked = connection.execute(sql_text::mysql_migration_lock);
  const auto* granted = std::get_if<std::int64_t>(&locked.rows.at(0).at(0));
  if (!granted || *granted != 1) throw StoreUnavailable("another `cardea migrate` is at work");
  MigrationReport report = apply_missing(connection, now);
  check_engines(connection);
  connection.execute(sql_text::mysql_migration_unlock);
  return report;
}

MigrationReport migrate_sqlite(SqlConnection& connection, Instant now) {
  connection.execute(sql_text::sqlite_write_lock);
  MigrationReport report = apply_missing(connection, now);
  connection.execute(sql_text::commit);
  return report;
}

// "CREATE TABLE IF NOT EXISTS {prefix}user (\n  id BINARY(16)" makes a table user, whose first column is id.
std::optional<TableName> table_made_by(std::string_view statement) {
  constexpr std::string_view opening = "CREATE TABLE IF NOT EXISTS {prefix}";
  constexpr std::string_view before_column = " (\n  ";
  if (!statement.starts_with(opening)) return std::nullopt;
  statement.remove_prefix(opening.size());
  const std::size_t end = statement.find(before_column);
  const std::string_view name = statement.substr(0, end);
  statement.remove_prefix(end + before_column.size());
  return TableName{name, statement.substr(0, statement.find(' '))};
}

}  // namespace

int newest_schema_version() {
  return std::end(migrations)[-1].number;
}

std::vector<TableName> all_tables() {
  std::vector<TableName> tables;
  for (const Migration& migration : migrations)
    for (const std::string_view statement : statements_of(migration.text))
      if (const auto table = table_made_by(statement)) tables.push_back(*table);
  return tables;
}

MigrationReport migrate(const DatabaseSettings& settings, Instant now) {
  check_table_prefix(settings.table_prefix);
  ConnectionPool pool(pool_limits(settings), [&settings](std::size_t host) {
    return open_connection(settings, host, MissingFile::create);
  });
  const ConnectionPool::Lease connection = pool.borrow();
  try {
    return settings.kind == DatabaseKind::mysql ? migrate_mysql(*connection, now)
                                                : migrate_sqlite(*connection, now);
  } catch (const SqlFailure& failure) {
    if (failure.action() == ErrorAction::fatal) throw StoreError(failure.what());
    throw StoreUnavailable(failure.what());
  }
}

}  // namespace cardea
