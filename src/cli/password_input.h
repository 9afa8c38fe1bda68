// Passwords come from standard input, never from an argument: other people on the host can read those.
#pragma once

#include <optional>
#include <variant>

#include "base/secret.h"
#include "cli/commands.h"

namespace cardea {

// The first line of console.in without its line break (LF or CR LF), prepared and hashed by the rules of
// [password]. From a terminal it is asked for twice, without echo. The hash, or the exit code after saying on
// console.err what was wrong.
[[nodiscard]] std::variant<std::string, ExitCode> read_and_hash_password(Job& job);

// The first line of standard input, asked for without echo at a terminal; nothing at the end of input.
[[nodiscard]] std::optional<Secret> read_secret(std::string_view question, Console& console);

}  // namespace cardea
