// A legacy key: the HS256 secret of the system that was in use before this one. It verifies the access tokens that
// were issued there, until its end, and signs nothing.
//
// Its file is a PEM with the label CARDEA LEGACY KEY, and holds:
//   end, 8 bytes of Unix seconds, big endian | length of the claim's name, 1 byte | the name | the secret
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/secret.h"
#include "base/time.h"
#include "keys/directory.h"

namespace cardea {

struct LegacyKey {
  KeyFileName name{};         // the name of its file
  Instant until{};            // at that moment and later it verifies nothing
  std::string subject_claim;  // the claim that names the user: "sub"
  Secret bytes;
};

inline constexpr std::size_t claim_name_limit = 64;
inline constexpr std::size_t legacy_secret_limit = 1024;  // bytes

// PEM to be kept in a file of mode 0600. Precondition: the claim's name has 1 to claim_name_limit bytes.
[[nodiscard]] Secret write_legacy_key(const LegacyKey& key);
[[nodiscard]] std::optional<LegacyKey> parse_legacy_key(const Secret& pem);

}  // namespace cardea
