// A grant: the pair of tokens a signed-in device gets, and what the answer says about them.
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
  Transport came_by = Transport::unknown;  // the tokens that the client showed for it; unknown = a sign-in
};

// Signs a fresh access token and derives the refresh token of the session's present generation. Writes
// nothing: the same row always gives the same refresh token, byte for byte. An access token never outlives
// its session's absolute end. Throws KeyError.
[[nodiscard]] Grant make_grant(SessionState state, const Caller& caller, const Deps& deps);

}  // namespace cardea
