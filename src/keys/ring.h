// The key directory, in memory. Files are named by the time from which they are used:
//
//   20261122T031500Z-es256.pem      a signing key (es256, eddsa, rs256, hs256)
//   20261122T031500Z-refresh-1.pem  a key of refresh tokens, number 1 to 255 (the `key` byte of the token)
//   20261122T031500Z-legacy-1.pem   a legacy key, which only verifies (LegacyKey)
//
// The newest signing key of the configured algorithm whose time has come signs; every key in the directory
// verifies. `cardea purge` removes a key once no refresh token of its time can be alive.
//
// A KeyRing belongs to one thread. It looks at the directory at most once a second, and at once when a token
// names a key that it does not know, so that no token is refused because its key is new.
//
// Only files that end in .pem count; the directory also serves for lock files and the like.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/entropy.h"
#include "base/secret.h"
#include "base/time.h"
#include "config/settings.h"
#include "keys/directory.h"
#include "keys/signing_key.h"

namespace cardea {

// A legacy key: the HS256 secret of the system that was in use before this one. It verifies the access tokens that
// were issued there, until its end, and signs nothing.
//
// Its file is a PEM with the label CARDEA LEGACY KEY, and holds:
//   end, 8 bytes of Unix seconds, big endian | length of the claim's name, 1 byte | the name | the secret

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
  // An empty directory is no error: only signing needs a key. Modes: directory 0700, files 0600, owned by
  // us or root; group access (to read) is allowed only for root:group. No file may be a symbolic link.
  KeyRing(std::string directory, Algorithm algorithm, Instant now);

  // Reads the directory again if it has changed; does nothing if it looked less than a second ago. Keeps the old keys
  // if the new ones cannot be read (a half-copied file), so that a running program survives the mistake; last_error()
  // says what is wrong.
  void refresh(Instant now);

  // The newest key of the configured algorithm whose time has come. Throws KeyError if there is none.
  [[nodiscard]] const SigningKey& signing(Instant now) const;
  // The key of that kid, or nullptr. Before it answers nullptr it looks at the directory again, which costs one
  // stat(2) if nothing has changed: any client may send any kid. Begins with refresh(), so that deleted keys are
  // forgotten. The pointer is valid until the next call of a function that is not const; also below.
  [[nodiscard]] const SigningKey* verifying(std::string_view kid, Instant now);
  // The newest refresh key whose time had come at that moment, or else the oldest. Pass the time at which the
  // session's row changed, not the present: the next refresh token must be the same when it is derived again, and
  // a new key may have come into force in between. Throws KeyError if there is no key at all.
  [[nodiscard]] const RefreshKey& refresh_signing(Instant at) const;
  // The refresh key of that number, or nullptr; looks again like verifying().
  [[nodiscard]] const RefreshKey* refresh_verifying(std::uint8_t number, Instant now);

  [[nodiscard]] const std::vector<DatedKey>& signing_keys() const;  // oldest first, future keys included
  [[nodiscard]] const std::vector<RefreshKey>& refresh_keys() const;
  [[nodiscard]] const std::vector<LegacyKey>& legacy_keys() const;  // ended keys included
  [[nodiscard]] const std::string& last_error() const;              // empty if the last reading succeeded
  // {"keys":[…]} of RFC 7517 section 5, public halves only, future keys included.
  [[nodiscard]] std::string jwks() const;

  // Changes whenever the directory is read: a token that was verified under another generation is verified again.
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
// there is none. Throws KeyError. A refresh key takes the next free number; if a key of the same kind begins in
// the same second, the next free second is taken. A file that root writes is given to the directory's owner; in a
// directory of root:group that the group may read, the group may read the file, too. Safe while other processes read
// or create.
std::string create_signing_key(const std::string& directory, Algorithm algorithm, Instant from,
                               Entropy& entropy);
std::string create_refresh_key(const std::string& directory, Instant from, Entropy& entropy);

// The same for a legacy key; its number and its beginning are chosen here.
std::string create_legacy_key(const std::string& directory, const LegacyKey& key, Instant now);

// Removes legacy keys that have ended, and keys that were superseded more than retention ago: a signing key by a
// newer key of the configured algorithm, a refresh key by a newer refresh key. The newest keys whose time has come
// always stay, and so do future keys. Returns the names of the removed files. Throws KeyError.
[[nodiscard]] std::vector<std::string> remove_spent_keys(const std::string& directory, Algorithm algorithm,
                                                         seconds retention, Instant now);

}  // namespace cardea
