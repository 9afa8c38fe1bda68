// The database behind one interface. One function is one decision of the database: a single statement that
// commits by itself, so that races are settled by the row and not by us. (Exceptions: reset_password, and a change with
// the letters that tell of it, which are one transaction; the removals, which delete what belongs to a row before the
// row and can be repeated.)
//
// Concurrency: a Store may be used from many threads; each call borrows a connection for its duration.
// Connections are made when needed, at most `connections` per process. A connection that the server has closed
// is replaced and the statement sent again without the caller noticing, wherever sending twice is harmless.
//
// Throws StoreUnavailable when the database cannot be reached or stays busy (the caller answers 503) and
// StoreError when the statement itself is wrong (500: our bug or a foreign schema).
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json_fwd.h"
#include "config/settings.h"
#include "store/records.h"

namespace cardea {

// What is wrong in a word, which any client may read; the message is for the log.
enum class StoreTrouble {
  unavailable,      // no server, no room, no answer
  access_denied,    // the server refuses the account
  tables_outdated,  // `cardea migrate` was not run
  data_damaged,     // other bytes come back than were written
  not_writable,     // full, read-only, revoked privileges
};

class StoreUnavailable : public std::runtime_error {
 public:
  // The message never holds a password or a bound value.
  explicit StoreUnavailable(const std::string& message, StoreTrouble trouble = StoreTrouble::unavailable)
      : std::runtime_error(message), trouble_(trouble) {}
  [[nodiscard]] StoreTrouble trouble() const { return trouble_; }

 private:
  StoreTrouble trouble_;
};

class StoreError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// How fresh a read must be. On a cluster (Galera), causal waits until this node has applied everything that
// was committed anywhere before the call; elsewhere both are the same.
enum class Freshness { plain, causal };

struct PasswordHashChange {
  UserId user;
  std::string from;  // the hash that must still be stored
  std::string to;
};

// A new password, asked for by someone whose request fits the row as it was.
struct PasswordChange {
  UserId user;
  std::int64_t epoch = 0;  // the epoch that must still be stored
  std::string from;        // the hash that must still be stored
  std::string to;
  Instant at{};
  OutboxLetters letters = {};  // that tell of it: written in the same transaction, only if the password is
};

// An account that goes to the one who proved its address. For an account whose address was proven before, a reset.
struct AccountReset {
  PasswordChange change;  // change.to may be empty: signs in by the identity
  std::string email_key;  // the address that must still be stored
  std::string name;       // what the account is called from now on
  Username username;      // and how its user may sign in beside the address
  Instant proven_at{};    // User::email_proven_at from now on
  std::optional<ProviderIdentity> identity = std::nullopt;  // stays, or is added; all others are removed
};

// An address that was proven without anything being taken from the account.
struct AddressProof {
  UserId user;
  std::string email_key;  // that must still be stored
  Instant at{};
};

enum class AddressOutcome {
  changed,
  taken,  // another account has the address, or may have it back
  gone,   // the row is not as it was: nothing was changed
};

// A change of an address that goes back. The account must still have that epoch and password.
struct AddressUndo {
  AddressChange change;
  std::int64_t epoch = 0;
  std::string password_from;
  std::string password_to;  // empty: it is voided
  Instant at{};
  OutboxLetters letters = {};  // likewise
};

struct Profile {
  std::string name;
  std::optional<Language> language;
};

struct SignInNote {
  std::string method;
  std::optional<Language> language;  // empty: the stored one stays
  Instant at{};
};

struct ScopeChange {
  UserId user;
  std::string from;  // the scope that must still be stored
  std::string to;
};

// An account that its user closes.
struct AccountClosing {
  UserId user;
  std::int64_t epoch = 0;  // the epoch that must still be stored
  Instant at{};
  OutboxLetters letters = {};  // that tell of it: written in the same transaction, only if it is closed
};

struct AccountReopening {
  UserId user;
  Instant closed_at{};         // that must still be stored
  OutboxLetters letters = {};  // likewise
};

// A closed account whose time is over.
struct Erasure {
  UserId user;
  Instant closed_at{};          // that must still be stored
  std::vector<Digest> buckets;  // throttles that are named by the user, or by the user's address
};

// The sessions that have not ended and were last renewed via one transport.
struct TransportSessions {
  Transport transport = Transport::unknown;
  std::int64_t sessions = 0;
  Instant last_end = never;  // when the last of them ends if none is renewed
};

// The legacy tokens that were not exchanged yet.
struct WaitingLegacyTokens {
  std::int64_t tokens = 0;
  Instant last_end = never;
};

struct EventFilter {
  std::optional<UserId> user = std::nullopt;
  Instant since = never;
  int limit = 100;  // the newest ones
};

struct PurgeResult {
  int sessions = 0;
  int events = 0;
  int throttles = 0;
  int legacy_tokens = 0;
  int letters = 0;
  int address_changes = 0;
};

struct PurgeLimits {
  Instant sessions_ended_before{};  // idle or absolute end before this; legacy tokens that expired before
  Instant events_before{};
  Instant throttles_before{};        // window began and block ended before this
  Instant letters_before{};          // made before this, and not waiting any more; or made a week before this
  Instant address_changes_before{};  // pending and undo ended before this
  int rows = 500;                    // at most this many of each kind per call
};

struct DatabaseReport {
  std::string server;                 // "MariaDB 10.11.19", "SQLite 3.40.1"
  int schema_version = 0;             // 0 = no tables yet
  std::optional<Instant> clock;       // the server's clock; empty for an embedded database
  std::vector<std::string> warnings;  // e.g. a table that is not InnoDB, a network file system
  // Of a server; empty or 0 for an embedded database, and where the server does not tell.
  std::vector<std::pair<std::string, std::string>> collations =
      {};  // each of our tables, and how it compares text
  std::vector<std::string> grants =
      {};  // "GRANT SELECT, INSERT ON `db`.*", without for whom and with what password
  std::int64_t connections_used = 0;     // by this account
  std::int64_t connections_allowed = 0;  // to this account
};

class Store {
 public:
  virtual ~Store() = default;

