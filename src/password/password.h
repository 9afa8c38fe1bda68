// Passwords: which are accepted, how they are hashed and checked. Argon2id (RFC 9106) by libsodium, in the
// encoded form "$argon2id$v=19$m=19456,t=2,p=1$salt$hash", which PHP's password_verify reads too.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/secret.h"
#include "base/text_set.h"
#include "config/settings.h"
#include "password/slots.h"

namespace cardea {

enum class PasswordProblem { too_short, too_long, not_text, too_common };

// Normalises (NFC) and checks the lengths: at least min_length code points, at most max_length bytes. Never
// cuts. not_text: not UTF-8, or contains NUL.
[[nodiscard]] std::variant<Secret, PasswordProblem> prepare_password(const Secret& typed,
                                                                     const PasswordSettings& settings);

// A new password that may be set.
struct ChosenPassword {
  Secret text;             // as prepare_password makes it
  bool is_common = false;  // and [password] common = warn
};

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

  // What prepare_password does, for a password that a user chooses; and checks whether it is common (password/common.h),
  // as [password] common says. names: of the site, the user, the address; any text, empty ones are allowed. Takes
  // microseconds and no hashing slot. Throws std::system_error if [password] common_file cannot be used any more.
  [[nodiscard]] std::variant<ChosenPassword, PasswordProblem> choose(
      const Secret& typed, const std::vector<std::string_view>& names);

  // Precondition: password comes from prepare_password. Nothing if no hashing slot became free in time. Throws
  // std::runtime_error if memory is short.
  [[nodiscard]] std::optional<std::string> hash(const Secret& password);
  // The same for a password that was just checked at a sign-in, whatever today's limits are: normalised, so that the
  // next check needs no other form of it.
  [[nodiscard]] std::optional<std::string> rehash(const Secret& typed);

  // Checks a typed password against a stored hash. encoded empty (no such user, or no password): does the
  // same amount of work on a decoy and answers wrong. Hashes with parameters above 256 MiB or 10 iterations are
  // refused; so are hashes of other programs (password/imported.h) unless settings.imported names their kind. While it
  // names some, each wrong answer costs one Argon2id and one hash of each of these kinds (hashed_forms:
  // several if the typed text holds quotes and the like), whatever is stored: the time does not tell which users
  // were imported.
  [[nodiscard]] PasswordVerdict check(const Secret& typed, const std::string& encoded);

 private:
  [[nodiscard]] PasswordVerdict check_argon2id(const std::vector<Secret>& texts,
                                               const std::string& encoded) const;
  [[nodiscard]] bool is_listed(std::string_view lower);

  PasswordSettings settings_;
  HashingSlots& gate_;
  std::optional<TextSetFile> common_file_;  // opened when it is first needed
};

}  // namespace cardea
