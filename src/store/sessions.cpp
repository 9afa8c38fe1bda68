#include "store/rows.h"
#include "store/sql_store.h"
#include "store/statements.h"

namespace cardea {
namespace {

std::vector<Session> read_sessions(const SqlAnswer& answer) {
  std::vector<Session> sessions;
  sessions.reserve(answer.result.rows.size());
  for (const SqlRow& row : answer.result.rows) {
    RowReader reader(row);
    sessions.push_back(read_session(reader));
  }
  return sessions;
}

}  // namespace

// A duplicate is the same row, sent a second time: ids are random.
void SqlStore::add_session(const Session& session) {
  runner_.run(sql_text::add_session, values_of(session));
}

std::optional<SessionState> SqlStore::session(const SessionId& id, Freshness freshness) {
  const SqlAnswer answer = runner_.run(sql_text::session_with_user, {blob_of(id.bytes())}, freshness);
  if (answer.result.rows.empty()) return std::nullopt;
  RowReader reader(answer.result.rows.front());
  SessionState state;
  state.session = read_session(reader);
  state.user = read_user(reader);
  return state;
}

RotationOutcome SqlStore::rotate(const Rotation& rotation) {
  const auto result = runner_.run_once(
      sql_text::rotate,
      {std::int64_t{rotation.to}, value_of(rotation.rotated_at), value_of(rotation.idle_until),
       value_of(rotation.idempotency), storable(rotation.user_agent, user_agent_limit), rotation.ip,
       static_cast<std::int64_t>(rotation.transport), blob_of(rotation.session.bytes()),
       std::int64_t{rotation.from}, rotation.user_epoch, rotation.user_epoch});
  if (!result) return RotationOutcome::unknown;
  return result->changed == 1 ? RotationOutcome::moved : RotationOutcome::not_moved;
}

bool SqlStore::revoke(const Revocation& revocation) {
  const auto reason = static_cast<std::int64_t>(revocation.reason);
  const SqlValue id = blob_of(revocation.session.bytes());
  const SqlAnswer answer = runner_.run(sql_text::revoke, {value_of(revocation.at), reason, id});
  if (answer.result.changed == 1 || !answer.repeated) return answer.result.changed == 1;
  const SqlResult stored = runner_.run(sql_text::revocation_of, {id}).result;
  return !stored.rows.empty() && stored.rows.front() == SqlRow{value_of(revocation.at), reason};
}

std::vector<Session> SqlStore::sessions_of(const UserId& user) {
  return read_sessions(runner_.run(sql_text::sessions_of, {blob_of(user.bytes())}));
}

std::vector<Session> SqlStore::open_sessions_of(const UserId& user) {
  return read_sessions(runner_.run(sql_text::open_sessions_of, {blob_of(user.bytes())}));
}

std::vector<Session> SqlStore::latest_sessions_of(const UserId& user, int limit) {
  return read_sessions(
      runner_.run(sql_text::latest_sessions_of, {blob_of(user.bytes()), std::int64_t{limit}}));
}

bool SqlStore::is_known_device(const UserId& user, std::string_view device_id, std::int64_t epoch) {
  const auto rows =
      runner_.run(sql_text::latest_end_on_device, {blob_of(user.bytes()), std::string(device_id), epoch})
          .result.rows;
  if (rows.empty()) return false;
  RowReader reader(rows.front());
  return !is_of_stranger(static_cast<RevokeReason>(reader.number()));
}

std::vector<EndedSession> SqlStore::sessions_ended_since(Instant since) {
  const SqlAnswer answer = runner_.run(sql_text::sessions_ended_since, {value_of(since), value_of(since)});
  std::vector<EndedSession> ended;
  ended.reserve(answer.result.rows.size());
  for (const SqlRow& row : answer.result.rows) {
    RowReader reader(row);
    const auto session = reader.id<SessionId>();
    ended.push_back({session, reader.instant()});
  }
  return ended;
}

}  // namespace cardea
