// A new password, by somebody who is signed in and knows the old one.
#pragma once

#include <variant>

#include "auth/grant.h"
#include "base/secret.h"

namespace cardea {

struct PasswordChangeRequest {
  Secret current;  // as typed
  Secret chosen;   // as typed
};

enum class PasswordChangeRefusal {
  wrong_password,  // also where the account has none: then a mail sets the first one
  too_short,
  too_long,
  not_text,
  same_as_before,     // said only to a caller who knows the current password
  too_many_attempts,  // on this device, from this address, or changes of this account
  busy,               // no hashing slot, or somebody else changed it at the same moment
};

struct PasswordChangeRefused {
  PasswordChangeRefusal why = PasswordChangeRefusal::wrong_password;
  seconds retry_after{0};  // with too_many_attempts and busy
};

// Ends all sessions of the user and starts a new one on this device, in one step of the user's row; records
// it and writes to the user. Guesses of the current password are slowed down like sign-ins (auth/fresh.h), and
// changes by the letters that they cause. Throws StoreUnavailable.
[[nodiscard]] std::variant<Grant, PasswordChangeRefused> change_password(const PasswordChangeRequest& request,
                                                                         const SessionState& state,
                                                                         const Caller& caller,
                                                                         const Deps& deps);

}  // namespace cardea
