// Every ending of sessions, whatever brings it about, goes through the one function here: the database first,
// which decides, and then the file that every verify on this host looks at (ended/sessions.h), so
// that no access token of an ended session is believed any more. Other hosts, and this one should it die in
// between, hear of it by asking the database (auth/session/end.h), whose rows say themselves when a
// session ended: there is nothing that could have been forgotten.
//
// Sessions are named one by one, also where all of a user's end. What was ended is exactly what had begun
// under an older epoch of the user: no clock is compared, so a sign-in right after a sign-out everywhere is
// never taken for one from before.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "auth/session/context.h"

namespace cardea {

struct OneSession {
  SessionId session;
  RevokeReason reason = RevokeReason::none;
};
struct AllSessions {  // signed out everywhere
  UserId user;
};
// Whatever the old one was; PasswordChange of store/store.h: only if it is the one named.
struct NewPassword {
  UserId user;
  std::string hash;
};
// The same, and the user's provider identities go with it, in one step.
struct PasswordReset {
  PasswordChange change;
  std::vector<ProviderIdentity>& removed;  // those that went
};
struct DisabledUser {
  UserId user;
};
struct DeletedUser {
  UserId user;
};

using Ending = std::variant<OneSession, AllSessions, NewPassword, PasswordChange, PasswordReset, DisabledUser,
                            DeletedUser>;

// True if this call brought it about; false if the session had ended before, or if there is no such session
// or user. Safe to repeat. Throws StoreUnavailable. Where the file cannot be written the ending counts all
// the same; RevokedSessions::take_trouble() says why then, and access tokens of the sessions that ended live
// on until another process could write it, at most until they expire. Who did it and why is for the caller to
// record.
bool end_sessions(const Ending& ending, const Caller& caller, const Deps& deps);

// The same where there is no request: on the command line.
bool end_sessions(const Ending& ending, Store& store, RevokedSessions& revoked, Instant now);

// How long after its end a token of a session may be accepted somewhere, clocks that differ included.
[[nodiscard]] milliseconds revocations_kept(const TokenSettings& settings);

// Hearing of the sessions that ended on other hosts: one look at the database, by one process of the host and
// once in revocation_poll. Never part of a request: the gateway calls this from a thread of its own, or after
// the answer.
//
// What one look asks for overlaps with the one before by some minutes, because a row may come to light later
// than it says: a node of a cluster that lags behind, a clock that does. What is known already costs nothing.

// Does nothing if it is not time yet, or if another process of this host is at it. Throws StoreUnavailable
// and StoreError; what was not learnt now is learnt by a later look.
void look_for_ended_sessions(Store& store, RevokedSessions& revoked, Instant now, seconds interval);

// What is removed from the database when nobody needs it any more: sessions a day after their end (or once
// their last access token has ended, if that is later), events after 90 days, throttles after a day.

// rows: of each kind at a time.
[[nodiscard]] PurgeLimits purge_limits(const TokenSettings& settings, Instant now, int rows);

// What `cardea purge` does, a little at a time and without being asked: by one process of the host, once in
// purge_interval, in small steps and not many. Does nothing if it is not time yet. Throws like the store.
void purge_step(const TokenSettings& settings, Store& store, RevokedSessions& revoked, Instant now);

inline constexpr std::chrono::minutes purge_interval{10};

}  // namespace cardea
