// Proof of an address: that the user of an account reads the mail of its address. Anybody can register anybody's address;
// so until it is proven, an account belongs to nobody for certain, and goes to the one who proves the address.
//
//   proof in a session of the account, in the browser    nothing changes but User::email_proven_at
//   that registered it, or with its password
//   proof elsewhere: a letter that another browser       the account keeps its id and gets a new owner: a new password
//   opens, a reset by mail, a provider that says it      (none for a provider); password, providers, sessions, waiting
//   verified this address                                changes and name from before are removed, and a letter lists them
//
// prove_address is the only function that marks an address as proven, apart from a change of the address
// (auth/account/address.h). An account whose address is proven, or trusted because an administrator or an import gave it,
// never goes to another owner; with [registration] verify_email = no no account does.
#pragma once

#include <optional>
#include <string>
#include <variant>

#include "auth/account/mail_proof.h"
#include "auth/session/start.h"

namespace cardea {

// What the one who proved the address signs in with from now on.
struct NewOwner {
  std::string password_hash;  // empty: by the identity
  std::optional<ProviderIdentity> identity = std::nullopt;
};

// Whether a proof of its address by another than the one who registered it takes the account over.
[[nodiscard]] bool may_be_taken_over(const User& user, const Settings& settings);
// Whether the user may not sign in before the address is proven.
[[nodiscard]] bool waits_for_proof(const User& user, const Settings& settings);

// Without an owner: marks the address as proven and keeps everything. With one: hands the account over, ends all sessions,
// and sends the letter that lists what was removed; for an account whose address is proven already this is a reset, which
// keeps the name. False if the account changed meanwhile: nothing was done then. Records what it did. user: as it
// was read before the proof was checked. Throws StoreUnavailable.
[[nodiscard]] bool prove_address(const User& user, const std::optional<NewOwner>& owner, const Caller& caller,
                                 const Deps& deps);

// The letter that lets the user prove the address; for an account that is proven already, the one that says that it is
// there.
[[nodiscard]] OutboxLetters letter_to_prove(const User& user, const Caller& caller, const Deps& deps);

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
