// Proving again who is in front of a device that is signed in: by the password, by a code in an email, or at a provider.
// What that is for: auth/session/fresh.h.
//
// The proof moves the session's row on, as a refresh does, and the client gets new tokens. So the proof belongs to the
// client that gave it: an older copy of the refresh token is a spent one (auth/session/rotation.h), and an older access
// token keeps the auth_time that it has.
#pragma once

#include <optional>
#include <variant>

#include "auth/session/context.h"
#include "auth/session/grant.h"
#include "base/secret.h"
#include "provider/person.h"

namespace cardea {

struct ReauthenticationProof {
  Secret password;  // as typed; empty: the code counts
  Secret code;      // as typed
};

enum class ReauthenticationRefusal {
  wrong_password,  // also if the account has none
  wrong_code,      // also if none was sent, or the account has a password
  wrong_person,    // the provider confirmed another person, or does not say that it asked again
  too_many_attempts,
  busy,           // no hashing slot
  session_ended,  // at the same moment; or the token is one of a former system, which has no session here
};

struct ReauthenticationRefused {
  ReauthenticationRefusal why = ReauthenticationRefusal::wrong_password;
  seconds retry_after{0};  // with too_many_attempts and busy
  int tries_left = 0;      // with wrong_code
};

// By password or code. Guesses are slowed down like sign-ins on a known device (prove_password), tries of codes are
// counted (check_code). came_by: how the client sends its tokens. Throws StoreUnavailable.
[[nodiscard]] std::variant<Grant, ReauthenticationRefused> reauthenticate(const ReauthenticationProof& proof,
                                                                          const SessionState& state,
                                                                          Transport came_by,
                                                                          const Caller& caller,
                                                                          const Deps& deps);

// Sends the code, which only an account without a password gets: a thief of a session who also reads the
// user's emails must not do without the password. Seconds: too many emails, the time to wait. The caller checks that the
// site sends email. Throws StoreUnavailable.
[[nodiscard]] std::optional<seconds> send_reauthentication_code(const SessionState& state,
                                                                const Caller& caller, const Deps& deps);

// At a provider that was asked to have its user sign in again (prompt=login, max_age=0; OpenID Connect Core 1.0 section
// 3.1.2.1). The person must be linked to the account, and auth_time of the ID token must not be older than `asked_at`, but
// for the difference of clocks. Throws StoreUnavailable.
[[nodiscard]] std::variant<Grant, ReauthenticationRefused> reauthenticate_by_provider(
    const Person& person, Instant asked_at, const SessionState& state, const Caller& caller,
    const Deps& deps);

}  // namespace cardea
