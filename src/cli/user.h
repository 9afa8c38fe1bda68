// cardea user. Other files need of it only the scopes of users (RFC 6749 section 3.3): words with blanks between them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace cardea {

// The words with one blank between them, each once; empty if a letter is not allowed or they are more than
// 255 bytes.
[[nodiscard]] std::optional<std::string> tidy_scope(std::string_view text);

}  // namespace cardea
