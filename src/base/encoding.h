// Text forms of bytes: base64url (RFC 4648 section 5, without padding, as JOSE wants it), base64 with
// padding (section 4, for PEM and phpass-free files) and lower-case hex (section 8). Decoding is strict:
// a foreign character, padding where none belongs, or non-zero trailing bits make it fail.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace cardea {

[[nodiscard]] std::string base64url_encode(std::string_view bytes);
[[nodiscard]] std::optional<std::string> base64url_decode(std::string_view text);

[[nodiscard]] std::string base64_encode(std::string_view bytes);
[[nodiscard]] std::optional<std::string> base64_decode(std::string_view text);

[[nodiscard]] std::string hex_encode(std::string_view bytes);
[[nodiscard]] std::optional<std::string> hex_decode(std::string_view text);

}  // namespace cardea
