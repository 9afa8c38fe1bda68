// Ending sessions: end_sessions is the only way, whatever the cause. First the database decides; then the session
// is added to the file that every verify on this host reads (ended/sessions.h), so that no access token of an
// ended session is accepted. Other hosts, and this one if the process dies in between, learn of it from the
// database (look_for_ended_sessions): its rows say when a session ended, so no message can get lost.
//
// Sessions are added one by one, also where all sessions of a user end. Those that end are exactly the ones that
// began under an older epoch of the user. No clocks are compared, so a sign-in right after a sign-out everywhere is
// never taken for one before it.
//
// Also here: what is removed from the database once no token can need it.
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
// Sets the password whatever the old one was. (PasswordChange of store/store.h sets it only if the old one is the
// one that it names.)
struct NewPassword {
  UserId user;
  std::string hash;
};
// The same as PasswordChange, and hands the account over (AccountReset of store/store.h). Only auth/account/proof.h does.
struct PasswordReset {
  AccountReset reset;
  std::vector<ProviderIdentity>& removed;  // filled with the identities that were removed
};
// Gives an account its old address back.
struct UndoneAddress {
  AddressUndo undo;
  AddressOutcome& outcome;  // filled
};
struct DisabledUser {
  UserId user;
};
struct DeletedUser {
  UserId user;
};
// Closed by its user: the account stays until erase_closed_accounts removes it.
struct ClosedAccount {
  AccountClosing closing;  // without its time
};

using Ending = std::variant<OneSession, AllSessions, NewPassword, PasswordChange, PasswordReset, DisabledUser,
                            DeletedUser, ClosedAccount, UndoneAddress>;

// True if this call ended something; false if the session had ended before, or if there is no such session or
// user. Safe to repeat. Throws StoreUnavailable. If the file cannot be written, the sessions have ended all the
// same: RevokedSessions::take_trouble() says why, and access tokens of these sessions are accepted on this host
// until another process writes the file, at most until they expire. The caller records the event.
bool end_sessions(const Ending& ending, const Caller& caller, const Deps& deps);

// The same where there is no request: on the command line.
bool end_sessions(const Ending& ending, Store& store, RevokedSessions& revoked, Instant now);

// How long a token may still be accepted somewhere after its session ended, with clocks that differ.
[[nodiscard]] milliseconds revocations_kept(const TokenSettings& settings);

// Reads from the database which sessions ended on other hosts: one process of the host does it, once in
// revocation_poll. Not part of a request: server/background.h calls it.
//
// Each look overlaps with the one before by some minutes, because a row may become visible later than its time
// says: a node of a cluster may lag behind, and so may a clock. Sessions that are known already cost nothing.
//
// Does nothing if it is not due, or if another process of this host is doing it; then false. Throws StoreUnavailable and
// StoreError; a later look reads what this one missed.
bool look_for_ended_sessions(Store& store, RevokedSessions& revoked, Instant now, seconds interval);

// What a purge removes: sessions a day after their end (or once their last access token has expired, if that is
// later), events after 90 days, throttles after a day. rows: at most so many of each kind at a time.
[[nodiscard]] PurgeLimits purge_limits(const TokenSettings& settings, Instant now, int rows);

// When everything about the user of a closed account is removed: [registration] delete_after after the closing, or once no
// token of the user can be accepted any more, if that is later.
[[nodiscard]] Instant erased_at(const User& user, const Settings& settings);

// Removes every row about users whose accounts have been closed for that long, at most so many users: accounts, sessions,
// identities, events, letters, and throttles that are named by the user or the user's address. Returns how many
// users. Safe to repeat, and from several hosts at once; an account that is reopened at the same moment stays whole.
// Throws like the store.
int erase_closed_accounts(const Settings& settings, Store& store, Instant now, int users);

// The purge that the server does by itself: one process of the host, once in purge_interval, a few small steps.
// Does nothing if it is not due; then false. Throws like the store.
bool purge_step(const Settings& settings, Store& store, RevokedSessions& revoked, Instant now);

inline constexpr std::chrono::minutes purge_interval{10};

}  // namespace cardea
