// E-mail addresses. What a user typed is kept for showing and for messages. Accounts are found by the key: bytes,
// compared as bytes, so that no database collation takes two users for one.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace cardea {

struct Email {
  std::string typed;  // trimmed, NFC, with a plain '@' and plain dots in the domain, at most 254 bytes
  // At most 254 bytes: the local part in lower case of every script; the domain in lower case, an international
  // one in its xn-- form, without a dot at the end.
  std::string key;
  bool operator==(const Email&) const = default;
};

// Accepts local@domain (RFC 5321 section 4.1.2 without quoted strings and address literals): local part 1 to
// 64 bytes of RFC 5322 atext, dots between, or of visible non-ASCII UTF-8 (RFC 6532); domain of at least two
// labels of 1 to 63 bytes of letters, digits and hyphens, or an international one (RFC 5891, mapped as Unicode
// Technical Standard 46 has it, without its transitional part), whose dots may be those of East Asia. At most 254
// bytes as typed and as a key. Nothing otherwise: blanks inside, invisible characters, control characters, bad
// UTF-8.
[[nodiscard]] std::optional<Email> parse_email(std::string_view text);

// The key that older versions stored for the address: they had no lower case for other scripts than Latin. Users
// from then are found by it.
[[nodiscard]] std::string older_key(std::string_view typed);

// The address as mail programs take it: its domain in ASCII, without a dot at the end. A text that is no address is
// returned unchanged.
[[nodiscard]] std::string mail_address(std::string_view typed);

}  // namespace cardea