  // Users.
  // False if another user has the user name's key or the e-mail's key, or may have it back by undoing a change (address_reserved_for);
  // nothing is written then.
  [[nodiscard]] virtual bool add_user(const User& user) = 0;
  [[nodiscard]] virtual std::optional<User> user_by_email(std::string_view email_key) = 0;
  // The user of an address, by its key or by an older one (base/email.h). If the keys of two users' addresses have
  // become the same, each is found by the spelling that was theirs.
  [[nodiscard]] std::optional<User> user_of(const Email& email);
  [[nodiscard]] virtual std::optional<User> user_by_username(std::string_view username_key) = 0;
  [[nodiscard]] virtual std::optional<User> user_by_id(const UserId& id) = 0;
  // Ordered by id (time of creation), after the given one.
  [[nodiscard]] virtual std::vector<User> users(const std::optional<UserId>& after, int limit) = 0;
  // The first users that have this scope, ordered by id. Reads every row: for checks and letters to administrators, not
  // for requests of users.
  [[nodiscard]] virtual std::vector<User> users_with_scope(std::string_view scope, int limit) = 0;
  // New password: ends all sessions of the user (epoch + 1). False if there is no such user. Only auth/session/end.h
  // calls what ends sessions: it also tells the processes of this host.
  [[nodiscard]] virtual bool set_password(const UserId& id, const std::string& password_hash, Instant at) = 0;
  // The same on a condition, so that of two changes at once, or of a link used twice, one counts. False if
  // the stored hash or epoch has changed; true means that the user's epoch is change.epoch + 1.
  [[nodiscard]] virtual bool change_password(const PasswordChange& change) = 0;
  // The same, with the name and the proof of the address, and removes every provider identity of the user but
  // reset.identity in the same transaction: no sign-in finds an old identity beside the new epoch. False if the stored
  // address has changed, too, or reset.identity belongs to another user: nothing was changed then. Returns the identities
  // that it removed, which it adds to the things of change.letters; empty if nothing was changed.
  [[nodiscard]] virtual std::optional<std::vector<ProviderIdentity>> reset_password(
      const AccountReset& reset) = 0;
  // Same password, better hash: ends no session. False if the stored hash has changed.
  [[nodiscard]] virtual bool replace_password_hash(const PasswordHashChange& change) = 0;
  // Disabling ends all sessions (epoch + 1); enabling ends none. False if there is no such user.
  [[nodiscard]] virtual bool set_status(const UserId& id, UserStatus status, Instant at) = 0;
  // Ends all sessions of the user. False if there is no such user.
  [[nodiscard]] virtual bool end_all_sessions(const UserId& id, Instant at) = 0;
  virtual void note_sign_in(const UserId& id, const SignInNote& note) = 0;
  // False if there is no such user.
  [[nodiscard]] virtual bool set_profile(const UserId& id, const Profile& profile) = 0;
  // False if another user has the name's key. An empty name takes the user's away.
  [[nodiscard]] virtual bool set_username(const UserId& id, const Username& name) = 0;
  // Replaces the key that the record holds by `key`, which base/email.h makes of the same address by now. False if
  // another user has it.
  [[nodiscard]] virtual bool set_email_key(const User& user, const std::string& key) = 0;
  // Ends no session: tokens carry the scope from their next renewal on. False if the stored scope is neither
  // change.from nor change.to.
  [[nodiscard]] virtual bool set_scope(const ScopeChange& change) = 0;
  // Removes the user with identities and legacy tokens, and ends the sessions, whose rows stay until they are purged,
  // with nothing personal in them; events stay, without their details. False if there is no such user; sessions that
  // an interrupted call left behind are ended all the same.
  [[nodiscard]] virtual bool delete_user(const UserId& id, Instant at) = 0;

