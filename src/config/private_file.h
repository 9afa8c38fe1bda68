// Files that hold secrets: the configuration, and the files of passwords, client secrets and keys that it names. They are
// read only if no other user can read or change them: what others can read is no secret, and what others can write cannot
// be trusted.
#pragma once

#include <sys/types.h>
#include <cstddef>
#include <string>
#include <string_view>
#include <variant>

#include "base/secret.h"

namespace cardea {

enum class FileFault {
  missing,
  unreadable,  // not a file that this process can read: a directory, a link, too large, permissions
  exposed,     // other users can read or change it, or it belongs to one of them
};

// Why a file was not read: one phrase, without the file's name and contents.
struct Unreadable {
  std::string reason;
  FileFault fault = FileFault::unreadable;
};

inline constexpr std::size_t private_file_limit = std::size_t{64} * 1024;  // bytes

// The contents. Refuses a file that is missing, not a regular file (a FIFO is not waited for), a symbolic
// link, owned by neither root nor this process's user, readable or writable by others, readable by its group
// (unless it is root's) or writable by it, or larger than private_file_limit. The checks are made on the
// opened file, so that it cannot be exchanged between check and use.
[[nodiscard]] std::variant<std::string, Unreadable> read_private_file(const std::string& path);

// Writes the text under another name and renames it over the file, which has the mode whatever it had before: a reader
// sees the old file or the new one. False, with errno, if it could not be done; the old file is unchanged then.
[[nodiscard]] bool replace_file(const std::string& path, std::string_view text, mode_t mode);

}  // namespace cardea
