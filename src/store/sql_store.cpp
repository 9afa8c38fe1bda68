#include "store/sql_store.h"

#include "store/sql/connection.h"
#include "store/sql/migrate.h"

namespace cardea {
namespace sql_text {

constexpr std::string_view ping = "SELECT 1";

constexpr std::string_view mysql_clock = "SELECT CAST(UNIX_TIMESTAMP(NOW(3)) * 1000 AS SIGNED)";

constexpr std::string_view mysql_own_connections =
    "SELECT CAST(COUNT(*) AS SIGNED) FROM information_schema.processlist"
    " WHERE user = SUBSTRING_INDEX(CURRENT_USER(), '@', 1)";

constexpr std::string_view mysql_max_connections = "SELECT CAST(@@max_connections AS SIGNED)";

constexpr std::string_view mysql_grants = "SHOW GRANTS";

}  // namespace sql_text

namespace {

// What a server may refuse to tell: nothing then.
SqlResult asked(SqlConnection& connection, std::string_view statement) {
  try {
    return connection.execute(statement);
  } catch (const SqlFailure&) {
    return {};
  }
}

std::int64_t number_of(const SqlResult& result) {
  const auto* number = result.rows.empty() ? nullptr : std::get_if<std::int64_t>(&result.rows[0].at(0));
  return number == nullptr ? 0 : *number;
}

// Behind " TO " stand the account and perhaps the hash of its password.
std::vector<std::string> grants_of(const SqlResult& result) {
  std::vector<std::string> grants;
  for (const auto& row : result.rows)
    if (const auto* text = std::get_if<std::string>(&row.at(0)))
      grants.push_back(text->substr(0, text->find(" TO ")));
  return grants;
}

void ask_server(SqlConnection& connection, DatabaseReport& report) {
  if (connection.kind() != DatabaseKind::mysql) return;
  const SqlResult clock = connection.execute(sql_text::mysql_clock);
  RowReader reader(clock.rows.at(0));
  report.clock = reader.instant();
  report.collations = table_collations(connection);
  report.grants = grants_of(asked(connection, sql_text::mysql_grants));
  report.connections_used = number_of(asked(connection, sql_text::mysql_own_connections));
  report.connections_allowed = connection.max_connections();
  if (report.connections_allowed == 0)
    report.connections_allowed = number_of(asked(connection, sql_text::mysql_max_connections));
}

}  // namespace

// The database as a whole: opening it, whether it works, what it is.

void SqlStore::ping() {
  runner_.run(sql_text::ping, {});
}

void SqlStore::check_writing(seconds proven_for) {
  try {
    runner_.with_connection([=](SqlConnection& connection) { prove_writing(connection, proven_for); });
  } catch (const StoreUnavailable&) {
    runner_.distrust_tables();
    throw;
  }
}

void SqlStore::close_idle_connections() {
  runner_.close_idle_connections();
}

DatabaseReport SqlStore::report() {
  DatabaseReport report;
  runner_.with_connection([&](SqlConnection& connection) {
    report = {};
    report.server = connection.server();
    report.schema_version = read_schema_version(connection);
    report.warnings = connection.warnings();
    for (auto& warning : engine_warnings(connection)) report.warnings.push_back(std::move(warning));
    ask_server(connection, report);
  });
  if (auto problem = schema_problem(report.schema_version)) report.warnings.push_back(std::move(*problem));
  return report;
}

std::unique_ptr<Store> open_store(const DatabaseSettings& settings) {
  check_table_prefix(settings.table_prefix);
  return std::make_unique<SqlStore>(pool_limits(settings), [settings](std::size_t host) {
    return open_connection(settings, host, MissingFile::refuse);
  });
}

}  // namespace cardea