  // The end of an account.
  // Closes it and ends all sessions of the user (epoch + 1). False if it is closed already, or the stored epoch has
  // changed. Only auth/session/end.h calls it.
  [[nodiscard]] virtual bool close_user(const AccountClosing& closing) = 0;
  // False if it is not closed, or was closed at another time.
  [[nodiscard]] virtual bool reopen_user(const AccountReopening& reopening) = 0;
  // Those that were closed before that moment, the longest closed first.
  [[nodiscard]] virtual std::vector<User> closed_users(Instant before, int limit) = 0;
  // Removes the user and every row about them, sessions and events too, in one transaction. False if the account is not
  // closed, or was closed at another time: nothing was removed then.
  [[nodiscard]] virtual bool erase_user(const Erasure& erasure) = 0;
  // SQLite: empties the log beside the file, which holds pages as they were before rows were removed. (The pages
  // themselves are overwritten with zeros.) Does nothing elsewhere. Cheap; what other connections hold back a later
  // call does.
  virtual void forget_erased() = 0;
  // All that the database holds about the user but keys and hashes, for the user to read (store/account_life.h): an
  // object with an array of rows for each table, the newest first; at most so many of each.
  [[nodiscard]] virtual Json everything_about(const UserId& user, int rows_of_a_table) = 0;

  // Addresses.
  // Marks the address as proven; an older proof stays. False if the user is gone or has another address. Safe to repeat.
  [[nodiscard]] virtual bool prove_address(const AddressProof& proof) = 0;
  // Puts the change beside the account, in place of one that waits, with its letters. Safe to repeat.
  virtual void request_address_change(const AddressChange& change, const OutboxLetters& letters) = 0;
  [[nodiscard]] virtual std::optional<AddressChange> address_change(const ChangeId& id) = 0;
  // Those that wait for a proof of that address, the newest first.
  [[nodiscard]] virtual std::vector<AddressChange> waiting_changes_to(std::string_view email_key, Instant now,
                                                                      int limit) = 0;
  // Those that give that address back if they are undone, the oldest first.
  [[nodiscard]] virtual std::vector<AddressChange> changes_from(std::string_view email_key, Instant now,
                                                                int limit) = 0;
  // Makes the change, as a proof of the new address, if the user is active, open, and still has the epoch and the address
  // of the change, with its letters. changed_at, undo_until and password_mark are written; until undo_until the old
  // address is reserved.
  [[nodiscard]] virtual AddressOutcome make_address_change(const AddressChange& change,
                                                           const OutboxLetters& letters) = 0;
  // The user who may have the address back by an undo; nothing if nobody may.
  [[nodiscard]] virtual std::optional<UserId> address_reserved_for(std::string_view email_key,
                                                                   Instant now) = 0;
  // Gives the account its old address again, as proven; ends all sessions (epoch + 1), reopens a closed account, removes
  // the identities that were added since the change was asked for, and makes void this change and all later ones of
  // the user. One transaction. Only auth/session/end.h calls it.
  [[nodiscard]] virtual AddressOutcome undo_address_change(const AddressUndo& undo) = 0;
  // The address as an administrator sets it: trusted from `at` on. All changes of the user are void. Ends no session.
  [[nodiscard]] virtual AddressOutcome set_address(const UserId& user, const Email& email, Instant at) = 0;

