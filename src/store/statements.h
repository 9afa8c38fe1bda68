// Every SQL text of the program apart from the migrations. Written for both dialects at once: only what
// MySQL 5.7, MariaDB 10.2 and SQLite 3.34 understand alike. {prefix} is the table prefix; values are bound,
// never written in.
//
// A change of state is one conditional statement that commits by itself, and the number of changed rows is
// the answer.
#pragma once

#include <string_view>

namespace cardea::sql_text {

// Users.

inline constexpr std::string_view add_user =
    "INSERT INTO {prefix}user (id, email_key, email, name, password_hash, status, epoch, scope,"
    " last_method, created_at, last_sign_in_at, language) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

inline constexpr std::string_view user_by_email =
    "SELECT id, email_key, email, name, password_hash, status, epoch, scope, last_method, created_at,"
    " last_sign_in_at, language FROM {prefix}user WHERE email_key = ?";

inline constexpr std::string_view user_by_id =
    "SELECT id, email_key, email, name, password_hash, status, epoch, scope, last_method, created_at,"
    " last_sign_in_at, language FROM {prefix}user WHERE id = ?";

inline constexpr std::string_view users_after =
    "SELECT id, email_key, email, name, password_hash, status, epoch, scope, last_method, created_at,"
    " last_sign_in_at, language FROM {prefix}user WHERE id > ? ORDER BY id LIMIT ?";

inline constexpr std::string_view set_password =
    "UPDATE {prefix}user SET password_hash = ?, epoch = epoch + 1, sessions_ended_at = ? WHERE id = ?";

inline constexpr std::string_view change_password =
    "UPDATE {prefix}user SET password_hash = ?, epoch = epoch + 1, sessions_ended_at = ? WHERE id = ? AND"
    " epoch = ? AND password_hash = ?";

inline constexpr std::string_view replace_password_hash =
    "UPDATE {prefix}user SET password_hash = ? WHERE id = ? AND password_hash = ?";

inline constexpr std::string_view disable_user =
    "UPDATE {prefix}user SET status = ?, epoch = epoch + 1, sessions_ended_at = ? WHERE id = ?";

inline constexpr std::string_view enable_user = "UPDATE {prefix}user SET status = ? WHERE id = ?";

inline constexpr std::string_view next_epoch =
    "UPDATE {prefix}user SET epoch = epoch + 1, sessions_ended_at = ? WHERE id = ?";

inline constexpr std::string_view set_email_key =
    "UPDATE {prefix}user SET email_key = ? WHERE id = ? AND email_key = ?";

inline constexpr std::string_view set_scope = "UPDATE {prefix}user SET scope = ? WHERE id = ? AND scope = ?";

inline constexpr std::string_view note_sign_in =
    "UPDATE {prefix}user SET last_method = ?, last_sign_in_at = ?, language = CASE WHEN ? = '' THEN language"
    " ELSE ? END WHERE id = ?";

inline constexpr std::string_view set_profile = "UPDATE {prefix}user SET name = ?, language = ? WHERE id = ?";

// The rows stay until they are purged, because other hosts have yet to see that the sessions ended; what is
// personal in them goes. The order matters: MySQL assigns from left to right.
inline constexpr std::string_view empty_sessions_of =
    "UPDATE {prefix}session SET revoke_reason = CASE WHEN revoked_at = 0 THEN ? ELSE revoke_reason END,"
    " revoked_at = CASE WHEN revoked_at = 0 THEN ? ELSE revoked_at END, device_id = '', device_name = '',"
    " user_agent = '', ip = '', idle_until = ? WHERE user_id = ?";

inline constexpr std::string_view delete_identities_of = "DELETE FROM {prefix}identity WHERE user_id = ?";

inline constexpr std::string_view delete_legacy_tokens_of =
    "DELETE FROM {prefix}legacy_token WHERE user_id = ?";

inline constexpr std::string_view clear_event_details_of =
    "UPDATE {prefix}event SET detail = '' WHERE user_id = ?";

inline constexpr std::string_view delete_user = "DELETE FROM {prefix}user WHERE id = ?";

// Identities at providers of social sign-in.

inline constexpr std::string_view add_provider_identity =
    "INSERT INTO {prefix}provider_identity (issuer, subject, provider, user_id, created_at) VALUES (?, ?, ?, "
    "?, ?)";

// The user's row is asked in the same statement, as in rotate.
inline constexpr std::string_view link_provider_identity =
    "INSERT INTO {prefix}provider_identity (issuer, subject, provider, user_id, created_at)"
    " SELECT ?, ?, ?, ?, ? FROM {prefix}user WHERE {prefix}user.id = ? AND {prefix}user.epoch = ?";

inline constexpr std::string_view delete_provider_identities_of =
    "DELETE FROM {prefix}provider_identity WHERE user_id = ?";

inline constexpr std::string_view provider_identity =
    "SELECT issuer, subject, provider, user_id, created_at FROM {prefix}provider_identity"
    " WHERE issuer = ? AND subject = ?";

inline constexpr std::string_view provider_identities_of =
    "SELECT issuer, subject, provider, user_id, created_at FROM {prefix}provider_identity"
    " WHERE user_id = ? ORDER BY issuer";

// The count stands in a table of its own: MySQL does not read the table it deletes from. A user whose row is
// not there has nothing to lose.
inline constexpr std::string_view remove_provider_identity =
    "DELETE FROM {prefix}provider_identity WHERE user_id = ? AND issuer = ?"
    " AND (COALESCE((SELECT password_hash FROM {prefix}user WHERE {prefix}user.id = ?), '-') <> ''"
    " OR 1 < (SELECT held FROM (SELECT COUNT(*) AS held"
    " FROM {prefix}provider_identity WHERE user_id = ?) AS counted))";

// Sessions.

inline constexpr std::string_view add_session =
    "INSERT INTO {prefix}session (id, user_id, device_id, device_name, nonce, generation, rotated_at,"
    " idempotency, user_epoch, method, user_agent, ip, created_at, idle_until, absolute_until,"
    " revoked_at, revoke_reason, keyhole) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

// The session and its user in one snapshot.
inline constexpr std::string_view session_with_user =
    "SELECT s.id, s.user_id, s.device_id, s.device_name, s.nonce, s.generation, s.rotated_at,"
    " s.idempotency, s.user_epoch, s.method, s.user_agent, s.ip, s.created_at, s.idle_until,"
    " s.absolute_until, s.revoked_at, s.revoke_reason, s.keyhole, u.id, u.email_key, u.email, u.name,"
    " u.password_hash, u.status, u.epoch, u.scope, u.last_method, u.created_at, u.last_sign_in_at,"
    " u.language FROM {prefix}session s JOIN {prefix}user u ON u.id = s.user_id WHERE s.id = ?";

inline constexpr std::string_view sessions_of =
    "SELECT id, user_id, device_id, device_name, nonce, generation, rotated_at, idempotency, user_epoch,"
    " method, user_agent, ip, created_at, idle_until, absolute_until, revoked_at, revoke_reason, keyhole"
    " FROM {prefix}session WHERE user_id = ? ORDER BY id";

inline constexpr std::string_view open_sessions_of =
    "SELECT id, user_id, device_id, device_name, nonce, generation, rotated_at, idempotency, user_epoch,"
    " method, user_agent, ip, created_at, idle_until, absolute_until, revoked_at, revoke_reason, keyhole"
    " FROM {prefix}session WHERE user_id = ? AND revoked_at = 0 ORDER BY id";

inline constexpr std::string_view latest_sessions_of =
    "SELECT id, user_id, device_id, device_name, nonce, generation, rotated_at, idempotency, user_epoch,"
    " method, user_agent, ip, created_at, idle_until, absolute_until, revoked_at, revoke_reason, keyhole"
    " FROM {prefix}session WHERE user_id = ? ORDER BY id DESC LIMIT ?";

inline constexpr std::string_view latest_end_on_device =
    "SELECT revoke_reason FROM {prefix}session WHERE user_id = ? AND device_id = ? AND user_epoch = ?"
    " ORDER BY id DESC LIMIT 1";

// The compare and swap of the product. It changes no indexed column, so that it locks one row and nothing
// else. The user is asked in the same statement: a sign-out everywhere that was acknowledged before is never
// overtaken. Not EXISTS, which an optimizer may turn into a join that reads and locks all users.
inline constexpr std::string_view rotate =
    "UPDATE {prefix}session SET generation = ?, rotated_at = ?, idle_until = ?, idempotency = ?,"
    " user_agent = ?, ip = ?, keyhole = ? WHERE id = ? AND generation = ? AND user_epoch = ?"
    " AND revoked_at = 0"
    " AND ? = (SELECT epoch FROM {prefix}user WHERE {prefix}user.id = {prefix}session.user_id)";

inline constexpr std::string_view revoke =
    "UPDATE {prefix}session SET revoked_at = ?, revoke_reason = ? WHERE id = ? AND revoked_at = 0";

// Whether a revocation whose answer was lost is the one in the row.
inline constexpr std::string_view revocation_of =
    "SELECT revoked_at, revoke_reason FROM {prefix}session WHERE id = ?";

// Those that ended by themselves, and those that a later epoch of their user ended.
inline constexpr std::string_view sessions_ended_since =
    "SELECT id, revoked_at FROM {prefix}session WHERE revoked_at >= ? UNION ALL SELECT s.id,"
    " u.sessions_ended_at FROM {prefix}user u JOIN {prefix}session s ON s.user_id = u.id WHERE"
    " u.sessions_ended_at >= ? AND s.user_epoch <> u.epoch AND s.revoked_at = 0";

// The sessions that stand, by transport. Reads the whole table.
inline constexpr std::string_view sessions_by_transport =
    "SELECT s.keyhole, COUNT(*), MAX(CASE WHEN s.absolute_until <> 0 AND s.absolute_until < s.idle_until"
    " THEN s.absolute_until ELSE s.idle_until END) FROM {prefix}session s JOIN {prefix}user u ON u.id ="
    " s.user_id WHERE s.revoked_at = 0 AND s.user_epoch = u.epoch AND u.status = 0 AND s.idle_until > ? AND"
    " (s.absolute_until = 0 OR s.absolute_until > ?) GROUP BY s.keyhole ORDER BY s.keyhole";

// Identities.

inline constexpr std::string_view add_identity =
    "INSERT INTO {prefix}identity (provider, subject, user_id, created_at) VALUES (?, ?, ?, ?)";

inline constexpr std::string_view user_of_identity =
    "SELECT u.id, u.email_key, u.email, u.name, u.password_hash, u.status, u.epoch, u.scope,"
    " u.last_method, u.created_at, u.last_sign_in_at, u.language"
    " FROM {prefix}identity i JOIN {prefix}user u ON u.id = i.user_id WHERE i.provider = ? AND i.subject = ?";

// Tokens of the system before this one.

inline constexpr std::string_view add_legacy_token =
    "INSERT INTO {prefix}legacy_token (digest, user_id, expires_at, session_id, exchanged_at) VALUES (?, ?,"
    " ?, ?, ?)";

inline constexpr std::string_view legacy_token =
    "SELECT digest, user_id, expires_at, session_id, exchanged_at FROM {prefix}legacy_token WHERE digest ="
    " ?";

inline constexpr std::string_view claim_legacy_token =
    "UPDATE {prefix}legacy_token SET session_id = ?, exchanged_at = ? WHERE digest = ? AND exchanged_at ="
    " 0";

inline constexpr std::string_view waiting_legacy_tokens =
    "SELECT COUNT(*), COALESCE(MAX(expires_at), 0) FROM {prefix}legacy_token WHERE exchanged_at = 0 AND"
    " expires_at > ?";

inline constexpr std::string_view any_legacy_token = "SELECT expires_at FROM {prefix}legacy_token LIMIT 1";

// Counts.

inline constexpr std::string_view add_to_tally =
    "UPDATE {prefix}tally SET total = total + ?, last_at = CASE WHEN last_at < ? THEN ? ELSE last_at END"
    " WHERE day = ? AND name = ?";

inline constexpr std::string_view start_tally =
    "INSERT INTO {prefix}tally (day, name, total, last_at) VALUES (?, ?, ?, ?)";

inline constexpr std::string_view tallies =
    "SELECT day, name, total, last_at FROM {prefix}tally WHERE day >= ? ORDER BY day, name";

// Events.

inline constexpr std::string_view add_event =
    "INSERT INTO {prefix}event (id, happened_at, kind, user_id, session_id, ip, detail) VALUES (?, ?, ?,"
    " ?, ?, ?, ?)";

inline constexpr std::string_view events =
    "SELECT id, happened_at, kind, user_id, session_id, ip, detail FROM {prefix}event WHERE happened_at"
    " >= ? ORDER BY happened_at DESC, id DESC LIMIT ?";

inline constexpr std::string_view events_of =
    "SELECT id, happened_at, kind, user_id, session_id, ip, detail FROM {prefix}event WHERE user_id = ?"
    " AND happened_at >= ? ORDER BY happened_at DESC, id DESC LIMIT ?";

// Throttles.

inline constexpr std::string_view throttle =
    "SELECT failures, window_began, blocked_until FROM {prefix}throttle WHERE bucket = ?";

inline constexpr std::string_view add_throttle =
    "INSERT INTO {prefix}throttle (bucket, failures, window_began, blocked_until) VALUES (?, ?, ?, ?)";

inline constexpr std::string_view move_throttle =
    "UPDATE {prefix}throttle SET failures = ?, window_began = ?, blocked_until = ? WHERE bucket = ? AND"
    " failures = ? AND window_began = ? AND blocked_until = ?";

inline constexpr std::string_view remove_throttle =
    "DELETE FROM {prefix}throttle WHERE bucket = ? AND failures = ? AND window_began = ? AND"
    " blocked_until = ?";

// Housekeeping: keys first, then each row by its key and only if it still has ended. DELETE ... LIMIT is not
// everywhere, and a large DELETE locks what it reads and is one write-set on a cluster.

inline constexpr std::string_view begin = "BEGIN";
inline constexpr std::string_view commit = "COMMIT";
inline constexpr std::string_view rollback = "ROLLBACK";

inline constexpr std::string_view ended_sessions =
    "SELECT id FROM {prefix}session WHERE idle_until < ? OR (absolute_until <> 0 AND absolute_until < ?)"
    " LIMIT ?";

inline constexpr std::string_view delete_ended_session =
    "DELETE FROM {prefix}session WHERE id = ? AND (idle_until < ? OR (absolute_until <> 0 AND"
    " absolute_until < ?))";

inline constexpr std::string_view old_events = "SELECT id FROM {prefix}event WHERE happened_at < ? LIMIT ?";

inline constexpr std::string_view delete_event = "DELETE FROM {prefix}event WHERE id = ? AND happened_at < ?";

inline constexpr std::string_view old_throttles =
    "SELECT bucket FROM {prefix}throttle WHERE window_began < ? AND blocked_until < ? LIMIT ?";

inline constexpr std::string_view delete_old_throttle =
    "DELETE FROM {prefix}throttle WHERE bucket = ? AND window_began < ? AND blocked_until < ?";

inline constexpr std::string_view old_legacy_tokens =
    "SELECT digest FROM {prefix}legacy_token WHERE expires_at < ? LIMIT ?";

inline constexpr std::string_view delete_old_legacy_token =
    "DELETE FROM {prefix}legacy_token WHERE digest = ? AND expires_at < ?";

inline constexpr std::string_view ping = "SELECT 1";

// Schema and server.

inline constexpr std::string_view schema_version = "SELECT MAX(version) FROM {prefix}schema";

// The version, when it was last proven that bytes come back as they were sent (a row of no migration), and
// the database's own clock, by which that is told.
inline constexpr std::string_view mysql_schema_state =
    "SELECT MAX(version), MAX(CASE WHEN version = 0 THEN applied_at ELSE 0 END),"
    " CAST(UNIX_TIMESTAMP(NOW(3)) * 1000 AS SIGNED) FROM {prefix}schema";

inline constexpr std::string_view sqlite_schema_state =
    "SELECT MAX(version), MAX(CASE WHEN version = 0 THEN applied_at ELSE 0 END),"
    " CAST(strftime('%s', 'now') AS INTEGER) * 1000 FROM {prefix}schema";

inline constexpr std::string_view add_proof =
    "INSERT INTO {prefix}schema (version, name, applied_at) VALUES (0, 'bytes come back', 0)";

inline constexpr std::string_view note_migration =
    "UPDATE {prefix}schema SET applied_at = ? WHERE version = ?";

inline constexpr std::string_view sqlite_write_lock = "BEGIN IMMEDIATE";

// Names of locks are the server's, not the database's, and at most 64 long.
inline constexpr std::string_view mysql_migration_lock =
    "SELECT GET_LOCK(LEFT(CONCAT('{prefix}migrate.', DATABASE()), 64), 30)";

inline constexpr std::string_view mysql_migration_unlock =
    "SELECT RELEASE_LOCK(LEFT(CONCAT('{prefix}migrate.', DATABASE()), 64))";

inline constexpr std::string_view mysql_other_engines =
    "SELECT table_name, engine FROM information_schema.tables WHERE table_schema = DATABASE() AND engine"
    " <> 'InnoDB' AND table_name IN ('{prefix}schema', '{prefix}user', '{prefix}identity',"
    " '{prefix}session', '{prefix}event', '{prefix}throttle', '{prefix}tally', '{prefix}legacy_token',"
    " '{prefix}provider_identity')";

inline constexpr std::string_view mysql_clock = "SELECT CAST(UNIX_TIMESTAMP(NOW(3)) * 1000 AS SIGNED)";

}  // namespace cardea::sql_text
