#include "store/sql_store.h"

#include "store/sql/connection.h"
#include "store/sql/migrate.h"

namespace cardea {
namespace sql_text {

constexpr std::string_view ping = "SELECT 1";

constexpr std::string_view mysql_clock = "SELECT CAST(UNIX_TIMESTAMP(NOW(3)) * 1000 AS SIGNED)";

}  // namespace sql_text

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
    if (connection.kind() == DatabaseKind::mysql) {
      const SqlResult clock = connection.execute(sql_text::mysql_clock);
      RowReader reader(clock.rows.at(0));
      report.clock = reader.instant();
    }
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
