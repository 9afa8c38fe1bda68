// What removes rows: those of a user who is deleted, and those whose time is over.
#include <algorithm>

#include "store/sql/connection.h"
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
    "DELETE FROM {prefix}outbox WHERE user_id = ?",
    "DELETE FROM {prefix}address_change WHERE user_id = ?",
    "UPDATE {prefix}event SET detail = '' WHERE user_id = ?",
};

constexpr std::string_view delete_user = "DELETE FROM {prefix}user WHERE id = ?";

// Purging: keys first, then each row by its key and only if it still has ended. DELETE ... LIMIT is not
// everywhere, and a large DELETE locks what it reads and is one write-set on a cluster.

struct Expiry {
  SqlText find;
  SqlText remove;
};

consteval Expiry expiry(std::string_view table, std::string_view key, std::string_view has_ended) {
  return {.find{"SELECT ", key, " FROM {prefix}", table, " WHERE ", has_ended, " LIMIT ?"},
          .remove{"DELETE FROM {prefix}", table, " WHERE ", key, " = ? AND (", has_ended, ")"}};
}

constexpr Expiry sessions =
    expiry("session", "id", "idle_until < ? OR (absolute_until <> 0 AND absolute_until < ?)");
constexpr Expiry events = expiry("event", "id", "happened_at < ?");
constexpr Expiry throttles = expiry("throttle", "bucket", "window_began < ? AND blocked_until < ?");
constexpr Expiry legacy_tokens = expiry("legacy_token", "digest", "expires_at < ?");
constexpr Expiry address_changes = expiry("address_change", "id", "pending_until < ? AND undo_until < ?");
constexpr Expiry letters = expiry("outbox", "id", "created_at < ? AND (next_try_at = 0 OR created_at < ?)");

}  // namespace sql_text

namespace {

// Rows removed in one transaction: few enough to hold no lock for long, many enough to share one flush to
// disk.
constexpr std::size_t chunk_rows = 100;

// Only a site that has stopped sending mail has letters that wait so long.
constexpr std::chrono::hours waiting_letters_kept{7 * 24};

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
  const SqlValue waited = value_of(limits.address_changes_before);
  const SqlValue throttled = value_of(limits.throttles_before);
  const auto swept = [&](const sql_text::Expiry& expiry, const SqlValues& values) {
    return sweep({.find = expiry.find, .remove = expiry.remove, .ended = values, .rows = limits.rows});
  };
  return {.sessions = swept(sql_text::sessions, {ended, ended}),
          .events = swept(sql_text::events, {value_of(limits.events_before)}),
          .throttles = swept(sql_text::throttles, {throttled, throttled}),
          .legacy_tokens = swept(sql_text::legacy_tokens, {ended}),
          .letters = swept(sql_text::letters, {value_of(limits.letters_before),
                                               value_of(limits.letters_before - waiting_letters_kept)}),
          .address_changes = swept(sql_text::address_changes, {waited, waited})};
}

}  // namespace cardea
