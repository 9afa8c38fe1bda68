// cardea user import. It reads a table of users from another program, as its export writes it, with the names of the
// columns in the first line: CSV (RFC 4180) with commas or semicolons, or the tab-separated text of mysql --batch, whose escapes
// begin with a backslash and which knows no quotes. UTF-8 or UTF-16. The table is read whole
// and checked line by line before anything is written.
#pragma once

#include <istream>
#include <string>
#include <vector>

#include "config/settings.h"
#include "store/records.h"

namespace cardea {

inline constexpr std::size_t user_table_size_limit = 64 * 1024 * 1024;  // bytes

struct UserRow {
  int line = 0;
  User user;  // without id; created_at is `now` where the table does not say
};

struct LeftOut {
  int line = 0;
  std::string why;  // what is wrong, what is allowed; without hashes
};

// Each line that is not empty is a row or a finding.
struct UserTable {
  std::vector<UserRow> rows;
  std::vector<LeftOut> findings;
  std::vector<LeftOut> notes;  // user names that were left out; their users are in rows
  std::string fault;           // why the text is no table; empty = it is one
};

// Columns, in any order: email (required), username, password_hash, name, scope, created_at (Unix seconds, or
// "2026-03-01 12:00:00", in UTC unless it says otherwise; a zero date counts as empty), disabled (yes, no, 1, 0),
// also by the names that other programs give them. NULL and \N are empty cells. A hash must be Argon2id or of
// a kind that settings.imported names. An e-mail that comes twice is a finding, and so is a line above 64
// KiB.
[[nodiscard]] UserTable read_user_table(std::istream& in, const PasswordSettings& settings, Instant now);

}  // namespace cardea
