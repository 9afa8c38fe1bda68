// Passwords of accounts: changing one (the user knows the old one), resetting one (by a link in a mail), and proving
// again who is in front of the browser before an act that opens the account to others.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "auth/account/mail_proof.h"
#include "auth/session/context.h"
#include "auth/session/grant.h"
#include "base/secret.h"

namespace cardea {

// The names of which a password must not be made (Passwords::choose): of the site and its host, of the address and its
// local part, of the user. The texts must outlive them.
[[nodiscard]] std::vector<std::string_view> names_of_account(std::string_view email, std::string_view name,
                                                             const SiteSettings& site);

struct PasswordChangeRequest {
  Secret current;  // as typed
  Secret chosen;   // as typed
};

enum class PasswordChangeRefusal {
  wrong_password,  // also if the account has none: a reset by mail sets the first one
  too_short,
  too_long,
  not_text,
  too_common,
  same_as_before,     // answered only to a caller who knows the current password
  too_many_attempts,  // on this device, from this address, or changes of this account
  busy,               // no hashing slot, or another request changed it at the same moment
  ended_by_watch,     // the password was changed, but the watch ended the new session
};

struct PasswordChangeRefused {
  PasswordChangeRefusal why = PasswordChangeRefusal::wrong_password;
  seconds retry_after{0};  // with too_many_attempts and busy
};

// Sets the password and ends all sessions of the user in one change of the user's row, and starts a new session on
// this device; records it and sends the user a mail. Guesses of the current password are slowed down like sign-ins
// (prove_password), and changes by the mails that they cause. Throws StoreUnavailable.
[[nodiscard]] std::variant<Grant, PasswordChangeRefused> change_password(const PasswordChangeRequest& request,
                                                                         const SessionState& state,
                                                                         const Caller& caller,
                                                                         const Deps& deps);

// A forgotten password: sends the letter with the link. Neither the answer nor its time shows whether there is such a
// user: the same rows are read and written, but for the letter's own, which is sent after the answer. One address gets a
// few letters an hour at most. Returns the time to wait if this network has asked too often. Throws StoreUnavailable.
[[nodiscard]] std::optional<seconds> request_password_reset(const std::string& email, const Caller& caller,
                                                            const Deps& deps);

// same_as_before tells the holder of the link that a guess of the current password was right. There is only one
// guess: a wrong one becomes the password and spends the link.
enum class ResetRefusal { bad_proof, too_short, too_long, not_text, too_common, same_as_before, busy };

struct ResetRefused {
  ResetRefusal why = ResetRefusal::bad_proof;
  MailProofRefused proof = {};  // with bad_proof
};

// Sets the password, ends all sessions, removes all provider identities, records it and sends the user a letter that
// names the providers: a thief who was in the account is out of it. Link and code work once, because they are bound to
// the password that they replace. Returns nothing on success. Throws StoreUnavailable.
[[nodiscard]] std::optional<ResetRefused> reset_password(const MailProof& proof, const Secret& chosen,
                                                         const Caller& caller, const Deps& deps);

// Acts that need a fresh sign-in (auth/session/fresh.h) take the password in its place.

enum class ProofRefusal {
  stale,              // not fresh, and no password was given
  wrong_password,     // also if the account has none
  too_many_attempts,  // on this device
  busy,               // no hashing slot
};

struct ProofRefused {
  ProofRefusal why = ProofRefusal::stale;
  seconds retry_after{0};  // with too_many_attempts and busy
};

// Nothing if this is the user's password. `purpose` goes into the event of a wrong one: "when asking for a new one".
// Guesses are slowed down like sign-ins on a known device. Throws StoreUnavailable.
[[nodiscard]] std::optional<ProofRefused> prove_password(const Secret& password, const std::string& purpose,
                                                         const SessionState& state, const Caller& caller,
                                                         const Deps& deps);

// Nothing if the session is fresh or the password, which may be empty, is right.
[[nodiscard]] std::optional<ProofRefused> prove_presence(const Secret& password, const std::string& purpose,
                                                         const SessionState& state, const Caller& caller,
                                                         const Deps& deps);

}  // namespace cardea
