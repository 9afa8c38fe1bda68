// What removes rows: those of a user who is deleted, and those whose time is over.
#include <algorithm>

#include "store/sql/values.h"
#include "store/sql_store.h"

namespace cardea {
namespace sql_text {

// The rows stay until they are purged, because other hosts have yet to see that the sessions ended; what is
// personal in them is removed. The order matters: MySQL assigns from left to right.
constexpr std::string_view empty_sessions_of =
    "UPDATE {prefix}session SET revoke_reason = CASE WHEN revoked_at = 0 THEN ? ELSE revoke_reason END,"
    " revoked_at = CASE WHEN revoked_at = 0 THEN ? ELSE revoked_at END, device_id = '', device_name = '',"
    " user_agent = '', ip = '', idle_until = ? WHERE user_id = ?";

constexpr std::string_view removed_with_user[] = {
    "DELETE FROM {prefix}identity WHERE user_id = ?",
    "DELETE FROM {prefix}provider_identity WHERE user_id = ?",
    "DELETE FROM {prefix}legacy_token WHERE user_id = ?",
    "UPDATE {prefix}event SET detail = '' WHERE user_id = ?",
};

constexpr std::string_view delete_user = "DELETE FROM {prefix}user WHERE id = ?";

// Purging: keys first, then each row by its key and only if it still has ended. DELETE ... LIMIT is not
// everywhere, and a large DELETE locks what it reads and is one write-set on a cluster.

constexpr std::string_view ended_sessions =
    "SELECT id FROM {prefix}session WHERE idle_until < ? OR (absolute_until <> 0 AND absolute_until < ?)"
    " LIMIT ?";

constexpr std::string_view delete_ended_session =
    "DELETE FROM {prefix}session WHERE id = ? AND (idle_until < ? OR (absolute_until <> 0 AND"
    " absolute_until < ?))";

constexpr std::string_view old_events = "SELECT id FROM {prefix}event WHERE happened_at < ? LIMIT ?";

constexpr std::string_view delete_event = "DELETE FROM {prefix}event WHERE id = ? AND happened_at < ?";

constexpr std::string_view old_throttles =
    "SELECT bucket FROM {prefix}throttle WHERE window_began < ? AND blocked_until < ? LIMIT ?";

constexpr std::string_view delete_old_throttle =
    "DELETE FROM {prefix}throttle WHERE bucket = ? AND window_began < ? AND blocked_until < ?";

constexpr std::string_view old_legacy_tokens =
    "SELECT digest FROM {prefix}legacy_token WHERE expires_at < ? LIMIT ?";

constexpr std::string_view delete_old_legacy_token =
    "DELETE FROM {prefix}legacy_token WHERE digest = ? AND expires_at < ?";

}  // namespace sql_text

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

// The user's row is removed last: an interrupted call can be repeated.
bool SqlStore::delete_user(const UserId& id, Instant at) {
  const SqlValues values{blob_of(id.bytes())};
  const auto reason = static_cast<std::int64_t>(RevokeReason::administrator);
  runner_.run(sql_text::empty_sessions_of, {reason, value_of(at), value_of(at), values.front()});
  for (const std::string_view statement : sql_text::removed_with_user) runner_.run(statement, values);
  const SqlAnswer answer = runner_.run(sql_text::delete_user, values);
  return answer.result.changed == 1 || answer.repeated;
}

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

}  // namespace cardea
