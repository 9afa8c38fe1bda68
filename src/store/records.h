// What the database keeps, as values. One record is one row; nothing here knows SQL.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/email.h"
#include "base/encoding.h"
#include "base/id.h"
#include "base/language.h"
#include "base/time.h"
#include "base/username.h"
#include "ended/sessions.h"
#include "token/refresh_token.h"

namespace cardea {

enum class UserStatus : std::int16_t { active = 0, disabled = 1 };

struct User {
  UserId id;
  Email email;
  std::string name;           // shown to users; may be empty
  std::string password_hash;  // encoded; empty: signs in by other means only
  UserStatus status = UserStatus::active;
  std::int64_t epoch = 0;   // raising it by one ends every session of the user
  std::string scope;        // space-separated scopes granted to the user
  std::string last_method;  // "password", or a provider's name; how the user last signed in
  Instant created_at{};
  Instant last_sign_in_at = never;
  std::optional<Language> language;  // for mail to the user; empty: the user never chose one
  Instant closed_at = never;         // when the user closed the account; never = it is open
  // Since when the address is proven (auth/account/proof.h), or trusted because an administrator or another system gave
  // it; never = neither.
  Instant email_proven_at = never;
  Username username = {};  // a second name to sign in by; both parts empty: none

  // Whether the account goes to the one who proves its address. An account without an address cannot be proven.
  [[nodiscard]] bool is_unproven() const { return email_proven_at == never && !email.key.empty(); }
};

// A change of an account's address, from the question on. First it waits until pending_until for a proof of the new
// address. Once it is made, it can be undone until undo_until, and nobody else can take the old address.
struct AddressChange {
  ChangeId id;
  UserId user;
  Nonce nonce{};                // what its links are bound to
  std::int64_t user_epoch = 0;  // when it was asked for: if all sessions end before it is made, it is void
  Email from;                   // empty: the account had none
  Email to;
  Instant requested_at{};
  Instant pending_until{};
  Instant changed_at = never;  // never = it waits
  Instant undo_until = never;  // never = there is nothing to undo
  // SHA-256 of the encoded password hash at changed_at; empty: the password of that time is not to be kept.
  std::optional<Digest> password_mark;
};

// Who a user is at a provider of social sign-in.
struct ProviderIdentity {
  std::string issuer;    // the provider's URL, whatever cardea.ini calls the provider; at most 255 bytes
  std::string subject;   // how the issuer names the user; at most 255 bytes
  std::string provider;  // what cardea.ini called the provider when this was written
  UserId user;
  Instant created_at{};
};

enum class IdentityRemoval {
  removed,
  last_way,  // the user could not sign in any more; nothing was changed
  absent,    // the user has no identity of that issuer
};

// Why a session ended; the number is what the column holds.
enum class RevokeReason : std::int16_t {
  none = 0,
  signed_out = 1,
  signed_out_by_owner = 2,  // from the list of devices
  replaced = 3,             // a new sign-in on the same device
  reuse = 4,                // a spent refresh token was presented
  administrator = 5,
  evicted = 6,   // too many devices
  disowned = 7,  // by the link in a mail: "this was not me"
  watch = 8,     // a rule of [watch]
};

// Whether the session was ended because it may have been a thief's.
[[nodiscard]] constexpr bool is_of_stranger(RevokeReason reason) {
  return reason == RevokeReason::administrator || reason == RevokeReason::disowned ||
         reason == RevokeReason::watch;
}

// How the token travelled with which a session was last renewed; the number is what the column holds. A move from
// header to cookie is over when no session is left that needs the header.
enum class Transport : std::int16_t {
  unknown = 0,  // not renewed yet
  cookie = 1,
  header = 2,       // the Authorization header, or a token in a body
  cookie_only = 3,  // cookie, by a client that said "transport":"cookie" when it signed in
};

// One signed-in device, for as long as it stays signed in. It holds no token and nothing that makes one without the
// keys.
struct Session {
  SessionId id;
  UserId user;
  std::string device_id;    // names the device in the API; [A-Za-z0-9._-]{1,64}
  std::string device_name;  // shown to users; may be empty
  Nonce nonce{};            // makes t2 of this session's tokens
  Generation generation = 0;
  Instant rotated_at = never;         // when the row last rotated; a sign-in is not a rotation
  std::optional<Digest> idempotency;  // SHA-256 of the Idempotency-Key of the request that rotated it
  std::int64_t user_epoch = 0;        // the user's epoch at sign-in
  std::string method;                 // how the user signed in
  std::string user_agent;             // at the last sign-in or rotation, cut to 255 bytes
  std::string ip;                     // text form, at the last sign-in or rotation
  Instant created_at{};
  Instant idle_until{};
  Instant absolute_until = never;  // never = no absolute end
  Instant revoked_at = never;
  RevokeReason revoke_reason = RevokeReason::none;
  Transport transport = Transport::unknown;
  // When the user was last asked for proof here: at the sign-in, or later by a reauthentication. never = not known,
  // because the session was taken over from a former system.
  Instant authenticated_at = never;
  std::string amr;  // by which means: words of RFC 8176 with blanks between them, "pwd"; may be empty

