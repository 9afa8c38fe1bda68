// PEM text (RFC 7468 section 3, the strict form): one block, its label, its bytes, and nothing around it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/secret.h"

namespace cardea {

// A key of refresh tokens.
inline constexpr std::string_view refresh_key_label = "CARDEA REFRESH KEY";
inline constexpr std::size_t refresh_key_size = 32;

struct PemBlock {
  std::string label;  // "PRIVATE KEY"
  Secret bytes;
};

// Nothing if the text is not exactly one block. Lines may be of any length and may end in CR LF.
[[nodiscard]] std::optional<PemBlock> parse_pem(std::string_view text);

// Lines of 64 characters.
[[nodiscard]] Secret write_pem(std::string_view label, const Secret& bytes);

}  // namespace cardea
