// A user's row as the statements of other subjects read it.
#pragma once

#include "store/sql/connection.h"

namespace cardea {

// Of {prefix}user u, in the order of read_user and values_of.
inline constexpr std::string_view user_columns =
    "u.id, u.email_key, u.email, u.name, u.password_hash, u.status, u.epoch, u.scope, u.last_method,"
    " u.created_at, u.last_sign_in_at, u.language, u.closed_at, u.email_proven_at,"
    " u.username, u.username_key";

[[nodiscard]] User read_user(RowReader& reader);
[[nodiscard]] SqlValues values_of(const User& user);

namespace sql_text {

inline constexpr SqlText user_by_id{"SELECT ", user_columns, " FROM {prefix}user u WHERE u.id = ?"};

// The undo of a change of the address; here, so that tests can come between the reading of the row and this.
inline constexpr SqlText return_address{
    "UPDATE {prefix}user SET email_key = ?, email = ?, email_proven_at = ?, password_hash = ?,"
    " epoch = epoch + 1, sessions_ended_at = ?, closed_at = 0 WHERE id = ? AND epoch = ? AND password_hash = ?"
    " AND status = 0 AND EXISTS (SELECT 1 FROM {prefix}address_change WHERE {prefix}address_change.id = ?"
    " AND undo_until > ?)"};

}  // namespace sql_text
}  // namespace cardea
