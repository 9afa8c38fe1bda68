// The end of an account, by its user: closing it, reopening it in time, and a copy of everything that is stored. What removes
// the rows in the end is in auth/session/end.h.
//
// A closed account keeps its address and all its rows until [registration] delete_after is over. All its sessions have
// ended, and no new one begins: whoever signs in the right way is told that it is closed, and can reopen it.
#pragma once

#include <optional>
#include <string>
#include <variant>

#include "auth/account/mail_proof.h"
#include "auth/session/context.h"
#include "base/json_fwd.h"
#include "base/secret.h"

namespace cardea {

enum class ClosingRefusal {
  session_ended,      // all sessions of the user ended at the same moment
  too_many_attempts,  // too many changes of this account in an hour: each is told by mail
};

struct ClosingRefused {
  ClosingRefusal why = ClosingRefusal::session_ended;
  seconds retry_after{0};  // with too_many_attempts
};

// Closes the account of the session's user, ends all sessions and sends a letter with a link that reopens it. Returns when
// everything about the user will be removed. The caller must check first that the sign-in is fresh (prove_presence).
// Throws StoreUnavailable.
[[nodiscard]] std::variant<Instant, ClosingRefused> close_account(const SessionState& state,
                                                                  const Caller& caller, const Deps& deps);

// What a user who signs in to a closed account gets in place of tokens.
struct ReopeningOffer {
  Secret token;  // for reopen_account; valid for an hour, and until the rows are removed
  Instant erased_at{};
};
// Nothing if the account is open. Throws like the store, and KeyError.
[[nodiscard]] std::optional<ReopeningOffer> offer_reopening(const User& user, const Caller& caller,
                                                            const Deps& deps);

// By such a token, or by the link or the code of the letter. No session begins: the user signs in. Nothing on success.
// Throws StoreUnavailable.
[[nodiscard]] std::optional<MailProofRefused> reopen_account(const MailProof& proof, const Caller& caller,
                                                             const Deps& deps);

// Rows of each table in a copy, the newest ones.
inline constexpr int rows_of_a_copy = 20'000;

// Everything that is stored about the user but keys and hashes: an array of rows for each table (store/account_life.h).
// Records that it was made. Seconds: too many copies in an hour, the time to wait. The caller must check first that the
// sign-in is fresh. Throws StoreUnavailable.
[[nodiscard]] std::variant<Json, seconds> export_account(const SessionState& state, const Caller& caller,
                                                         const Deps& deps);

}  // namespace cardea
