#include "token/refresh_token.h"

#include "base/digest.h"
#include "base/encoding.h"

namespace cardea {
namespace {

constexpr char version = 1;
constexpr std::size_t session_offset = 2;
constexpr std::size_t generation_offset = 18;
constexpr std::size_t head_size = 22;
constexpr std::size_t mac_size = 16;
constexpr std::string_view key_purpose = "cardea-refresh-1";
constexpr std::string_view row_purpose = "cardea-refresh-2";

std::string write_head(const SessionId& session, Generation generation, std::uint8_t key_number) {
  std::string head{version, static_cast<char>(key_number)};
  head.append(session.bytes());
  append_number(head, generation, sizeof generation);
  return head;
}

std::string short_mac(std::string_view key, std::string_view purpose, std::string_view head) {
  const auto digest = hmac_sha256(key, std::string{purpose}.append(head));
  return std::string{view_of(digest).substr(0, mac_size)};
}

}  // namespace

Secret derive_refresh_token(const SessionId& session, Generation generation, const Nonce& nonce,
                            const RefreshKey& key) {
  const auto head = write_head(session, generation, key.number);
  const Secret bytes{head + short_mac(key.bytes.reveal(), key_purpose, head) +
                     short_mac(view_of(nonce), row_purpose, head)};
  return Secret{base64url_encode(bytes.reveal())};
}

std::optional<RefreshTicket> open_refresh_token(std::string_view token, KeyRing& keys, Instant now) {
  if (token.size() != refresh_token_size) return std::nullopt;
  const auto decoded = base64url_decode(token);
  if (!decoded) return std::nullopt;
  const std::string_view bytes = *decoded;
  const auto head = bytes.substr(0, head_size);
  if (head[0] != version) return std::nullopt;
  const auto* key = keys.refresh_verifying(static_cast<std::uint8_t>(head[1]), now);
  if (key == nullptr) return std::nullopt;
  const auto expected = short_mac(key->bytes.reveal(), key_purpose, head);
  if (!equal_in_constant_time(expected, bytes.substr(head_size, mac_size))) return std::nullopt;
  return RefreshTicket{SessionId::of_bytes(head.substr(session_offset, generation_offset - session_offset)),
                       static_cast<Generation>(number_of(head.substr(generation_offset))), std::string{head},
                       array_of<mac_size>(bytes.substr(head_size + mac_size))};
}

bool ticket_matches_nonce(const RefreshTicket& ticket, const Nonce& nonce) {
  return equal_in_constant_time(short_mac(view_of(nonce), row_purpose, ticket.head), view_of(ticket.row_mac));
}

}  // namespace cardea
