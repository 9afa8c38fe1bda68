// Naming a user: everywhere by e-mail address or by id.
#pragma once

#include <optional>
#include <string_view>
#include <variant>

#include "cli/commands.h"

namespace cardea {

// The user, or the exit code after saying on console.err why there is none: `usage` when the text is neither
// an address nor an id, `refused` when nobody is called that.
[[nodiscard]] std::variant<User, ExitCode> find_user(std::string_view named, Job& job);

// "Ada Lovelace <ada@example.com>", printable.
[[nodiscard]] std::string shown_person(const User& user);

}  // namespace cardea
