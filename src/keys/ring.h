// The key directory, in memory. Files are named by the time from which they are used:
//
//   20261122T031500Z-es256.pem      a signing key (es256, eddsa, rs256, hs256)
//   20261122T031500Z-refresh-1.pem  a key of refresh tokens, number 1 to 255 (the `key` byte of the token)
//   20261122T031500Z-legacy-1.pem   a key of the system before this one, which only verifies
//
// The newest signing key of the configured algorithm whose time has come signs; every key in the directory
// verifies. `cardea purge` removes a key once no refresh token from its days can be alive.
//
// A KeyRing belongs to one thread. It looks at the directory at most once a second, and at once when a token
// names a key it does not know, so a new key is never the reason for a refusal.
//
// Only files that end in .pem count; the directory also serves for lock files and the like.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/entropy.h"
#include "base/secret.h"
#include "base/time.h"
#include "config/settings.h"
#include "keys/directory.h"
#include "keys/legacy_key.h"
#include "keys/signing_key.h"

namespace cardea {

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
  // An empty directory is none: only signing needs a key. Wanted modes: directory 0700, files 0600, owned by
  // us or root; group access (to read) is allowed only for root:group. Nothing may be a symbolic link.
  KeyRing(std::string directory, Algorithm algorithm, Instant now);

  // Re-reads if the directory changed; does nothing if it looked less than a second ago. Keeps the old keys
  // when the new state cannot be read (a half-copied file), so a running gate survives a mistake;
  // last_error() then tells.
  void refresh(Instant now);

  // The newest key of the configured algorithm whose time has come. Throws KeyError if there is none.
  [[nodiscard]] const SigningKey& signing(Instant now) const;
  // The key of that kid, or nullptr; looks at the directory again before it says nullptr, which costs one
  // stat(2) when nothing changed: strangers may send any kid. Begins with refresh(), so it also forgets
  // deleted keys. The pointer is good until the ring is next asked for anything that is not const; so it is
  // below.
  [[nodiscard]] const SigningKey* verifying(std::string_view kid, Instant now);
  // The newest refresh key whose time had come at that moment, or else the oldest. Pass the time at which the
  // session's row moved, not the present: the successor must come out the same when it is derived again, and
  // a new key may have come into force in between. Throws KeyError if there is no key at all.
  [[nodiscard]] const RefreshKey& refresh_signing(Instant at) const;
  // The refresh key of that number, or nullptr; looks again like verifying().
  [[nodiscard]] const RefreshKey* refresh_verifying(std::uint8_t number, Instant now);

  [[nodiscard]] const std::vector<DatedKey>& signing_keys() const;  // oldest first, also those of the future
  [[nodiscard]] const std::vector<RefreshKey>& refresh_keys() const;
  [[nodiscard]] const std::vector<LegacyKey>& legacy_keys() const;  // those that have ended too
  [[nodiscard]] const std::string& last_error() const;              // empty when the last reading went well
  // {"keys":[…]} of RFC 7517 section 5, public halves only, future keys included.
  [[nodiscard]] std::string jwks() const;

  // Changes whenever the directory is read: what was verified under another generation may count no more.
  [[nodiscard]] std::uint64_t generation() const { return generation_; }

 private:
  struct Snapshot {
    std::vector<DatedKey> signing;
    std::vector<RefreshKey> refresh;
    std::vector<LegacyKey> legacy;
  };
  [[nodiscard]] static Snapshot read_all(const std::string& directory);
  void read(Instant now);
  void try_to_read(Instant now);
  void look(Instant now);
  [[nodiscard]] bool changed() const;
  [[nodiscard]] const SigningKey* find_signing(std::string_view kid) const;
  [[nodiscard]] const RefreshKey* find_refresh(std::uint8_t number) const;

  std::string directory_;
  Algorithm algorithm_;
  Snapshot snapshot_;
  DirectoryStamp stamp_;  // of the directory as it was last read
  Instant read_at_{};
  Instant looked_at_{};
  std::string last_error_;
  std::uint64_t generation_ = 0;
};

// Writes a new key file, atomically and with mode 0600, and returns its name. Creates the directory (0700) if
// there is none. Throws KeyError. The refresh form takes the next free number; where a key of the kind begins
// in the same second already, the next free second is taken. Root writes on behalf of the directory's owner:
// the file becomes his, and in a directory of root:group that the group may read, the file too is the group's
// to read. Safe while others read, and while others create.
std::string create_signing_key(const std::string& directory, Algorithm algorithm, Instant from,
                               Entropy& entropy);
std::string create_refresh_key(const std::string& directory, Instant from, Entropy& entropy);

// The same for a key of the system before this one; its number and beginning are chosen here.
std::string create_legacy_key(const std::string& directory, const LegacyKey& key, Instant now);

// Removes legacy keys that have ended, and the keys that were superseded more than retention ago: signing
// keys since when a newer key of the configured algorithm signs, refresh keys since when a newer one does.
// The newest whose time has come always stay, and so do those of the future. Returns the names of the files
// removed. Throws KeyError.
[[nodiscard]] std::vector<std::string> remove_spent_keys(const std::string& directory, Algorithm algorithm,
                                                         seconds retention, Instant now);

}  // namespace cardea
