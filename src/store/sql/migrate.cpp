#include "store/sql/migrate.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <functional>
#include <iterator>
#include <optional>
#include <string_view>

#include "store/sql/connection.h"
#include "store/sql/pool.h"

namespace cardea {
namespace sql_text {

constexpr std::string_view schema_version = "SELECT MAX(version) FROM {prefix}schema";

// The version, when it was last proven that bytes come back as they were sent (a row of no migration), and
// the database's own clock, by which that is told.
constexpr std::string_view mysql_schema_state =
    "SELECT MAX(version), MAX(CASE WHEN version = 0 THEN applied_at ELSE 0 END),"
    " CAST(UNIX_TIMESTAMP(NOW(3)) * 1000 AS SIGNED) FROM {prefix}schema";

constexpr std::string_view sqlite_schema_state =
    "SELECT MAX(version), MAX(CASE WHEN version = 0 THEN applied_at ELSE 0 END),"
    " CAST(strftime('%s', 'now') AS INTEGER) * 1000 FROM {prefix}schema";

constexpr std::string_view note_migration = "UPDATE {prefix}schema SET applied_at = ? WHERE version = ?";

constexpr std::string_view add_proof =
    "INSERT INTO {prefix}schema (version, name, applied_at) VALUES (0, 'bytes come back', 0)";

// Below every version, so that it is never taken for the newest.
constexpr std::string_view add_set_up =
    "INSERT INTO {prefix}schema (version, name, applied_at) VALUES (-1, 'set up', ?)";

constexpr std::string_view count_set_up = "SELECT COUNT(*) FROM {prefix}schema WHERE version = -1";

// Names of locks are the server's, not the database's, and at most 64 long.
constexpr std::string_view mysql_migration_lock =
    "SELECT GET_LOCK(LEFT(CONCAT('{prefix}migrate.', DATABASE()), 64), 30)";

constexpr std::string_view mysql_migration_unlock =
    "SELECT RELEASE_LOCK(LEFT(CONCAT('{prefix}migrate.', DATABASE()), 64))";

constexpr std::string_view mysql_other_engines =
    "SELECT table_name, engine FROM information_schema.tables WHERE table_schema = DATABASE() AND engine"
    " <> 'InnoDB' AND table_name IN ('{prefix}schema', '{prefix}user', '{prefix}identity',"
    " '{prefix}session', '{prefix}event', '{prefix}throttle', '{prefix}tally', '{prefix}legacy_token',"
    " '{prefix}provider_identity')";

constexpr std::string_view mysql_collations =
    "SELECT table_name, table_collation FROM information_schema.tables WHERE table_schema = DATABASE()"
    " AND table_name IN ('{prefix}schema', '{prefix}user', '{prefix}identity',"
    " '{prefix}session', '{prefix}event', '{prefix}throttle', '{prefix}tally', '{prefix}legacy_token',"
    " '{prefix}provider_identity')";

// A row of one table that keeps bytes and text, to see whether they come back.
constexpr std::string_view add_sample =
    "INSERT INTO {prefix}provider_identity (issuer, subject, provider, user_id, created_at)"
    " VALUES (?, ?, ?, ?, 0)";

constexpr std::string_view sample =
    "SELECT issuer, subject, provider, user_id FROM {prefix}provider_identity WHERE issuer = ? AND subject = ?";

constexpr std::string_view remove_sample = "DELETE FROM {prefix}provider_identity WHERE user_id = ?";

}  // namespace sql_text

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

// The lock belongs to the connection and ends with it, also after an exception.
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
  connection.execute("BEGIN IMMEDIATE");
  MigrationReport report = apply_missing(connection, now);
  connection.execute("COMMIT");
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

MigrationReport migrate(SqlConnection& connection, Instant now) {
  return connection.kind() == DatabaseKind::mysql ? migrate_mysql(connection, now)
                                                  : migrate_sqlite(connection, now);
}

namespace {

// Runs the work on a connection that is made for it, and turns its failures into those of a Store.
void with_connection(const DatabaseSettings& settings, MissingFile missing,
                     const std::function<void(SqlConnection&)>& work) {
  check_table_prefix(settings.table_prefix);
  ConnectionPool pool(pool_limits(settings), [&settings, missing](std::size_t host) {
    return open_connection(settings, host, missing);
  });
  const ConnectionPool::Lease connection = pool.borrow();
  try {
    work(*connection);
  } catch (const SqlFailure& failure) {
    if (failure.action() == ErrorAction::fatal) throw StoreError(failure.what());
    throw StoreUnavailable(failure.what());
  }
}

}  // namespace

MigrationReport migrate(const DatabaseSettings& settings, Instant now) {
  MigrationReport report;
  with_connection(settings, MissingFile::create,
                  [&](SqlConnection& connection) { report = migrate(connection, now); });
  return report;
}

namespace {

constexpr int mysql_no_such_table = 1146;

bool is_missing_table(const SqlFailure& failure) {
  return failure.code() == mysql_no_such_table ||
         std::string_view(failure.what()).find("no such table") != std::string_view::npos;
}

std::string engine_warning(const std::string& table, const std::string& engine) {
  return "table " + table + " is kept by " + engine + ", not InnoDB; run ALTER TABLE " + table +
         " ENGINE=InnoDB";
}

struct SchemaState {
  int version = 0;
  Instant proven_at = never;
  Instant now = never;  // by the database's clock, as is proven_at
};

SchemaState read_schema_state(SqlConnection& connection) {
  try {
    const bool is_mysql = connection.kind() == DatabaseKind::mysql;
    const SqlResult answer =
        connection.execute(is_mysql ? sql_text::mysql_schema_state : sql_text::sqlite_schema_state);
    if (std::holds_alternative<std::monostate>(answer.rows.at(0).at(0))) return {};
    RowReader reader(answer.rows.at(0));
    SchemaState state;
    state.version = static_cast<int>(reader.number());
    state.proven_at = reader.instant();
    state.now = reader.instant();
    return state;
  } catch (const SqlFailure& failure) {
    if (is_missing_table(failure)) return {};
    throw;
  }
}

// A proof from the future proves nothing: the clock was wrong when it was noted, or is wrong now.
bool is_proven(const SchemaState& state, seconds kept) {
  return state.proven_at <= state.now && state.now - state.proven_at < kept;
}

constexpr seconds bytes_proven_for{3600};

// A transaction that leaves nothing behind.
class Rehearsal {
 public:
  explicit Rehearsal(SqlConnection& connection) : connection_(connection) { connection_.execute("BEGIN"); }
  Rehearsal(const Rehearsal&) = delete;
  Rehearsal& operator=(const Rehearsal&) = delete;
  ~Rehearsal() {
    try {
      connection_.execute("ROLLBACK");
    } catch (const SqlFailure&) {
      return;  // the connection is gone, and the transaction with it
    }
  }

