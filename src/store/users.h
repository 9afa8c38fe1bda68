// A user's row as the statements of other subjects read it.
#pragma once

#include "store/sql/connection.h"

namespace cardea {

// Of {prefix}user u, in the order of read_user and values_of.
inline constexpr std::string_view user_columns =
    "u.id, u.email_key, u.email, u.name, u.password_hash, u.status, u.epoch, u.scope, u.last_method,"
    " u.created_at, u.last_sign_in_at, u.language";

[[nodiscard]] User read_user(RowReader& reader);
[[nodiscard]] SqlValues values_of(const User& user);

namespace sql_text {

inline constexpr SqlText user_by_id{"SELECT ", user_columns, " FROM {prefix}user u WHERE u.id = ?"};

}  // namespace sql_text
}  // namespace cardea
