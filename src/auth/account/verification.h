// Verifying the address of an account by the link or the code of a letter, after a registration or later: POST /email/verify and
// /email/verify/send. What a proof brings is in auth/account/proof.h.
#pragma once

#include <optional>
#include <string>
#include <variant>

#include "auth/account/mail_proof.h"
#include "auth/session/start.h"

namespace cardea {

// Marks the browser that registers this account: the value of a cookie, by which verify_address knows it again. Made in the
// same way for a user who was not added, because the address was known. Valid for mark_life, until the password changes.
inline constexpr std::chrono::hours mark_life{24};
[[nodiscard]] Secret registration_mark(const User& user, const Caller& caller, const Deps& deps);

// POST /email/verify/send: sends the letter. Neither the answer nor its time shows whether there is such an account, or
// whether it is proven. One address gets a few letters an hour. Returns the time to wait if this network has asked too
// often. Throws StoreUnavailable.
[[nodiscard]] std::optional<seconds> send_verification(const std::string& email, const Caller& caller,
                                                       const Deps& deps);

struct Verification {
  MailProof proof;
  std::optional<UserId> signed_in;  // whose session the request comes from
  Secret mark;                      // of registration_mark; empty: another browser
  Secret password;                  // of the account, as typed; may be empty
  Secret chosen;                    // a new one, as typed; may be empty
  DeviceDetails device;
};

enum class VerificationRefusal {
  bad_proof,
  password_needed,  // proven elsewhere: neither the account's password came nor a new one; the link is not spent
  wrong_password,
  too_short,
  too_long,
  not_text,
  too_common,
  too_many_attempts,
  busy,
  ended_by_watch,
};

struct VerificationRefused {
  VerificationRefusal why = VerificationRefusal::bad_proof;
  MailProofRefused proof = {};  // with bad_proof
  seconds retry_after{0};       // with too_many_attempts and busy
};

// Proven. A grant only in the browser that registered the account; in a session the client has one.
struct Verified {
  std::optional<Grant> grant;
  bool in_session = false;
};

// POST /email/verify. Throws StoreUnavailable.
[[nodiscard]] std::variant<Verified, VerificationRefused> verify_address(Verification request,
                                                                         const Caller& caller,
                                                                         const Deps& deps);

}  // namespace cardea
