// Acts that open an account to somebody ask for more than a session: that its user signed in a moment ago, or
// shows the password again. A session that was taken over, or left open on a shared computer, does not have
// that.
#pragma once

#include <optional>
#include <string>

#include "auth/context.h"
#include "base/secret.h"

namespace cardea {

inline constexpr std::chrono::minutes fresh_life{10};

// Whether the session began at most fresh_life ago. The row says when: a renewal moves nothing. A session that
// was exchanged for a token of a former system never counts, because nobody knows when its user signed in.
[[nodiscard]] bool is_fresh(const Session& session, Instant now);

enum class ProofRefusal {
  stale,              // not fresh, and no password was given
  wrong_password,     // also where the account has none
  too_many_attempts,  // on this device
  busy,               // no hashing slot
};

struct ProofRefused {
  ProofRefusal why = ProofRefusal::stale;
  seconds retry_after{0};  // with too_many_attempts and busy
};

// Nothing if this is the user's password. `purpose` is for the event of a wrong one: "when asking for a new
// one". Guesses are slowed down like sign-ins on a known device. Throws StoreUnavailable.
[[nodiscard]] std::optional<ProofRefused> prove_password(const Secret& password, const std::string& purpose,
                                                         const SessionState& state, const Caller& caller,
                                                         const Deps& deps);

// Nothing if the session is fresh or the password is right; it may be empty.
[[nodiscard]] std::optional<ProofRefused> prove_presence(const Secret& password, const std::string& purpose,
                                                         const SessionState& state, const Caller& caller,
                                                         const Deps& deps);

}  // namespace cardea
