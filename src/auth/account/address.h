// Changing the address of an account, and undoing it. Nothing changes before the new address is proven: until then it is
// not reserved, not shown, and no way to sign in or to reset the password. Then the old address gets a letter with
// a link that undoes the change, and stays reserved for its owner as long as the link is valid; unless the account belonged
// to nobody for certain (may_be_taken_over of auth/account/proof.h).
//
// The undo is for an owner whose account a thief took over. So it wins over everything that came later: other changes of the
// address, a closing, a new password, connected providers, sessions. The undo of the first change wins over the undo of
// later ones, because those links went to the thief.
#pragma once

#include <optional>
#include <string>
#include <variant>

#include "auth/account/mail_proof.h"
#include "auth/account/password.h"

namespace cardea {

enum class ChangeRefusal {
  bad_email,
  same_as_before,
  too_many_attempts,  // changes of this account, or letters to this address
};

struct ChangeRefused {
  ChangeRefusal why = ChangeRefusal::bad_email;
  seconds retry_after{0};
};

// Sends the letter to the new address. If another account has it, its owner gets a letter that says so instead, and
// the answer is the same. The caller must check first that the session is fresh (auth/account/password.h). Nothing on success.
// Throws StoreUnavailable.
[[nodiscard]] std::optional<ChangeRefused> request_address_change(const std::string& new_email,
                                                                  const SessionState& state,
                                                                  const Caller& caller, const Deps& deps);

// Where the proof comes from. Only a session of the account, or its password, makes the change: else a stranger who
// wants to change an account to somebody's address would get it confirmed by a reader who presses the button in the letter.
struct Confirmation {
  MailProof proof;
  std::optional<UserId> signed_in;  // whose session the request comes from
  Secret password;                  // of the account, as typed; may be empty
};

enum class ConfirmationRefusal {
  bad_proof,
  bad_password,       // neither a session nor the password; the link is not spent
  taken,              // by another account, meanwhile; the change waits on
  too_many_attempts,  // too many changes of this account: its owner could not be told
};

struct ConfirmationRefused {
  ConfirmationRefusal why = ConfirmationRefusal::bad_proof;
  MailProofRefused proof = {};  // with bad_proof
  ProofRefused password = {};   // with bad_password
  seconds retry_after{0};       // with too_many_attempts
};

// Makes the change, by the letter to the new address. Returns the user as it is now. Throws StoreUnavailable.
[[nodiscard]] std::variant<User, ConfirmationRefused> confirm_address_change(const Confirmation& request,
                                                                             const Caller& caller,
                                                                             const Deps& deps);

struct UndoRefused {
  // Another account has the address. It was reserved, so this happens only if the clocks of two hosts differ.
  bool taken = false;
  MailProofRefused proof = {};  // otherwise
};

// Undoes the change that the letter to the old address told of, in one transaction with all that came later, and ends all
// sessions. Returns the user as it is now: without a password, if it was a new one. Throws StoreUnavailable.
[[nodiscard]] std::variant<User, UndoRefused> undo_address_change(const MailProof& proof,
                                                                  const Caller& caller, const Deps& deps);

}  // namespace cardea
