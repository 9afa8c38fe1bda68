// cardea key import, legacy import: what a former system leaves behind. Other files need of it only the lines of the file
// that `cardea legacy import` reads.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/encoding.h"
#include "base/time.h"

namespace cardea {

inline constexpr std::string_view legacy_header = "user,legacy_id,token_sha256,expires_at";

struct LegacyLine {
  std::string user;              // e-mail or id
  std::string subject;           // the id in the former system; may be empty
  std::optional<Digest> digest;  // of a refresh token
  Instant expires_at{};          // of that token
};

// Exactly four fields without quotes; a subject of at most 255 bytes of UTF-8 without invisible characters;
// 64 hex digits, of either case, with their end in Unix seconds, or neither. At least one of subject and
// token.
[[nodiscard]] std::optional<LegacyLine> parse_legacy_line(std::string_view text);

}  // namespace cardea
