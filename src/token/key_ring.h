// The key directory, in memory. Files are named by the time from which they are used:
//
//   20261122T031500Z-es256.pem      a signing key (es256, eddsa, rs256, hs256)
//   20261122T031500Z-refresh-1.pem  a key of refresh tokens, number 1 to 255 (the `key` byte of the token)
//
// The newest signing key of the configured algorithm whose time has come signs; every key in the directory
// verifies. `cardea purge` removes a key once no refresh token from its days can be alive.
//
// A KeyRing belongs to one thread. It looks at the directory at most once a second, and at once when a token
// names a key it does not know, so a new key is never the reason for a refusal.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "config/settings.h"
#include "token/signing_key.h"

namespace cardea {

// The directory is missing, readable by others, holds a file that is no key, or has no key to sign with.
class KeyError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct RefreshKey {
  std::uint8_t number = 0;
  Instant from{};
  Secret bytes;  // 32 bytes
};

struct DatedKey {
  Instant from{};
  SigningKey key;
};

class KeyRing {
 public:
  // Reads the directory. Throws KeyError; the message names the file and the cure, never key material.
  // Wanted modes: directory 0700, files 0600, owned by us or root; group access is allowed only for root:group.
  KeyRing(std::string directory, Algorithm algorithm, Instant now);

  // Re-reads if the directory changed. Keeps the old keys when the new state cannot be read (a half-copied file),
  // so a running gate survives a mistake; last_error() then tells.
  void refresh(Instant now);

  // The key that signs now. Throws KeyError if there is none of the configured algorithm.
  [[nodiscard]] const SigningKey& signing(Instant now) const;
  // The key of that kid, or nullptr; looks at the directory again before it says nullptr.
  [[nodiscard]] const SigningKey* verifying(std::string_view kid, Instant now);
  // The newest refresh key whose time has come. Throws KeyError if there is none.
  [[nodiscard]] const RefreshKey& refresh_signing(Instant now) const;
  // The refresh key of that number, or nullptr; looks again like verifying().
  [[nodiscard]] const RefreshKey* refresh_verifying(std::uint8_t number, Instant now);

  [[nodiscard]] const std::vector<DatedKey>& signing_keys() const;  // oldest first, also those of the future
  [[nodiscard]] const std::vector<RefreshKey>& refresh_keys() const;
  [[nodiscard]] const std::string& last_error() const;  // empty when the last reading went well
  // {"keys":[…]} of RFC 7517 section 5, public halves only, future keys included.
  [[nodiscard]] std::string jwks() const;

 private:
  struct Snapshot;
  // (representation chosen by the implementation; a KeyRing is movable, not copyable)
};

// Writes a new key file, atomically and with mode 0600, and returns its name. Creates the directory (0700) if there
// is none. Throws KeyError. The refresh form takes the next free number.
std::string create_signing_key(const std::string& directory, Algorithm algorithm, Instant from, Entropy& entropy);
std::string create_refresh_key(const std::string& directory, Instant from, Entropy& entropy);

}  // namespace cardea
