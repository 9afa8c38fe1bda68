// What is written down about requests: events, counts of a day, failures that throttle.
#include "store/sql/connection.h"
#include "store/sql_store.h"

namespace cardea {
namespace sql_text {

constexpr std::string_view event_columns = "id, happened_at, kind, user_id, session_id, ip, detail";

constexpr SqlText add_event{"INSERT INTO {prefix}event (", event_columns, ") VALUES (?, ?, ?, ?, ?, ?, ?)"};

constexpr SqlText events{
    "SELECT ", event_columns,
    " FROM {prefix}event WHERE happened_at >= ? ORDER BY happened_at DESC, id DESC LIMIT ?"};

constexpr SqlText events_of{
    "SELECT ", event_columns,
    " FROM {prefix}event WHERE user_id = ? AND happened_at >= ? ORDER BY happened_at DESC, id DESC LIMIT ?"};

constexpr SqlText untold_alarms{
    "SELECT ", event_columns,
    " FROM {prefix}event WHERE happened_at >= ? AND kind IN ('token_reused', 'platform_changed',"
    " 'many_devices', 'many_networks', 'password_guessed') AND detail LIKE '%action=%' AND detail NOT LIKE"
    " '%action=record%' AND detail NOT LIKE '%letter=no%' AND NOT EXISTS (SELECT 1 FROM {prefix}outbox WHERE"
    " {prefix}outbox.id = {prefix}event.id) ORDER BY happened_at LIMIT ?"};

constexpr std::string_view add_to_tally =
    "UPDATE {prefix}tally SET total = total + ?, last_at = CASE WHEN last_at < ? THEN ? ELSE last_at END"
    " WHERE day = ? AND name = ?";

constexpr std::string_view start_tally =
    "INSERT INTO {prefix}tally (day, name, total, last_at) VALUES (?, ?, ?, ?)";

constexpr std::string_view tallies =
    "SELECT day, name, total, last_at FROM {prefix}tally WHERE day >= ? ORDER BY day, name";

constexpr std::string_view throttle =
    "SELECT failures, window_began, blocked_until FROM {prefix}throttle WHERE bucket = ?";

constexpr std::string_view add_throttle =
    "INSERT INTO {prefix}throttle (bucket, failures, window_began, blocked_until) VALUES (?, ?, ?, ?)";

constexpr std::string_view move_throttle =
    "UPDATE {prefix}throttle SET failures = ?, window_began = ?, blocked_until = ? WHERE bucket = ? AND"
    " failures = ? AND window_began = ? AND blocked_until = ?";

constexpr std::string_view remove_throttle =
    "DELETE FROM {prefix}throttle WHERE bucket = ? AND failures = ? AND window_began = ? AND"
    " blocked_until = ?";

}  // namespace sql_text

namespace {

constexpr std::size_t detail_limit = 500;  // bytes

// Empty for a kind that only a newer program knows.
std::optional<Event> read_event(RowReader& reader) {
  Event event;
  event.id = reader.id<EventId>();
  event.at = reader.instant();
  const auto kind = event_of_name(reader.text());
  if (!kind) return std::nullopt;
  event.kind = *kind;
  event.user = reader.optional_id<UserId>();
  event.session = reader.optional_id<SessionId>();
  event.ip = reader.text();
  event.detail = reader.text();
  return event;
}

SqlValues values_of(const Event& event) {
  return {blob_of(event.id.bytes()),
          value_of(event.at),
          std::string(event_name(event.kind)),
          event.user ? SqlValue(blob_of(event.user->bytes())) : SqlValue(),
          event.session ? SqlValue(blob_of(event.session->bytes())) : SqlValue(),
          event.ip,
          storable(event.detail, detail_limit)};
}

Tally read_tally(RowReader& reader) {
  Tally tally;
  tally.day = reader.instant();
  tally.name = reader.text();
  tally.total = reader.number();
  tally.last_at = reader.instant();
  return tally;
}

Throttle read_throttle(RowReader& reader) {
  Throttle throttle;
  throttle.failures = static_cast<int>(reader.number());
  throttle.window_began = reader.instant();
  throttle.blocked_until = reader.instant();
  return throttle;
}

}  // namespace

void SqlStore::add_event(const Event& event) {
  runner_.run(sql_text::add_event, values_of(event));
}

std::vector<Event> SqlStore::events(const EventFilter& filter) {
  const SqlValue since = value_of(filter.since);
  const SqlValue limit = std::int64_t{filter.limit};
  const SqlAnswer answer =
      filter.user ? runner_.run(sql_text::events_of, {blob_of(filter.user->bytes()), since, limit})
                  : runner_.run(sql_text::events, {since, limit});
  std::vector<Event> events;
  for (auto& event : all_records(answer.result, read_event))
    if (event) events.push_back(std::move(*event));
  sort_newest_first(events);
  return events;
}

std::vector<Event> SqlStore::untold_alarms(Instant since, int limit) {
  const SqlAnswer answer = runner_.run(sql_text::untold_alarms, {value_of(since), std::int64_t{limit}});
  std::vector<Event> events;
  for (auto& event : all_records(answer.result, read_event))
    if (event) events.push_back(std::move(*event));
  return events;
}

// Another process may insert the first row of the day between our two statements: then the row is there.
void SqlStore::add_tally(const Tally& tally) {
  const SqlValue total = tally.total;
  const SqlValue last = value_of(tally.last_at);
  const SqlValue day = value_of(tally.day);
  const SqlValues more{total, last, last, day, tally.name};
  if (runner_.run(sql_text::add_to_tally, more).result.changed == 1) return;
  if (runner_.run(sql_text::start_tally, {day, tally.name, total, last}).duplicate)
    runner_.run(sql_text::add_to_tally, more);
}

std::vector<Tally> SqlStore::tallies(Instant since) {
  const SqlAnswer answer = runner_.run(sql_text::tallies, {value_of(since)});
  return all_records(answer.result, read_tally);
}

Throttle SqlStore::throttle(const Digest& bucket) {
  const SqlAnswer answer = runner_.run(sql_text::throttle, {blob_of(view_of(bucket))});
  return first_record(answer.result, read_throttle).value_or(Throttle{});
}

// After a lost answer this may return false for a move that went through: the caller then counts one failure
// twice, which is the safe side.
bool SqlStore::move_throttle(const Digest& bucket, const Throttle& from, const Throttle& to) {
  if (from == to) return throttle(bucket) == from;
  const SqlValue key = blob_of(view_of(bucket));
  const SqlValues was{key, std::int64_t{from.failures}, value_of(from.window_began),
                      value_of(from.blocked_until)};
  SqlValues becomes{key, std::int64_t{to.failures}, value_of(to.window_began), value_of(to.blocked_until)};
  if (from == Throttle{}) return !runner_.run(sql_text::add_throttle, becomes).duplicate;
  if (to == Throttle{}) return runner_.run(sql_text::remove_throttle, was).result.changed == 1;
  becomes.erase(becomes.begin());
  becomes.insert(becomes.end(), was.begin(), was.end());
  return runner_.run(sql_text::move_throttle, becomes).result.changed == 1;
}

}  // namespace cardea
