// A reset as the rules ask the store for it.
#pragma once

#include <string>

#include "store/store.h"

namespace cardea::testing {

// A new password; the names and the proof of the address stay.
inline AccountReset reset_of(const User& user, const std::string& to, Instant at) {
  return {.change = {.user = user.id, .epoch = user.epoch, .from = user.password_hash, .to = to, .at = at},
          .email_key = user.email.key,
          .name = user.name,
          .username = user.username,
          .proven_at = user.email_proven_at};
}

}  // namespace cardea::testing
