#include "store/sql_connection.h"

#include <algorithm>

#include "store/mysql_connection.h"
#include "store/sqlite_connection.h"

namespace cardea {

std::size_t host_count(const DatabaseSettings& settings) {
  const bool listed = settings.kind == DatabaseKind::mysql && settings.socket.empty();
  return listed ? std::max<std::size_t>(1, settings.hosts.size()) : 1;
}

std::unique_ptr<SqlConnection> open_connection(const DatabaseSettings& settings, std::size_t host,
                                               MissingFile missing) {
  if (settings.kind == DatabaseKind::sqlite) return open_sqlite(settings, missing);
  return open_mysql(settings, host);
}

std::string with_prefix(std::string_view text, std::string_view prefix) {
  constexpr std::string_view mark = "{prefix}";
  std::string replaced;
  for (std::size_t at = text.find(mark); at != std::string_view::npos; at = text.find(mark)) {
    replaced.append(text.substr(0, at)).append(prefix);
    text.remove_prefix(at + mark.size());
  }
  return replaced.append(text);
}

}  // namespace cardea
