// Social sign-in: signing in as a person whom a provider confirmed, and linking such a person to an account. The
// user gets a mail about each link and unlink, in their language; above a number of mails an hour the change is refused
// instead (notices_to in auth/account/throttle.h).
#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "auth/account/closing.h"
#include "auth/session/context.h"
#include "auth/session/start.h"
#include "provider/person.h"

namespace cardea {

enum class LinkOutcome {
  linked,
  linked_before,   // the same person was linked to the same account already
  in_use,          // the person belongs to another account
  already_linked,  // this account is linked to another person of that provider
  session_ended,   // at the same moment, perhaps by the owner's reset: nothing was linked
};

// Lets the session's user sign in as that person too. E-mail addresses are not compared: the user is signed in, and the
// provider has confirmed the person. The caller must check first that the session is fresh (auth/account/password.h).
// Seconds: too many changes, the time to wait. Concurrency: after a link and a reset at the same moment nothing is
// linked, whichever was first. Throws StoreUnavailable.
[[nodiscard]] std::variant<LinkOutcome, seconds> link_identity(const SessionState& state,
                                                               const Person& person, const Caller& caller,
                                                               const Deps& deps);

// Removes the link, unless the user could not sign in any more. Throws StoreUnavailable.
[[nodiscard]] std::variant<IdentityRemoval, seconds> unlink_identity(const SessionState& state,
                                                                     std::string_view issuer,
                                                                     const Caller& caller, const Deps& deps);

// A person is the issuer's subject, never the e-mail address: an address that belongs to another account leads to a
// refusal, not into that account; unless nobody has proven the address yet (auth/account/proof.h).
enum class ProviderSignInRefusal {
  closed,        // a new person, and [registration] open = no
  email_in_use,  // a new person with the verified address of an account that signs in another way
  account_disabled,
  email_unverified,  // the account's own address, which this provider did not verify, must be proven first
  account_closed,    // by its user, who can reopen it
  ended_by_watch,    // the provider confirmed the person, but the watch ended the new session
};

struct ProviderSignInRefused {
  ProviderSignInRefusal why = ProviderSignInRefusal::closed;
  std::string strategy;       // with email_in_use: how that account signs in
  ReopeningOffer offer = {};  // with account_closed
};

// Signs in as a person whom a provider confirmed. A new person gets an account; the name is copied then and never
// again. Simultaneous first sign-ins of one person all get the same account. Throws StoreUnavailable; safe to repeat.
[[nodiscard]] std::variant<Grant, ProviderSignInRefused> sign_in_by_provider(const Person& person,
                                                                             DeviceDetails device,
                                                                             const Caller& caller,
                                                                             const Deps& deps);

}  // namespace cardea
