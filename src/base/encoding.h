// Bytes, and what text says about them: the types of byte strings, their text forms, and whole numbers. Every
// reader is strict, so that one value has one text.
//
// Binary data travels as std::string (owning) or std::string_view (borrowed): both may hold NUL bytes. Fixed
// sizes that mean something are arrays, so that a nonce cannot pass for a digest.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace cardea {

using Digest = std::array<std::uint8_t, 32>;  // SHA-256 or HMAC-SHA-256
using Nonce = std::array<std::uint8_t, 16>;   // 128 random bits

// Borrows the bytes of an array. The array must outlive the view.
template <std::size_t Size>
[[nodiscard]] inline std::string_view view_of(const std::array<std::uint8_t, Size>& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), Size};
}

// Copies exactly Size bytes out of text. Precondition: text.size() == Size.
template <std::size_t Size>
[[nodiscard]] inline std::array<std::uint8_t, Size> array_of(std::string_view text) {
  std::array<std::uint8_t, Size> bytes{};
  for (std::size_t i = 0; i < Size && i < text.size(); ++i) bytes[i] = static_cast<std::uint8_t>(text[i]);
  return bytes;
}

// The text forms, via libsodium: base64url (RFC 4648 section 5, without padding, as JOSE wants it), base64 with
// padding (section 4) and lower-case hex (section 8). Decoding returns nothing for a foreign character, for
// padding that is missing, incomplete or not allowed, and for non-zero unused bits at the end.

[[nodiscard]] std::string base64url_encode(std::string_view bytes);
[[nodiscard]] std::optional<std::string> base64url_decode(std::string_view text);

[[nodiscard]] std::string base64_encode(std::string_view bytes);
[[nodiscard]] std::optional<std::string> base64_decode(std::string_view text);

[[nodiscard]] std::string hex_encode(std::string_view bytes);
[[nodiscard]] std::optional<std::string> hex_decode(std::string_view text);

// A number as bytes, the most significant one first: the last `size` bytes of it, 1 to 8.
void append_number(std::string& bytes, std::uint64_t number, int size);
// The number that these bytes are. Precondition: at most 8 of them.
[[nodiscard]] std::uint64_t number_of(std::string_view bytes);

// Decimal digits only; nothing if the text is empty, holds anything else (a sign, a blank, a prefix), or is above
// maximum. Leading zeros are allowed ("007").
[[nodiscard]] std::optional<std::int64_t> whole_number(std::string_view text, std::int64_t maximum);

}  // namespace cardea
