#include "base/encoding.h"

#include <sodium.h>
#include <algorithm>
#include <charconv>
#include <utility>

namespace cardea {
namespace {

constexpr int url_variant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;
constexpr int plain_variant = sodium_base64_VARIANT_ORIGINAL;

unsigned char* raw(std::string& bytes) {
  return reinterpret_cast<unsigned char*>(bytes.data());
}

const unsigned char* raw(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

// libsodium writes a NUL behind the text, where std::string has its own.
std::string encode(std::string_view bytes, int variant) {
  std::string text(sodium_base64_encoded_len(bytes.size(), variant) - 1, '\0');
  sodium_bin2base64(text.data(), text.size() + 1, raw(bytes), bytes.size(), variant);
  return text;
}

std::optional<std::string> decode(std::string_view text, int variant) {
  // libsodium 1.0.18 reads each byte from 0x80 on as if it stood in the alphabet.
  if (!std::all_of(text.begin(), text.end(), [](unsigned char byte) { return byte < 0x80; }))
    return std::nullopt;
  std::string bytes(text.size() / 4 * 3 + 3, '\0');
  std::size_t size = 0;
  // Because of the null before size, where it would say how far it got, it fails unless it has read all of the text.
  if (sodium_base642bin(raw(bytes), bytes.size(), text.data(), text.size(), nullptr, &size, nullptr,
                        variant) != 0)
    return std::nullopt;
  bytes.resize(size);
  return bytes;
}

}  // namespace

std::string base64url_encode(std::string_view bytes) {
  return encode(bytes, url_variant);
}

std::optional<std::string> base64url_decode(std::string_view text) {
  return decode(text, url_variant);
}

std::string base64_encode(std::string_view bytes) {
  return encode(bytes, plain_variant);
}

std::optional<std::string> base64_decode(std::string_view text) {
  return decode(text, plain_variant);
}

std::string hex_encode(std::string_view bytes) {
  std::string text(bytes.size() * 2, '\0');
  sodium_bin2hex(text.data(), text.size() + 1, raw(bytes), bytes.size());
  return text;
}

std::optional<std::string> hex_decode(std::string_view text) {
  if (text.find_first_of("ABCDEF") != text.npos) return std::nullopt;  // libsodium takes both cases
  std::string bytes(text.size() / 2, '\0');
  if (sodium_hex2bin(raw(bytes), bytes.size(), text.data(), text.size(), nullptr, nullptr, nullptr) != 0)
    return std::nullopt;
  return bytes;
}

void append_number(std::string& bytes, std::uint64_t number, int size) {
  for (int shift = 8 * (size - 1); shift >= 0; shift -= 8) bytes += static_cast<char>(number >> shift);
}

std::uint64_t number_of(std::string_view bytes) {
  std::uint64_t number = 0;
  for (const char byte : bytes) number = number << 8 | static_cast<std::uint8_t>(byte);
  return number;
}

std::optional<std::int64_t> whole_number(std::string_view text, std::int64_t maximum) {
  std::uint64_t value = 0;  // unsigned, so that from_chars refuses a minus
  const auto* const end = text.data() + text.size();
  const auto [read_to, problem] = std::from_chars(text.data(), end, value);
  if (problem != std::errc{} || read_to != end || std::cmp_greater(value, maximum)) return std::nullopt;
  return static_cast<std::int64_t>(value);
}

}  // namespace cardea
