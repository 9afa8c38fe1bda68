#include "token/link_token.h"

#include <utility>

#include "base/digest.h"
#include "base/encoding.h"

namespace cardea {
namespace {

constexpr char version = 1;
constexpr std::size_t key_offset = 2;
constexpr std::size_t ends_offset = 3;
constexpr std::size_t user_offset = 11;
constexpr std::size_t session_offset = 27;
constexpr std::size_t head_size = 43;
constexpr std::size_t mac_size = 16;
constexpr std::string_view key_purpose = "cardea-link-1";
constexpr std::string_view state_purpose = "cardea-link-2";

std::string write_head(const Link& link, std::uint8_t key_number) {
  std::string head{version, static_cast<char>(link.purpose), static_cast<char>(key_number)};
  const auto ends = static_cast<std::uint64_t>(unix_seconds(link.ends));
  for (int shift = 56; shift >= 0; shift -= 8) head.push_back(static_cast<char>((ends >> shift) & 0xFF));
  head.append(link.user.bytes());
  return head.append(link.session.bytes());
}

Link read_head(std::string_view head) {
  std::uint64_t ends = 0;
  for (const unsigned char byte : head.substr(ends_offset, user_offset - ends_offset))
    ends = (ends << 8) | byte;
  return {.purpose = static_cast<LinkPurpose>(head[1]),
          .user = UserId::of_bytes(head.substr(user_offset, session_offset - user_offset)),
          .session = SessionId::of_bytes(head.substr(session_offset, head_size - session_offset)),
          .ends = from_unix_seconds(static_cast<std::int64_t>(ends))};
}

std::string short_mac(const RefreshKey& key, std::string_view purpose, std::string_view head,
                      std::string_view state) {
  auto text = std::string{purpose}.append(head).append(state);
  const Secret message{std::move(text)};
  const auto digest = hmac_sha256(key.bytes.reveal(), message.reveal());
  return std::string{view_of(digest).substr(0, mac_size)};
}

const RefreshKey* key_of(std::string_view head, KeyRing& keys, Instant now) {
  return keys.refresh_verifying(static_cast<std::uint8_t>(head[key_offset]), now);
}

}  // namespace

Secret make_link_token(const Link& link, std::string_view state, const KeyRing& keys, Instant now) {
  const auto& key = keys.refresh_signing(now);
  const auto head = write_head(link, key.number);
  const Secret bytes{head + short_mac(key, key_purpose, head, "") +
                     short_mac(key, state_purpose, head, state)};
  return Secret{base64url_encode(bytes.reveal())};
}

std::optional<LinkTicket> open_link_token(std::string_view token, LinkPurpose purpose, KeyRing& keys,
                                          Instant now) {
  if (token.size() != link_token_size) return std::nullopt;
  const auto decoded = base64url_decode(token);
  if (!decoded) return std::nullopt;
  const std::string_view bytes = *decoded;
  const auto head = bytes.substr(0, head_size);
  if (head[0] != version || head[1] != static_cast<char>(purpose)) return std::nullopt;
  const auto* key = key_of(head, keys, now);
  if (key == nullptr) return std::nullopt;
  if (!equal_in_constant_time(short_mac(*key, key_purpose, head, ""), bytes.substr(head_size, mac_size)))
    return std::nullopt;
  const auto link = read_head(head);
  if (now >= link.ends) return std::nullopt;
  return LinkTicket{link, std::string{head}, array_of<mac_size>(bytes.substr(head_size + mac_size))};
}

bool link_matches_state(const LinkTicket& ticket, std::string_view state, KeyRing& keys, Instant now) {
  const auto* key = key_of(ticket.head, keys, now);
  if (key == nullptr) return false;
  return equal_in_constant_time(short_mac(*key, state_purpose, ticket.head, state),
                                view_of(ticket.state_mac));
}

}  // namespace cardea
