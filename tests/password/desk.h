// Where passwords are checked, at a cost that tests can bear.
#pragma once

#include <string>
#include <string_view>

#include "password/password.h"
#include "password/temporary_lock.h"

namespace cardea::testing {

// Small, so that a table runs quickly.
inline PasswordSettings quick_settings() {
  PasswordSettings settings;
  settings.memory = 256 * 1024;
  settings.iterations = 2;
  settings.concurrency = 2;
  return settings;
}

struct Desk {
  explicit Desk(const PasswordSettings& settings = quick_settings(),
                milliseconds patience = milliseconds{10'000})
      : gate(lock.path(), settings.concurrency, patience), passwords(settings, gate) {}
  TemporaryLock lock;
  HashingSlots gate;
  Passwords passwords;
};

inline Secret secret(std::string_view text) {
  return Secret::copy_of(text);
}

constexpr std::string_view verdict_name(PasswordVerdict verdict) {
  switch (verdict) {
    case PasswordVerdict::right:
      return "right";
    case PasswordVerdict::right_needs_rehash:
      return "right_needs_rehash";
    case PasswordVerdict::wrong:
      return "wrong";
    case PasswordVerdict::busy:
      return "busy";
  }
  return "?";
}

inline std::string_view check(Desk& desk, std::string_view typed, const std::string& encoded) {
  return verdict_name(desk.passwords.check(secret(typed), encoded));
}

}  // namespace cardea::testing