  // Identities: who users are at providers of social sign-in. A user has at most one of each issuer.
  // False if the identity belongs to a user already, or the user has one of that issuer; nothing is written then.
  [[nodiscard]] virtual bool add_provider_identity(const ProviderIdentity& identity) = 0;
  // The same if the user exists and has that epoch: a link that was asked for before all sessions ended adds nothing
  // afterwards. Writes the letters in the same transaction, only if it adds the identity; likewise the removal.
  [[nodiscard]] virtual bool link_provider_identity(const ProviderIdentity& identity, std::int64_t epoch,
                                                    const OutboxLetters& letters) = 0;
  [[nodiscard]] virtual std::optional<ProviderIdentity> provider_identity(std::string_view issuer,
                                                                          std::string_view subject) = 0;
  // Ordered by issuer.
  [[nodiscard]] virtual std::vector<ProviderIdentity> provider_identities_of(const UserId& user) = 0;
  // Unless the user has neither a password nor another identity. Removes an identity without a user's row, too.
  [[nodiscard]] virtual IdentityRemoval remove_provider_identity(const UserId& user, std::string_view issuer,
                                                                 const OutboxLetters& letters) = 0;

  // Sessions.
  virtual void add_session(const Session& session) = 0;
  [[nodiscard]] virtual std::optional<SessionState> session(const SessionId& id, Freshness freshness) = 0;
  [[nodiscard]] virtual RotationOutcome rotate(const Rotation& rotation) = 0;
  // True if this call ended it; false if it had ended before or does not exist.
  [[nodiscard]] virtual bool revoke(const Revocation& revocation) = 0;
  // All rows of the user, revoked and expired ones too, ordered by id. There is no limit to their number: requests
  // call one of the next two.
  [[nodiscard]] virtual std::vector<Session> sessions_of(const UserId& user) = 0;
  // Those that were not revoked one by one, ordered by id; the user's epoch or time may have ended them.
  [[nodiscard]] virtual std::vector<Session> open_sessions_of(const UserId& user) = 0;
  // The newest rows of sessions_of, the newest first.
  [[nodiscard]] virtual std::vector<Session> latest_sessions_of(const UserId& user, int limit) = 0;

  // Whether the user has signed in on that device since all sessions were ended last (under that epoch), and
  // the device was not signed out as a thief's. The time that it takes tells nothing about the user beyond the number
  // of their sessions.
  [[nodiscard]] virtual bool is_known_device(const UserId& user, std::string_view device_id,
                                             std::int64_t epoch) = 0;

  // Every session that was ended at `since` (after `never`) or later, for any reason; perhaps some that
  // ended before, too. One indexed statement, which reads committed rows and waits for no lock.
  [[nodiscard]] virtual std::vector<EndedSession> sessions_ended_since(Instant since) = 0;

  // Who a user is in the system before this one. False if the subject is taken; nothing is written then.
  [[nodiscard]] virtual bool add_identity(const Identity& identity) = 0;
  [[nodiscard]] virtual std::optional<User> user_of_identity(std::string_view provider,
                                                             std::string_view subject) = 0;

