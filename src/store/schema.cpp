#include "store/schema.h"

#include <algorithm>

#include "store/migrate.h"
#include "store/statements.h"

namespace cardea {

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
  throw StoreUnavailable(*problem);
}

std::vector<std::string> engine_warnings(SqlConnection& connection) {
  std::vector<std::string> warnings;
  if (connection.kind() != DatabaseKind::mysql) return warnings;
  for (const SqlRow& row : connection.execute(sql_text::mysql_other_engines).rows) {
    warnings.push_back(engine_warning(std::get<std::string>(row.at(0)), std::get<std::string>(row.at(1))));
  }
  return warnings;
}

void check_table_prefix(const std::string& prefix) {
  constexpr std::size_t longest = 20;
  const auto allowed = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; };
  if (prefix.size() > longest || !std::all_of(prefix.begin(), prefix.end(), allowed)) {
    throw StoreError("the table prefix may have at most 20 characters of a-z, 0-9 and _");
  }
}

}  // namespace cardea
