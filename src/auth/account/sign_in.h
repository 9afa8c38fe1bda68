// Signing in with e-mail and password. An unknown e-mail, a wrong password and an account without a password get the
// same answer after the same work.
#pragma once

#include <string>
#include <variant>

#include "auth/account/closing.h"
#include "auth/session/start.h"
#include "store/records.h"

namespace cardea {

struct SignInRequest {
  std::string email;  // as typed
  Secret password;    // as typed
  DeviceDetails device;
};

enum class SignInRefusal {
  invalid_credentials,
  too_many_attempts,  // for this account or from this address
  account_disabled,   // answered only to a client that knows the password
  account_closed,     // likewise
  busy,               // no hashing slot
  ended_by_watch,     // the password was right, but the watch ended the new session
};

struct SignInRefused {
  SignInRefusal why = SignInRefusal::invalid_credentials;
  seconds retry_after{0};     // with too_many_attempts and busy
  ReopeningOffer offer = {};  // with account_closed
};

// Throws StoreUnavailable.
[[nodiscard]] std::variant<Grant, SignInRefused> sign_in(SignInRequest request, const Caller& caller,
                                                         const Deps& deps);

// How an account signs in, to tell its owner who tries another way: "password", or the name of the provider that was
// used last.
[[nodiscard]] std::string strategy_of(const User& user);

}  // namespace cardea
