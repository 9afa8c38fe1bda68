#include "base/id.h"

#include "base/encoding.h"

namespace cardea {

Uuid new_uuid(Instant now, Entropy& entropy) {
  auto uuid = random_array<16>(entropy);
  auto count = static_cast<std::uint64_t>(unix_milliseconds(now));
  for (int i = 5; i >= 0; --i, count >>= 8)
    uuid[static_cast<std::size_t>(i)] = static_cast<std::uint8_t>(count);
  uuid[6] = static_cast<std::uint8_t>(0x70 | (uuid[6] & 0x0F));
  uuid[8] = static_cast<std::uint8_t>(0x80 | (uuid[8] & 0x3F));
  return uuid;
}

std::string uuid_text(const Uuid& uuid) {
  auto text = hex_encode(view_of(uuid));
  for (const std::size_t dash : {8, 13, 18, 23}) text.insert(dash, 1, '-');
  return text;
}

std::optional<Uuid> uuid_of_text(std::string_view text) {
  if (text.size() != 36) return std::nullopt;
  std::string hex;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool dash_expected = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash_expected != (text[i] == '-')) return std::nullopt;
    if (!dash_expected) hex.push_back(text[i]);
  }
  const auto bytes = hex_decode(hex);
  if (!bytes) return std::nullopt;
  return array_of<16>(*bytes);
}

}  // namespace cardea
