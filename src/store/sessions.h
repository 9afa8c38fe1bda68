// A session's row, and those statements on it that measurements run bare and tests make fail.
#pragma once

#include "store/users.h"

namespace cardea {

[[nodiscard]] SqlValues values_of(const Session& session);

namespace sql_text {

inline constexpr std::string_view add_session =
    "INSERT INTO {prefix}session (id, user_id, device_id, device_name, nonce, generation, rotated_at,"
    " idempotency, user_epoch, method, user_agent, ip, created_at, idle_until, absolute_until,"
    " revoked_at, revoke_reason, keyhole, authenticated_at, amr) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,"
    " ?, ?, ?, ?, ?, ?, ?)";

// Of {prefix}session s, in the order of values_of.
inline constexpr std::string_view session_columns =
    "s.id, s.user_id, s.device_id, s.device_name, s.nonce, s.generation, s.rotated_at, s.idempotency,"
    " s.user_epoch, s.method, s.user_agent, s.ip, s.created_at, s.idle_until, s.absolute_until, s.revoked_at,"
    " s.revoke_reason, s.keyhole, s.authenticated_at, s.amr";

// The session and its user in one snapshot.
inline constexpr SqlText session_with_user{
    "SELECT ", session_columns, ", ", user_columns,
    " FROM {prefix}session s JOIN {prefix}user u ON u.id = s.user_id WHERE s.id = ?"};

// The compare and swap of the product. It changes no indexed column, so that it locks one row and nothing
// else. The user is asked in the same statement: a sign-out everywhere that was acknowledged before is never
// overtaken. Not EXISTS, which an optimizer may turn into a join that reads and locks all users.
inline constexpr std::string_view rotate =
    "UPDATE {prefix}session SET generation = ?, rotated_at = ?, idle_until = ?, idempotency = ?,"
    " user_agent = ?, ip = ?, keyhole = ? WHERE id = ? AND generation = ? AND user_epoch = ?"
    " AND revoked_at = 0"
    " AND ? = (SELECT epoch FROM {prefix}user WHERE {prefix}user.id = {prefix}session.user_id)";

// The same, by a client whose user has just proved who they are.
inline constexpr std::string_view reauthenticate =
    "UPDATE {prefix}session SET generation = ?, rotated_at = ?, idle_until = ?, idempotency = ?,"
    " user_agent = ?, ip = ?, keyhole = ?, authenticated_at = ?, amr = ? WHERE id = ? AND generation = ?"
    " AND user_epoch = ? AND revoked_at = 0"
    " AND ? = (SELECT epoch FROM {prefix}user WHERE {prefix}user.id = {prefix}session.user_id)";

inline constexpr std::string_view revoke =
    "UPDATE {prefix}session SET revoked_at = ?, revoke_reason = ? WHERE id = ? AND revoked_at = 0";

}  // namespace sql_text
}  // namespace cardea
