#include <algorithm>

#include "store/rows.h"
#include "store/sql/migrate.h"
#include "store/sql/pool.h"
#include "store/sql_store.h"
#include "store/statements.h"

namespace cardea {
namespace {

// Rows removed in one transaction: few enough to hold no lock for long, many enough to share one flush to
// disk.
constexpr std::size_t chunk_rows = 100;

SqlValues with(SqlValues values, const SqlValue& last) {
  values.push_back(last);
  return values;
}

// Keys come back as text and must go in as bytes.
SqlValues keyed(const SqlRow& row, const SqlValues& condition) {
  SqlValues values{Blob{std::get<std::string>(row.at(0))}};
  values.insert(values.end(), condition.begin(), condition.end());
  return values;
}

}  // namespace

int SqlStore::sweep(const Sweep& sweep) {
  const auto keys = runner_.run(sweep.find, with(sweep.ended, std::int64_t{sweep.rows})).result.rows;
  std::int64_t removed = 0;
  for (std::size_t first = 0; first < keys.size(); first += chunk_rows) {
    std::int64_t in_chunk = 0;
    runner_.in_transaction([&](SqlConnection& connection) {
      in_chunk = 0;
      for (std::size_t i = first; i < std::min(first + chunk_rows, keys.size()); ++i) {
        in_chunk += connection.run(sweep.remove, keyed(keys[i], sweep.ended), Freshness::plain).changed;
      }
    });
    removed += in_chunk;
  }
  return static_cast<int>(removed);
}

PurgeResult SqlStore::purge(const PurgeLimits& limits) {
  const SqlValue ended = value_of(limits.sessions_ended_before);
  const SqlValue happened = value_of(limits.events_before);
  const SqlValue throttled = value_of(limits.throttles_before);
  PurgeResult result;
  result.sessions = sweep({.find = sql_text::ended_sessions,
                           .remove = sql_text::delete_ended_session,
                           .ended = {ended, ended},
                           .rows = limits.rows});
  result.events = sweep({.find = sql_text::old_events,
                         .remove = sql_text::delete_event,
                         .ended = {happened},
                         .rows = limits.rows});
  result.throttles = sweep({.find = sql_text::old_throttles,
                            .remove = sql_text::delete_old_throttle,
                            .ended = {throttled, throttled},
                            .rows = limits.rows});
  result.legacy_tokens = sweep({.find = sql_text::old_legacy_tokens,
                                .remove = sql_text::delete_old_legacy_token,
                                .ended = {ended},
                                .rows = limits.rows});
  return result;
}

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
