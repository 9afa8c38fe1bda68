#include "store/sessions.h"

#include "store/sql_store.h"

namespace cardea {
namespace sql_text {

constexpr SqlText sessions_of{"SELECT ", session_columns,
                              " FROM {prefix}session s WHERE s.user_id = ? ORDER BY s.id"};

constexpr SqlText open_sessions_of{
    "SELECT ", session_columns,
    " FROM {prefix}session s WHERE s.user_id = ? AND s.revoked_at = 0 ORDER BY s.id"};

constexpr SqlText latest_sessions_of{
    "SELECT ", session_columns, " FROM {prefix}session s WHERE s.user_id = ? ORDER BY s.id DESC LIMIT ?"};

constexpr std::string_view latest_end_on_device =
    "SELECT revoke_reason FROM {prefix}session WHERE user_id = ? AND device_id = ? AND user_epoch = ?"
    " ORDER BY id DESC LIMIT 1";

// Whether a revocation whose answer was lost is the one in the row.
constexpr std::string_view revocation_of =
    "SELECT revoked_at, revoke_reason FROM {prefix}session WHERE id = ?";

// Those that ended by themselves, and those that a later epoch of their user ended.
constexpr std::string_view sessions_ended_since =
    "SELECT id, revoked_at FROM {prefix}session WHERE revoked_at >= ? UNION ALL SELECT s.id,"
    " u.sessions_ended_at FROM {prefix}user u JOIN {prefix}session s ON s.user_id = u.id WHERE"
    " u.sessions_ended_at >= ? AND s.user_epoch <> u.epoch AND s.revoked_at = 0";

// The sessions that stand, by transport. Reads the whole table.
constexpr std::string_view sessions_by_transport =
    "SELECT s.keyhole, COUNT(*), MAX(CASE WHEN s.absolute_until <> 0 AND s.absolute_until < s.idle_until"
    " THEN s.absolute_until ELSE s.idle_until END) FROM {prefix}session s JOIN {prefix}user u ON u.id ="
    " s.user_id WHERE s.revoked_at = 0 AND s.user_epoch = u.epoch AND u.status = 0 AND s.idle_until > ? AND"
    " (s.absolute_until = 0 OR s.absolute_until > ?) GROUP BY s.keyhole ORDER BY s.keyhole";

// Tokens of the system before this one.

constexpr std::string_view legacy_token_columns = "digest, user_id, expires_at, session_id, exchanged_at";

constexpr SqlText add_legacy_token{"INSERT INTO {prefix}legacy_token (", legacy_token_columns,
                                   ") VALUES (?, ?, ?, ?, ?)"};

constexpr SqlText legacy_token{"SELECT ", legacy_token_columns,
                               " FROM {prefix}legacy_token WHERE digest = ?"};

constexpr std::string_view claim_legacy_token =
    "UPDATE {prefix}legacy_token SET session_id = ?, exchanged_at = ? WHERE digest = ? AND exchanged_at ="
    " 0";

constexpr std::string_view waiting_legacy_tokens =
    "SELECT COUNT(*), COALESCE(MAX(expires_at), 0) FROM {prefix}legacy_token WHERE exchanged_at = 0 AND"
    " expires_at > ?";

constexpr std::string_view any_legacy_token = "SELECT expires_at FROM {prefix}legacy_token LIMIT 1";

}  // namespace sql_text

namespace {

constexpr std::size_t user_agent_limit = 255;  // bytes

Session read_session(RowReader& reader) {
  Session session;
  session.id = reader.id<SessionId>();
  session.user = reader.id<UserId>();
  session.device_id = reader.text();
  session.device_name = reader.text();
  session.nonce = reader.nonce();
  session.generation = static_cast<Generation>(reader.number());
  session.rotated_at = reader.instant();
  session.idempotency = reader.optional_digest();
  session.user_epoch = reader.number();
  session.method = reader.text();
  session.user_agent = reader.text();
  session.ip = reader.text();
  session.created_at = reader.instant();
  session.idle_until = reader.instant();
  session.absolute_until = reader.instant();
  session.revoked_at = reader.instant();
  session.revoke_reason = static_cast<RevokeReason>(reader.number());
  session.transport = static_cast<Transport>(reader.number());
  session.authenticated_at = reader.instant();
  session.amr = reader.text();
  return session;
}

SessionState read_state(RowReader& reader) {
  SessionState state;
  state.session = read_session(reader);
  state.user = read_user(reader);
  return state;
}

EndedSession read_ended_session(RowReader& reader) {
  const auto session = reader.id<SessionId>();
  return {session, reader.instant()};
}

TransportSessions read_transport_sessions(RowReader& reader) {
  TransportSessions sessions;
  sessions.transport = static_cast<Transport>(reader.number());
  sessions.sessions = reader.number();
  sessions.last_end = reader.instant();
  return sessions;
}

LegacyToken read_legacy_token(RowReader& reader) {
  LegacyToken token;
  token.digest = reader.digest();
  token.user = reader.id<UserId>();
  token.expires_at = reader.instant();
  token.session = reader.optional_id<SessionId>().value_or(SessionId{});
  token.exchanged_at = reader.instant();
  return token;
}

}  // namespace

SqlValues values_of(const Session& session) {
  return {blob_of(session.id.bytes()),
          blob_of(session.user.bytes()),
          session.device_id,
          session.device_name,
          blob_of(view_of(session.nonce)),
          static_cast<std::int64_t>(session.generation),
          value_of(session.rotated_at),
          value_of(session.idempotency),
          session.user_epoch,
          session.method,
          storable(session.user_agent, user_agent_limit),
          session.ip,
          value_of(session.created_at),
          value_of(session.idle_until),
          value_of(session.absolute_until),
          value_of(session.revoked_at),
          static_cast<std::int64_t>(session.revoke_reason),
          static_cast<std::int64_t>(session.transport),
          value_of(session.authenticated_at),
          session.amr};
}

// A duplicate is the same row, sent a second time: ids are random.
void SqlStore::add_session(const Session& session) {
  runner_.run(sql_text::add_session, values_of(session));
}

std::optional<SessionState> SqlStore::session(const SessionId& id, Freshness freshness) {
  const SqlAnswer answer = runner_.run(sql_text::session_with_user, {blob_of(id.bytes())}, freshness);
  return first_record(answer.result, read_state);
}

RotationOutcome SqlStore::rotate(const Rotation& rotation) {
  SqlValues values{std::int64_t{rotation.to},
                   value_of(rotation.rotated_at),
                   value_of(rotation.idle_until),
                   value_of(rotation.idempotency),
                   storable(rotation.user_agent, user_agent_limit),
                   rotation.ip,
                   static_cast<std::int64_t>(rotation.transport)};
  if (const auto& proof = rotation.proof) values.insert(values.end(), {value_of(proof->at), proof->amr});
  values.insert(values.end(), {blob_of(rotation.session.bytes()), std::int64_t{rotation.from},
                               rotation.user_epoch, rotation.user_epoch});
  const auto result = runner_.run_once(rotation.proof ? sql_text::reauthenticate : sql_text::rotate, values);
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
  return all_records(runner_.run(sql_text::sessions_of, {blob_of(user.bytes())}).result, read_session);
}

std::vector<Session> SqlStore::open_sessions_of(const UserId& user) {
  return all_records(runner_.run(sql_text::open_sessions_of, {blob_of(user.bytes())}).result, read_session);
}

std::vector<Session> SqlStore::latest_sessions_of(const UserId& user, int limit) {
  const SqlValues values{blob_of(user.bytes()), std::int64_t{limit}};
  return all_records(runner_.run(sql_text::latest_sessions_of, values).result, read_session);
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
  return all_records(answer.result, read_ended_session);
}

std::vector<TransportSessions> SqlStore::sessions_by_transport(Instant now) {
  const SqlAnswer answer = runner_.run(sql_text::sessions_by_transport, {value_of(now), value_of(now)});
  return all_records(answer.result, read_transport_sessions);
}

bool SqlStore::add_legacy_token(const LegacyToken& token) {
  const bool bound = token.exchanged_at != never;
  const SqlAnswer answer = runner_.run(
      sql_text::add_legacy_token,
      {blob_of(view_of(token.digest)), blob_of(token.user.bytes()), value_of(token.expires_at),
       bound ? SqlValue(blob_of(token.session.bytes())) : SqlValue(), value_of(token.exchanged_at)});
  return !answer.duplicate || answer.repeated;
}

std::optional<LegacyToken> SqlStore::legacy_token(const Digest& digest) {
  const SqlAnswer answer = runner_.run(sql_text::legacy_token, {blob_of(view_of(digest))});
  return first_record(answer.result, read_legacy_token);
}

void SqlStore::claim_legacy_token(const Digest& digest, const SessionId& session, Instant at) {
  runner_.run(sql_text::claim_legacy_token,
              {blob_of(session.bytes()), value_of(at), blob_of(view_of(digest))});
}

WaitingLegacyTokens SqlStore::waiting_legacy_tokens(Instant now) {
  const SqlAnswer answer = runner_.run(sql_text::waiting_legacy_tokens, {value_of(now)});
  RowReader reader(answer.result.rows.at(0));
  WaitingLegacyTokens waiting;
  waiting.tokens = reader.number();
  waiting.last_end = reader.instant();
  return waiting;
}

bool SqlStore::has_legacy_tokens() {
  return !runner_.run(sql_text::any_legacy_token, {}).result.rows.empty();
}

}  // namespace cardea
