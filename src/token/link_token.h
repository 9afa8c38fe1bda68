// Links in mails that do one thing for one person without a password: sign a device out, set a new password.
//
//   base64url( version 1 | purpose 1 | key 1 | ends 8, Unix seconds, big endian | user id 16
//              | session id 16 | m1 16 | m2 16 )                                             100 characters
//
//   m1 = HMAC-SHA-256(key, "cardea-link-1" | first 43 bytes) cut to 16 bytes: garbage is dropped without
//        asking the database
//   m2 = HMAC-SHA-256(key, "cardea-link-2" | first 43 bytes | state) cut to 16 bytes, where state is
//        something in the database that no mail and no key directory holds: a stolen key directory makes no
//        link, a stolen database lacks the key, and when the state moves on, the link is spent
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "base/id.h"
#include "base/secret.h"
#include "keys/ring.h"

namespace cardea {

enum class LinkPurpose : std::uint8_t { sign_out_device = 1, reset_password = 2 };

struct Link {
  LinkPurpose purpose = LinkPurpose::sign_out_device;
  UserId user;
  SessionId session;  // all zero where no session is meant
  Instant ends{};     // whole seconds; good before, not at it
};

// A link whose m1 is right and whose time is not over. Whether it is still good is for the state to say.
struct LinkTicket {
  Link link;
  std::string head;                          // the 43 bytes that both MACs cover
  std::array<std::uint8_t, 16> state_mac{};  // m2
};

inline constexpr std::size_t link_token_size = 100;

// Signed by the ring's newest refresh key. Throws KeyError if there is none.
[[nodiscard]] Secret make_link_token(const Link& link, std::string_view state, const KeyRing& keys,
                                     Instant now);

// Nothing if the form, the purpose, the key or m1 is wrong, or its time is over. Asks no database.
[[nodiscard]] std::optional<LinkTicket> open_link_token(std::string_view token, LinkPurpose purpose,
                                                        KeyRing& keys, Instant now);

// Checks m2 in constant time.
[[nodiscard]] bool link_matches_state(const LinkTicket& ticket, std::string_view state, KeyRing& keys,
                                      Instant now);

}  // namespace cardea
