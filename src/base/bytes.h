// Byte strings. Binary data travels as std::string (owning) or std::string_view (borrowed): both may
// hold NUL bytes. Fixed sizes that mean something are arrays, so that a nonce cannot pass for a digest.
#pragma once

#include <array>
#include <cstdint>
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

}  // namespace cardea