 private:
  SqlConnection& connection_;
};

// All 256 bytes where we keep bytes, and letters of one to four bytes where we keep text.
SqlValues sample_of_all_bytes() {
  std::string issuer;
  std::string subject;
  for (int byte = 0; byte < 256; ++byte) (byte < 128 ? issuer : subject).push_back(static_cast<char>(byte));
  return {blob_of(issuer), blob_of(subject), "a\u00e9\ud55c\U0001f511", blob_of(subject.substr(112))};
}

// Removes the row itself, too: a table that is not InnoDB's knows no transactions, and may hold the row of another
// process, or of one that died.
SqlResult write_and_read(SqlConnection& connection, const SqlValues& sample) {
  const Rehearsal rehearsal(connection);
  try {
    connection.run(sql_text::add_sample, sample, Freshness::plain);
  } catch (const SqlFailure& failure) {
    if (failure.action() != ErrorAction::duplicate) throw;
  }
  const auto key = std::span(sample).first(2);
  SqlResult answer = connection.run(sql_text::sample, key, Freshness::plain);
  const auto user = std::span(sample).last(1);
  connection.run(sql_text::remove_sample, user, Freshness::plain);
  return answer;
}

void check_bytes(SqlConnection& connection) {
  const SqlValues sample = sample_of_all_bytes();
  const std::string damaged =
      "the database does not give back the bytes that were written, so ids and names would be damaged";
  const std::string cure =
      " (see the character sets of its tables, which must be as `cardea migrate` makes them, its "
      "init_connect, and a proxy in between)";
  try {
    const SqlResult answer = write_and_read(connection, sample);
    if (answer.rows.size() == 1 && answer.rows.front() == row_of(sample)) return;
  } catch (const SqlFailure& failure) {
    if (failure.action() != ErrorAction::fatal) throw;
    throw StoreUnavailable(damaged + ": " + failure.what() + cure, StoreTrouble::data_damaged);
  }
  throw StoreUnavailable(damaged + cure, StoreTrouble::data_damaged);
}

// Statements that change no row: the server checks the privileges all the same.
void check_privileges(SqlConnection& connection) {
  for (const TableName& table : all_tables()) {
    const std::string name = "{prefix}" + std::string(table.name);
    const std::string column(table.first_column);
    connection.execute("INSERT INTO " + name + " SELECT * FROM " + name + " WHERE 1 = 0");
    connection.execute("UPDATE " + name + " SET " + column + " = " + column + " WHERE 1 = 0");
    connection.execute("DELETE FROM " + name + " WHERE 1 = 0");
  }
}

// One row of one table, so that a full disk is noticed.
void note_proof(SqlConnection& connection, Instant now) {
  const SqlValues values{unix_milliseconds(now), std::int64_t{0}};
  if (connection.run(sql_text::note_migration, values, Freshness::plain).changed == 1) return;
  try {
    connection.execute(sql_text::add_proof);
    connection.run(sql_text::note_migration, values, Freshness::plain);
  } catch (const SqlFailure& failure) {
    if (failure.action() != ErrorAction::duplicate) throw;  // another process was faster
  }
}

bool is_for_now(const SqlFailure& failure) {
  return failure.action() == ErrorAction::refused || failure.action() == ErrorAction::busy ||
         failure.action() == ErrorAction::next_host;
}

}  // namespace

int read_schema_version(SqlConnection& connection) {
  try {
    const SqlResult answer = connection.execute(sql_text::schema_version);
    const auto* version = std::get_if<std::int64_t>(&answer.rows.at(0).at(0));
    return version ? static_cast<int>(*version) : 0;
  } catch (const SqlFailure& failure) {
    if (is_missing_table(failure)) return 0;
    throw;
  }
}

bool was_set_up(const DatabaseSettings& settings) {
  if (settings.kind == DatabaseKind::sqlite && !std::filesystem::exists(settings.path)) return false;
  bool noted = false;
  with_connection(settings, MissingFile::refuse, [&noted](SqlConnection& connection) {
    try {
      const SqlResult answer = connection.execute(sql_text::count_set_up);
      noted = std::get<std::int64_t>(answer.rows.at(0).at(0)) > 0;
    } catch (const SqlFailure& failure) {
      if (!is_missing_table(failure)) throw;
    }
  });
  return noted;
}

void note_set_up(const DatabaseSettings& settings, Instant now) {
  with_connection(settings, MissingFile::refuse, [now](SqlConnection& connection) {
    try {
      const SqlValues values{unix_milliseconds(now)};
      connection.run(sql_text::add_set_up, values, Freshness::plain);
    } catch (const SqlFailure& failure) {
      if (failure.action() != ErrorAction::duplicate) throw;
    }
  });
}

std::optional<std::string> schema_problem(int version) {
  const int newest = newest_schema_version();
  if (version == newest) return std::nullopt;
  if (version == 0) return "the database has no tables yet: run `cardea migrate`";
  const std::string versions =
      "the tables have version " + std::to_string(version) + ", this program knows " + std::to_string(newest);
  return versions + (version < newest ? ": run `cardea migrate`" : ": install the newer program");
}

void check_schema_version(int version) {
  const auto problem = schema_problem(version);
  if (!problem) return;
  if (version > newest_schema_version()) throw StoreError(*problem);
  throw StoreUnavailable(*problem, StoreTrouble::tables_outdated);
}

void check_tables(SqlConnection& connection) {
  const SchemaState state = read_schema_state(connection);
  check_schema_version(state.version);
  if (is_proven(state, bytes_proven_for)) return;
  try {
    check_bytes(connection);
    note_proof(connection, state.now);
  } catch (const SqlFailure& failure) {
    if (!is_for_now(failure)) throw;
  }
}

void prove_writing(SqlConnection& connection, seconds proven_for) {
  const SchemaState state = read_schema_state(connection);
  if (is_proven(state, proven_for)) return;
  try {
    check_bytes(connection);
  } catch (const StoreUnavailable&) {
    note_proof(connection, never);  // no process trusts the last one any more
    throw;
  }
  check_privileges(connection);
  note_proof(connection, state.now);
}

std::vector<std::string> engine_warnings(SqlConnection& connection) {
  std::vector<std::string> warnings;
  if (connection.kind() != DatabaseKind::mysql) return warnings;
  for (const SqlRow& row : connection.execute(sql_text::mysql_other_engines).rows) {
    warnings.push_back(engine_warning(std::get<std::string>(row.at(0)), std::get<std::string>(row.at(1))));
  }
  return warnings;
}

std::vector<std::pair<std::string, std::string>> table_collations(SqlConnection& connection) {
  std::vector<std::pair<std::string, std::string>> collations;
  if (connection.kind() != DatabaseKind::mysql) return collations;
  for (const SqlRow& row : connection.execute(sql_text::mysql_collations).rows)
    collations.emplace_back(std::get<std::string>(row.at(0)), std::get<std::string>(row.at(1)));
  return collations;
}

void check_table_prefix(const std::string& prefix) {
  constexpr std::size_t max_size = 20;
  const auto allowed = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; };
  if (prefix.size() > max_size || !std::all_of(prefix.begin(), prefix.end(), allowed)) {
    throw StoreError("the table prefix may have at most 20 characters of a-z, 0-9 and _");
  }
}

}  // namespace cardea
