// What a person brings from a letter to prove that they read it: the token of the link, or the code that stands beside it
// together with the address. Both are spent by the act that they allow, which changes the state that they are bound to
// (link_state in auth/account/letters.h); looking at them spends nothing.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "auth/account/letters.h"
#include "auth/session/context.h"
#include "base/secret.h"

namespace cardea {

struct MailProof {
  Secret token = {};       // of the link; empty: the other two count
  std::string email = {};  // as typed
  Secret code = {};        // as typed
};

enum class MailProofRefusal {
  bad_link,           // not ours, too old, or used
  bad_code,           // the same for a code; also if there is no such account
  too_many_attempts,  // the address has no tries left
};

struct MailProofRefused {
  MailProofRefusal why = MailProofRefusal::bad_link;
  int tries_left = 0;      // with bad_code
  seconds retry_after{0};  // with too_many_attempts
};

// Tries of codes for an address within an hour, all kinds together. A new letter brings new tries.
inline constexpr int code_tries = 5;

// Whose link or code it is. Not for purposes whose letters name a session (sign_out_device, reauthenticate).
[[nodiscard]] std::variant<User, MailProofRefused> check_mail_proof(LinkPurpose purpose,
                                                                    const MailProof& proof,
                                                                    const Caller& caller, const Deps& deps);

// The code alone, where the caller knows whom it is about: a session, or an account that wants another address. Nothing if
// it is right. email_key: of the address that the letter went to; the tries are counted for it, in the same way if there
// is no subject.
[[nodiscard]] std::optional<MailProofRefused> check_code(std::string_view email_key,
                                                         const std::optional<LinkSubject>& subject,
                                                         const Secret& code, const Caller& caller,
                                                         const Deps& deps);

// The same where the code may be about one of several things: what it may be about, with what each is bound to (link_state).
// The one whose code it is.
struct CodeCandidate {
  LinkSubject subject;
  std::string state;
};
[[nodiscard]] std::variant<LinkSubject, MailProofRefused> check_code_of_any(
    std::string_view email_key, const std::vector<CodeCandidate>& candidates, const Secret& code,
    const Caller& caller, const Deps& deps);

// To be called where a letter with a code goes to an address because its owner, or a stranger, asked for it. Does the same
// whether there is such an account or not.
void renew_code_tries(std::string_view email_key, const Deps& deps);

}  // namespace cardea
