// E-mail addresses. What a person typed is kept for showing; what decides who is who is the key: bytes,
// compared as bytes, so that no database collation can make two people one.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace cardea {

struct Email {
  std::string typed;  // trimmed, NFC, at most 254 bytes
  std::string key;    // typed with A-Z lower-cased and one trailing dot of the domain removed
  bool operator==(const Email&) const = default;
};

// Accepts local@domain (RFC 5321 section 4.1.2 without quoted strings and address literals): local part 1 to
// 64 bytes of RFC 5322 atext, dots between, or of visible non-ASCII UTF-8 (RFC 6532); domain of letters,
// digits, hyphens and dots with at least two labels of 1 to 63 bytes (international names in their xn--
// form). At most 254 bytes. Nothing otherwise: blanks inside, invisible characters, control characters, bad
// UTF-8.
[[nodiscard]] std::optional<Email> parse_email(std::string_view text);

}  // namespace cardea