  [[nodiscard]] Instant last_seen_at() const { return rotated_at == never ? created_at : rotated_at; }
  // Until its first renewal the row holds what the client said when it signed in.
  [[nodiscard]] bool said_cookie() const {
    return transport == Transport::cookie_only || (transport == Transport::cookie && rotated_at == never);
  }
};

// A session and what its user's row says at the same moment (one statement, one snapshot).
struct SessionState {
  Session session;
  User user;
};

// A proof of who the user is that came with a rotation.
struct Reauthentication {
  Instant at{};
  std::string amr;  // of this proof alone, as in Session
};

// The one conditional update. The row moves only if it is still at `from`, is not revoked, and both the
// session and its user are at the given epoch.
struct Rotation {
  SessionId session;
  Generation from = 0;
  Generation to = 0;
  std::int64_t user_epoch = 0;
  Instant rotated_at{};
  Instant idle_until{};
  std::optional<Digest> idempotency;
  std::string user_agent;
  std::string ip;
  Transport transport = Transport::unknown;              // of the token
  std::optional<Reauthentication> proof = std::nullopt;  // empty: the row keeps what it has
};

enum class RotationOutcome {
  moved,
  not_moved,  // the condition did not hold: another request was first
  unknown,    // a deadlock, or the connection broke while the answer was awaited: read again
};

struct Revocation {
  SessionId session;
  RevokeReason reason = RevokeReason::none;
  Instant at{};
};

enum class EventKind {
  signed_in,
  sign_in_failed,
  registered,
  signed_out,
  signed_out_everywhere,
  device_signed_out,
  token_reused,
  database_rolled_back,
  password_changed,
  user_disabled,
  user_enabled,
  user_deleted,
  platform_changed,
  many_devices,
  many_networks,
  password_guessed,
  device_disowned,
  password_reset_requested,
  password_reset,
  scope_changed,
  identity_linked,
  identity_unlinked,
  reauthenticated,
  account_closed,
  account_reopened,
  account_exported,
  address_verified,
  address_change_requested,
  address_changed,
  address_change_undone,
  account_taken_over,
  registration_repeated,
  program_upgraded,  // by this user, an administrator: from=, to=
  program_restored,
  count,  // not a kind; stays last
};
inline constexpr auto event_kind_count = static_cast<std::size_t>(EventKind::count);

// What the event table holds, one row for each kind, in the order of EventKind. A name is at most 32 characters
// long; rows are added, and never changed.
struct EventName {
  EventKind kind;
  std::string_view name;
};
inline constexpr auto event_names = std::to_array<EventName>({
    {EventKind::signed_in, "signed_in"},
    {EventKind::sign_in_failed, "sign_in_failed"},
    {EventKind::registered, "registered"},
    {EventKind::signed_out, "signed_out"},
    {EventKind::signed_out_everywhere, "signed_out_everywhere"},
    {EventKind::device_signed_out, "device_signed_out"},
    {EventKind::token_reused, "token_reused"},
    {EventKind::database_rolled_back, "database_rolled_back"},
    {EventKind::password_changed, "password_changed"},
    {EventKind::user_disabled, "user_disabled"},
    {EventKind::user_enabled, "user_enabled"},
    {EventKind::user_deleted, "user_deleted"},
    {EventKind::platform_changed, "platform_changed"},
    {EventKind::many_devices, "many_devices"},
    {EventKind::many_networks, "many_networks"},
    {EventKind::password_guessed, "password_guessed"},
    {EventKind::device_disowned, "device_disowned"},
    {EventKind::password_reset_requested, "password_reset_requested"},
    {EventKind::password_reset, "password_reset"},
    {EventKind::scope_changed, "scope_changed"},
    {EventKind::identity_linked, "identity_linked"},
    {EventKind::identity_unlinked, "identity_unlinked"},
    {EventKind::reauthenticated, "reauthenticated"},
    {EventKind::account_closed, "account_closed"},
    {EventKind::account_reopened, "account_reopened"},
    {EventKind::account_exported, "account_exported"},
    {EventKind::address_verified, "address_verified"},
    {EventKind::address_change_requested, "address_change_requested"},
    {EventKind::address_changed, "address_changed"},
    {EventKind::address_change_undone, "address_change_undone"},
    {EventKind::account_taken_over, "account_taken_over"},
    {EventKind::registration_repeated, "registration_repeated"},
    {EventKind::program_upgraded, "program_upgraded"},
    {EventKind::program_restored, "program_restored"},
});
static_assert(
    event_names.size() == event_kind_count &&
        [] {
          for (std::size_t i = 0; i < event_names.size(); ++i)
            if (event_names[i].kind != static_cast<EventKind>(i) || event_names[i].name.empty()) return false;
          return true;
        }(),
    "one row for each kind of event, in the order of EventKind");

[[nodiscard]] constexpr std::string_view event_name(EventKind kind) {
  return event_names.at(static_cast<std::size_t>(kind)).name;
}
[[nodiscard]] std::optional<EventKind> event_of_name(std::string_view name);

struct Event {
  EventId id;
  Instant at{};
  EventKind kind = EventKind::signed_in;
  std::optional<UserId> user;
  std::optional<SessionId> session;
  std::string ip;      // text form; may be empty
  std::string detail;  // plain words or ids, no secrets, at most 500 bytes
};

// The newest first. Of events of the same time, the effect stands before its cause: a sign-in before the registration,
// an alarm before the sign-in that raised it.
void sort_newest_first(std::vector<Event>& events);

// What a letter is about. Its words are in text/text.h, its link and its code in auth/account/letters.cpp: each has one
// row for each kind.
enum class LetterKind {
  verify_address,      // to a new account: proves its address
  address_known,       // to the owner of an account: a client tried to register the address
  address_change_new,  // to the new address: proves it
  address_change_old,  // to the old address: it was changed; undoes the change
  reset,               // a forgotten password
  reset_done,          // the password was reset; lists what was removed
  taken_over,  // the address was proven by another than the one who had registered it; lists what was removed
  alert,       // a rule of [watch]; signs the device out
  alert_ended,  // the same where the device is signed out already
  password_changed,
  way_linked,      // a way to sign in was added
  way_unlinked,    // and removed
  account_closed,  // reopens the account
  account_reopened,
  reauthenticate,  // a code for a user without a password, before an act that needs a fresh sign-in
  invitation,
  approved,  // the account may be used now
  count,     // not a kind; stays last
};
inline constexpr auto letter_kind_count = static_cast<std::size_t>(LetterKind::count);

// What the outbox table holds, one row for each kind, in the order of LetterKind. A name is at most 32 characters long;
// rows are added, and never changed.
struct LetterName {
  LetterKind kind;
  std::string_view name;
};
inline constexpr auto letter_names = std::to_array<LetterName>({
    {LetterKind::verify_address, "verify_address"},
    {LetterKind::address_known, "address_known"},
    {LetterKind::address_change_new, "address_change_new"},
    {LetterKind::address_change_old, "address_change_old"},
    {LetterKind::reset, "reset"},
    {LetterKind::reset_done, "reset_done"},
    {LetterKind::taken_over, "taken_over"},
    {LetterKind::alert, "alert"},
    {LetterKind::alert_ended, "alert_ended"},
    {LetterKind::password_changed, "password_changed"},
    {LetterKind::way_linked, "way_linked"},
    {LetterKind::way_unlinked, "way_unlinked"},
    {LetterKind::account_closed, "account_closed"},
    {LetterKind::account_reopened, "account_reopened"},
    {LetterKind::reauthenticate, "reauthenticate"},
    {LetterKind::invitation, "invitation"},
    {LetterKind::approved, "approved"},
});
static_assert(
    letter_names.size() == letter_kind_count &&
        [] {
          for (std::size_t i = 0; i < letter_names.size(); ++i)
            if (letter_names[i].kind != static_cast<LetterKind>(i) || letter_names[i].name.empty())
              return false;
          return true;
        }(),
    "one row for each kind of letter, in the order of LetterKind");

[[nodiscard]] constexpr std::string_view letter_name(LetterKind kind) {
  return letter_names.at(static_cast<std::size_t>(kind)).name;
}
[[nodiscard]] std::optional<LetterKind> letter_of_name(std::string_view name);

// What a letter says beside its kind: ids, addresses and words of ours. Nothing that a client typed (no name of a
// user or a device), no link, no code.
struct LetterFacts {
  Instant at{};                                     // when it happened
  std::string ip = {};                              // from where; text form; may be empty
  std::string browser = {};                         // of the device, a name of ours ("Chrome"); may be empty
  std::string system = {};                          // likewise ("Android")
  std::optional<SessionId> session = std::nullopt;  // of the device, for a link that signs it out
  std::optional<EventKind> event = std::nullopt;    // with alert, alert_ended: what happened
  std::string detail = {};                          // of that event: facts for text/events.h
  // Ways to sign in and other things that were added or removed: "provider=google", or a word of text/text.h ("password",
  // "name", …). At most letter_things_limit.
  std::vector<std::string> things = {};
  std::string address =
      {};  // another address than the one of the letter: the new one, in a letter to the old one
  Instant until = never;  // when the account will be deleted
  bool operator==(const LetterFacts&) const = default;
};
inline constexpr std::size_t letter_things_limit = 20;

// What became of a letter; the number is what the column holds.
enum class LetterOutcome : std::int16_t { waiting = 0, sent = 1, refused = 2, given_up = 3 };

// A letter in the outbox.
struct OutboxLetter {
  LetterId id;
  LetterKind kind = LetterKind::alert;
  std::optional<UserId> user;  // empty: an address without an account
  std::string address;         // as typed; empty once the letter has left
  LetterFacts facts;           // likewise
  Language language = Language::en;
  Instant created_at{};
  Instant next_try_at{};  // never = it does not wait any more
  int tries = 0;
  LetterOutcome outcome = LetterOutcome::waiting;
};
using OutboxLetters = std::vector<OutboxLetter>;

// Who a user is in the system before this one.
struct Identity {
  std::string provider;  // at most 32 bytes
  std::string subject;   // at most 255 bytes
  UserId user;
  Instant created_at{};
};

// A legacy token (of the system before this one), by its SHA-256. Valid for one exchange.
struct LegacyToken {
  Digest digest{};
  UserId user;
  Instant expires_at{};
  SessionId session;             // the session it was exchanged for
  Instant exchanged_at = never;  // never = not yet
};

// One count of one day.
struct Tally {
  Instant day{};  // its 00:00 UTC
  std::string name;
  std::int64_t total = 0;
  Instant last_at{};  // when the last one was counted
};

// Failures counted for one account or one address, which only the bucket's digest names.
struct Throttle {
  int failures = 0;
  Instant window_began = never;
  Instant blocked_until = never;
  bool operator==(const Throttle&) const = default;
};

}  // namespace cardea
