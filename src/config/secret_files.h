// Settings that name a file instead of a value.
#pragma once

#include <string>
#include <string_view>

#include "base/secret.h"
#include "config/apply.h"

namespace cardea {

// Relative paths are relative to the directory of the configuration, whatever the current directory is.
[[nodiscard]] std::string path_beside(const std::string& configuration, std::string_view path);

// Reads the one line of a private file. Neither its name nor its contents are in the answer: either may be
// the secret.
[[nodiscard]] Problem read_one_line_secret(const std::string& configuration, std::string_view path,
                                           Secret& secret);

}  // namespace cardea
