// What the database keeps, as values. One record is one row; nothing here knows SQL.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "base/email.h"
#include "base/encoding.h"
#include "base/id.h"
#include "base/language.h"
#include "base/time.h"
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
  Transport transport = Transport::unknown;  // of the token
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
