// Proof of work: a client that asks for something of which its network has asked much already must find a number first,
// which costs it processor time and the server one hash.
//
//   challenge = base64url( version 1 | purpose 1 | key 1 | bits 1 | ends 8, Unix seconds, big endian
//                          | random 16 | m 16 )                                              59 characters
//   m         = HMAC-SHA-256(key, "cardea-work-1" | the first 28 bytes | for whom) cut to 16 bytes
//   work      = challenge "." number, where SHA-256(work) begins with `bits` zero bits and number is 1 to
//               16 decimal digits
//
// Nothing is stored until a challenge is answered; the caller then spends its random bytes, once. A key of the
// refresh tokens signs it, under a purpose of its own.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/encoding.h"
#include "base/entropy.h"
#include "keys/ring.h"

namespace cardea {

// What is asked for. A proof for one of them counts for no other.
enum class WorkPurpose : std::uint8_t { registration = 1, password_reset = 2, sign_in = 3 };

inline constexpr int max_work_bits = 17;
inline constexpr std::size_t max_work_size = 59 + 1 + 16;
inline constexpr seconds work_life{300};  // to solve it in: a slow phone, and a page that waited

struct WorkChallenge {
  std::string text;
  int bits = 0;
  Instant ends{};  // whole seconds
};

// A challenge that only a client of `client` (the text of its network) can answer. bits is at most max_work_bits. Throws
// KeyError if the ring has no refresh key.
[[nodiscard]] WorkChallenge make_work_challenge(WorkPurpose purpose, int bits, std::string_view client,
                                                const KeyRing& keys, Entropy& entropy, Instant now);

// A valid proof: of this purpose and client, of at least that many bits, in time.
struct WorkProof {
  Nonce challenge{};  // the random bytes: whoever accepts the proof spends them
  Instant ends{};
};
// Nothing if the proof is not valid. Hashes only what has a valid MAC. Asks no database.
[[nodiscard]] std::optional<WorkProof> open_work(std::string_view work, WorkPurpose purpose, int bits,
                                                 std::string_view client, KeyRing& keys, Instant now);

}  // namespace cardea
