// Passwords: what may be one, how it is hashed, how it is checked. Argon2id (RFC 9106) by libsodium, in the
// encoded form "$argon2id$v=19$m=19456,t=2,p=1$salt$hash", which PHP's password_verify reads too.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/secret.h"
#include "config/settings.h"
#include "password/slots.h"

namespace cardea {

enum class PasswordProblem { too_short, too_long, not_text };

// Normalises (NFC) and checks the lengths: at least min_length code points, at most max_length bytes. Never
// cuts. not_text: not UTF-8, or contains NUL.
[[nodiscard]] std::variant<Secret, PasswordProblem> prepare_password(const Secret& typed,
                                                                     const PasswordSettings& settings);

enum class PasswordVerdict {
  right,
  right_needs_rehash,  // right, and the hash was made with other parameters than the settings ask for
  wrong,
  busy,  // no hashing slot became free in time: answer 503
};

// Hashing and checking, with at most settings.concurrency computations at a time on this host.
// Belongs to one thread.
class Passwords {
 public:
  Passwords(const PasswordSettings& settings, HashingSlots& gate);

  // password must have gone through prepare_password. Nothing when the gate was busy. Throws
  // std::runtime_error when memory is short.
  [[nodiscard]] std::optional<std::string> hash(const Secret& password);
  // The same of what was typed at a sign-in and is right, whatever today's limits are: normalised, so that
  // the next check finds the hash as it ought to be.
  [[nodiscard]] std::optional<std::string> rehash(const Secret& typed);

  // Checks a typed password against a stored hash. encoded empty (no such user, or no password): computes the
  // same amount of work on a decoy and says wrong. Hashes with parameters above 256 MiB or 10 iterations are
  // refused; so are hashes of other programs (old_hash.h) unless settings.imported names their kind. While it
  // names some, each wrong answer costs one Argon2id and one hash of each of these kinds (hashed_forms:
  // several where the typed text holds quotes and their like), whatever is stored: how long it takes does not
  // tell who has been imported.
  [[nodiscard]] PasswordVerdict check(const Secret& typed, const std::string& encoded);

 private:
  [[nodiscard]] PasswordVerdict check_argon2id(const std::vector<Secret>& texts,
                                               const std::string& encoded) const;

  PasswordSettings settings_;
  HashingSlots& gate_;
};

}  // namespace cardea
