// A grant: the access token and the refresh token that a signed-in device gets, with the user and the session
// that the answer describes.
#pragma once

#include "auth/session/context.h"
#include "base/secret.h"

namespace cardea {

struct Grant {
  User user;
  Session session;
  Secret access_token;
  Instant access_expires{};
  Secret refresh_token;
  Instant refresh_expires{};
  Transport came_by = Transport::unknown;  // how the client sent its tokens; unknown for a sign-in
  bool common_password = false;  // the password that was just set is common, and [password] common = warn
};

// Signs a new access token and derives the refresh token of the session's current generation. Writes nothing:
// the same row always gives the same refresh token, byte for byte. No access token lives longer than its session's
// absolute end. Throws KeyError.
[[nodiscard]] Grant make_grant(SessionState state, const Caller& caller, const Deps& deps);

}  // namespace cardea
