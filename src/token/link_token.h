// Links and codes in messages that allow one user one action without a password: sign a device out, set a new password,
// prove an address. Neither is stored: they are derived when a message is sent, and checked against the same values.
//
//   base64url( version 1 | purpose 1 | key 1 | ends 8, Unix seconds, big endian | user id 16
//              | session id 16 | m1 16 | m2 16 )                                             100 characters
//
//   m1 = HMAC-SHA-256(key, "cardea-link-1" | first 43 bytes) cut to 16 bytes: garbage is refused without
//        asking the database
//   m2 = HMAC-SHA-256(key, "cardea-link-2" | first 43 bytes | state) cut to 16 bytes, where state is
//        a value of the database that is in no message and no key directory: a thief of the key directory
//        cannot make a link, a thief of the database lacks the key, and when the state changes, the link is
//        no longer valid
//
// A code stands in for the link where a person types it: on another device, or without JavaScript.
//
//   HMAC-SHA-256(key, "cardea-code-1" | purpose 1 | user id 16 | session id 16 | life 8 | slot 8 | state)
//        as a number, in 8 letters of RFC 8628 section 6.1: 34 bits. slot: the time in quarters of its life. A
//        code is tried a few times only (the caller counts), so that guessing it is hopeless.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "base/id.h"
#include "base/secret.h"
#include "keys/ring.h"

namespace cardea {

enum class LinkPurpose : std::uint8_t {
  sign_out_device = 1,
  reset_password = 2,
  verify_address = 3,   // of a new account
  confirm_address = 4,  // the new one of an account
  undo_address = 5,
  reopen_account = 6,
  reauthenticate = 7,
  invitation = 8,
};

struct Link {
  LinkPurpose purpose = LinkPurpose::sign_out_device;
  UserId user;
  SessionId session;  // all zero if no session is meant
  Instant ends{};     // whole seconds; valid before that moment, not at it
};

// A link whose m1 is valid and whose time is not over. Whether it has been used is decided by the state: see
// link_matches_state.
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

// For whom and what a code is, and for how long: at least `life` from when it is made, at most a quarter more.
struct CodeSubject {
  LinkPurpose purpose = LinkPurpose::reset_password;
  UserId user;
  SessionId session;  // all zero if no session is meant
  std::chrono::hours life{1};
};

// "WDJB-MJHT". Made by the ring's newest refresh key; the same within a quarter of its life. Throws KeyError if there is
// none.
[[nodiscard]] Secret make_link_code(const CodeSubject& subject, std::string_view state, const KeyRing& keys,
                                    Instant now);

// Whether this is the code, with or without its hyphen, blanks around and capital letters. Any key of the ring may have
// made it. Constant time for texts of a code's length; others are refused at once.
[[nodiscard]] bool link_code_matches(std::string_view typed, const CodeSubject& subject,
                                     std::string_view state, KeyRing& keys, Instant now);

}  // namespace cardea