  // Legacy tokens. False if the token is known already.
  [[nodiscard]] virtual bool add_legacy_token(const LegacyToken& token) = 0;
  [[nodiscard]] virtual std::optional<LegacyToken> legacy_token(const Digest& digest) = 0;
  // Binds the token to that session unless it is bound already; read it to learn to which.
  virtual void claim_legacy_token(const Digest& digest, const SessionId& session, Instant at) = 0;
  [[nodiscard]] virtual WaitingLegacyTokens waiting_legacy_tokens(Instant now) = 0;
  // Whether there is any, exchanged or not. Reads one row at most.
  [[nodiscard]] virtual bool has_legacy_tokens() = 0;
  // The same, at most legacy_answer_kept old: this process asks the database no sooner.
  [[nodiscard]] bool may_have_legacy_tokens(Instant now);

  // Counting. Adds the total to that of the day and name. After a lost answer it may be counted twice.
  virtual void add_tally(const Tally& tally) = 0;
  // Those of the days from then on, in the order of day and name.
  [[nodiscard]] virtual std::vector<Tally> tallies(Instant since) = 0;
  // Reads all sessions: for reports, not for requests.
  [[nodiscard]] virtual std::vector<TransportSessions> sessions_by_transport(Instant now) = 0;

  // Events, newest first.
  virtual void add_event(const Event& event) = 0;
  [[nodiscard]] virtual std::vector<Event> events(const EventFilter& filter) = 0;

  // The outbox. A letter that tells of a change is written with the change, above.
  // Safe to repeat: a letter with that id counts as this one.
  virtual void add_letter(const OutboxLetter& letter) = 0;
  // Those whose next try is due, the longest due first. Kinds that only a newer program knows are left to it.
  [[nodiscard]] virtual OutboxLetters due_letters(Instant now, int limit) = 0;
  // Reserves a letter for one try by this process: one more try, the next one at `next_try_at`. False if the row is no
  // longer as it was read, or the answer was lost: then another process has it, or a later call gets it.
  [[nodiscard]] virtual bool claim_letter(const OutboxLetter& letter, Instant next_try_at) = 0;
  // What became of a try. `tries`: with the one that was claimed; does nothing if another process has claimed the letter
  // since. waiting: tries again at next_try_at. Anything else: empties address and facts, and the letter waits no more.
  virtual void settle_letter(const LetterId& id, int tries, LetterOutcome outcome, Instant next_try_at) = 0;
  // Events of [watch] from then on whose detail says that their user is told ("action=tell" or more, without "letter=no"), but
  // which have no letter under their own id: the process ended in between.
  [[nodiscard]] virtual std::vector<Event> untold_alarms(Instant since, int limit) = 0;
  // All of the user, the oldest first.
  [[nodiscard]] virtual OutboxLetters letters_of(const UserId& user) = 0;

  // Throttles. An absent row is a Throttle{}.
  [[nodiscard]] virtual Throttle throttle(const Digest& bucket) = 0;
  // Compare and swap: writes `to` only if the row (or its absence) still is `from`. False if not.
  [[nodiscard]] virtual bool move_throttle(const Digest& bucket, const Throttle& from,
                                           const Throttle& to) = 0;

  // Housekeeping.
  [[nodiscard]] virtual PurgeResult purge(const PurgeLimits& limits) = 0;
  // One cheap round trip. Throws StoreUnavailable when there is no database.
  virtual void ping() = 0;
  // Checks that the database takes what we write: each privilege, a commit, and that bytes come back as they were
  // sent. Does nothing if any process has done so within `proven_for`, so that clients cannot make it write at will.
  // Throws StoreUnavailable with the cause.
  virtual void check_writing(seconds proven_for) = 0;
  // To be called once a second by a process that stays.
  virtual void close_idle_connections() {}
  [[nodiscard]] virtual DatabaseReport report() = 0;

 private:
  struct LegacyAnswer {
    Instant heard_at{};
    bool any = false;
  };
  std::mutex legacy_mutex_;
  std::optional<LegacyAnswer> legacy_answer_;
};

inline constexpr seconds legacy_answer_kept{60};

// Opens nothing yet: the first call connects.
[[nodiscard]] std::unique_ptr<Store> open_store(const DatabaseSettings& settings);

}  // namespace cardea
