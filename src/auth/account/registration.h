// Registration: a user opens an account with e-mail and password. What follows depends on [registration] verify_email:
//
//   no     signed in on this device; an address that has an account already is told
//   later  the same, and a letter lets the user prove the address (auth/account/proof.h)
//   first  a letter, and nothing else: the account can be used once the address is proven. An address that has an account
//          gets the same answer after the same work, and its owner a letter that says so
#pragma once

#include <string>
#include <variant>

#include "auth/account/work.h"
#include "auth/session/start.h"

namespace cardea {

struct RegistrationRequest {
  std::string email;          // as typed
  Secret password;            // as typed
  std::string name;           // valid UTF-8 without invisible characters, at most 100 bytes; may be empty
  std::string username = {};  // as typed; may be empty
  DeviceDetails device;
  std::string work = {};  // the field work (auth/account/work.h); empty if the client sent none
};

enum class RegistrationRefusal {
  closed,  // [registration] open = no
  bad_email,
  bad_username,      // no user name, or this site has none
  username_missing,  // [registration] usernames = required
  username_in_use,   // told in every mode
  password_too_short,
  password_too_long,
  password_not_text,
  password_too_common,
  email_in_use,
  challenge_required,  // this network has opened many accounts: the client must work first
  too_many_attempts,
  busy,
  ended_by_watch,  // the account exists, but the watch ended its first session
};

struct RegistrationRefused {
  RegistrationRefusal why = RegistrationRefusal::closed;
  std::string strategy;    // with email_in_use: how that account signs in ("password" or a provider's name)
  seconds retry_after{0};  // with too_many_attempts and busy
  std::optional<WorkChallenge> challenge = std::nullopt;  // with challenge_required
};

// The letter was sent ([registration] verify_email = first).
struct VerificationSent {
  Secret mark;  // for the browser (registration_mark of auth/account/verification.h)
};

using RegistrationOutcome = std::variant<Grant, VerificationSent, RegistrationRefused>;

// Throws StoreUnavailable. A client address that keeps asking about e-mails in use is slowed down like one that guesses
// passwords; new accounts are counted by address and network ([registration] limit), and past the limit each needs
// work.
[[nodiscard]] RegistrationOutcome register_user(RegistrationRequest request, const Caller& caller,
                                                const Deps& deps);

}  // namespace cardea
