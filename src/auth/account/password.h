// A new password, by somebody who is signed in and knows the old one.
#pragma once

#include <optional>
#include <string>
#include <variant>

#include "auth/session/context.h"
#include "auth/session/grant.h"
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
  ended_by_watch,     // the password was changed, but the watch ended the new session
};

struct PasswordChangeRefused {
  PasswordChangeRefusal why = PasswordChangeRefusal::wrong_password;
  seconds retry_after{0};  // with too_many_attempts and busy
};

// Ends all sessions of the user and starts a new one on this device, in one step of the user's row; records
// it and writes to the user. Guesses of the current password are slowed down like sign-ins (auth/account/password.h), and
// changes by the letters that they cause. Throws StoreUnavailable.
[[nodiscard]] std::variant<Grant, PasswordChangeRefused> change_password(const PasswordChangeRequest& request,
                                                                         const SessionState& state,
                                                                         const Caller& caller,
                                                                         const Deps& deps);

// A forgotten password: a mail with a link, and what the link does.

// Asks for the mail. Nobody can tell from the answer or its time whether there is such a user: the same is
// read and written, and the mail goes out after the answer. A few mails an hour for one address; beyond,
// nothing is sent. The time to wait where this network has asked too often. Throws StoreUnavailable.
[[nodiscard]] std::optional<seconds> request_password_reset(const std::string& email, const Caller& caller,
                                                            const Deps& deps);

// same_as_before tells who holds the link that a guess of the present password was right; but a wrong guess
// becomes the password and spends the link, so that there is one.
enum class ResetRefusal { bad_link, too_short, too_long, not_text, same_as_before, busy };

// Sets the password, ends all sessions, disconnects all providers, records it and writes to the user, naming
// the providers: whoever was in the account before is out. A link works once: it is bound to the password it
// replaces. Nothing when that went well. Throws StoreUnavailable.
[[nodiscard]] std::optional<ResetRefusal> reset_password(std::string_view token, const Secret& chosen,
                                                         const Caller& caller, const Deps& deps);

// Acts that open an account to somebody ask for more than a session: that its user signed in a moment ago, or
// shows the password again. A session that was taken over, or left open on a shared computer, does not have
// that.

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
