// What the database holds about one user, as a table: which tables, which columns, and which of them the user gets to see.
// A copy for the user is made of it (Store::everything_about). tests/store/account_life_test.cpp compares it with the columns
// of the database, so that a new column is either shown or left out on purpose; and it looks into each table with a user_id
// after an account was erased.
#pragma once

#include <span>
#include <string_view>

namespace cardea {

enum class ColumnForm {
  text,
  number,
  time,      // RFC 3339; null for never
  id,        // of 16 bytes
  presence,  // whether there is something: a secret, or a hash of one, is never shown
};

struct ColumnAbout {
  std::string_view name;
  ColumnForm form = ColumnForm::text;
};

// The rows of one table that are about a user.
struct TableAbout {
  std::string_view name;                 // without the prefix
  std::span<const ColumnAbout> columns;  // in the order of the statement
  std::string_view rows;                 // the statement; its values: the user's id, the number of rows
  std::span<const std::string_view> not_shown;  // keys, hashes, and what says nothing
};

// The user's own row is first.
[[nodiscard]] std::span<const TableAbout> tables_about_users();

}  // namespace cardea
