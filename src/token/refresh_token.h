// Refresh tokens. No token is stored: it is derived, byte for byte the same each time, from the session id, its
// generation, a key of the key directory and a random nonce in the session's row.
//
//   base64url( version 1 | key 1 | session id 16 | generation 4, big endian | t1 16 | t2 16 )   72 characters
//
//   t1 = HMAC-SHA-256(key,   "cardea-refresh-1" | first 22 bytes) cut to 16 bytes: garbage is refused without
//        asking the database
//   t2 = HMAC-SHA-256(nonce, "cardea-refresh-2" | first 22 bytes) cut to 16 bytes
//
// A thief of the database lacks the key, a thief of the key directory lacks the nonces: neither can make a token.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/encoding.h"
#include "base/id.h"
#include "base/secret.h"
#include "keys/ring.h"

namespace cardea {

using Generation = std::uint32_t;

// A token whose t1 is valid: it was made by us, for this session and generation. Whether it may still be used is
// decided by the session's row.
struct RefreshTicket {
  SessionId session;
  Generation generation = 0;
  std::string head;                        // the 22 bytes that both MACs cover
  std::array<std::uint8_t, 16> row_mac{};  // t2, to be checked with the row's nonce
};

inline constexpr std::size_t refresh_token_size = 72;

// Uses the ring's current refresh key. The result depends on nothing but its arguments and that key.
[[nodiscard]] Secret derive_refresh_token(const SessionId& session, Generation generation, const Nonce& nonce,
                                          const RefreshKey& key);

// Checks form, version, key number and t1. Nothing if any is wrong. Asks no database.
[[nodiscard]] std::optional<RefreshTicket> open_refresh_token(std::string_view token, KeyRing& keys,
                                                              Instant now);

// Checks t2 with the nonce of the session's row, in constant time.
[[nodiscard]] bool ticket_matches_nonce(const RefreshTicket& ticket, const Nonce& nonce);

}  // namespace cardea
