#include "store/rows.h"
#include "store/sql_store.h"
#include "store/statements.h"

namespace cardea {

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
  for (const SqlRow& row : answer.result.rows) {
    RowReader reader(row);
    if (auto event = read_event(reader)) events.push_back(std::move(*event));
  }
  sort_newest_first(events);
  return events;
}

Throttle SqlStore::throttle(const Digest& bucket) {
  const SqlAnswer answer = runner_.run(sql_text::throttle, {blob_of(view_of(bucket))});
  if (answer.result.rows.empty()) return {};
  RowReader reader(answer.result.rows.front());
  Throttle throttle;
  throttle.failures = static_cast<int>(reader.number());
  throttle.window_began = reader.instant();
  throttle.blocked_until = reader.instant();
  return throttle;
}

// After a lost answer "not moved" may be said of a move that went through: the caller then counts one failure
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
