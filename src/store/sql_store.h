// The Store on top of SQL, written once for both dialects. Each subject is one file: its statements, how its rows
// become records, and its functions. They differ in what their callers must be able to trust after a lost connection.
#pragma once

#include <utility>

#include "store/sql/runner.h"
#include "store/store.h"

namespace cardea {

class SqlStore : public Store {
 public:
  SqlStore(const PoolLimits& limits, ConnectionPool::Open open) : runner_(limits, std::move(open)) {}

  bool add_user(const User& user) override;
  std::optional<User> user_by_email(std::string_view email_key) override;
  std::optional<User> user_by_username(std::string_view username_key) override;
  std::optional<User> user_by_id(const UserId& id) override;
  std::vector<User> users(const std::optional<UserId>& after, int limit) override;
  std::vector<User> users_with_scope(std::string_view scope, int limit) override;
  bool set_password(const UserId& id, const std::string& password_hash, Instant at) override;
  bool change_password(const PasswordChange& change) override;
  std::optional<std::vector<ProviderIdentity>> reset_password(const AccountReset& reset) override;
  bool replace_password_hash(const PasswordHashChange& change) override;
  bool set_status(const UserId& id, UserStatus status, Instant at) override;
  bool end_all_sessions(const UserId& id, Instant at) override;
  void note_sign_in(const UserId& id, const SignInNote& note) override;
  bool set_username(const UserId& id, const Username& name) override;
  bool set_profile(const UserId& id, const Profile& profile) override;
  bool set_email_key(const User& user, const std::string& key) override;
  bool set_scope(const ScopeChange& change) override;
  bool delete_user(const UserId& id, Instant at) override;

  bool close_user(const AccountClosing& closing) override;
  bool reopen_user(const AccountReopening& reopening) override;
  std::vector<User> closed_users(Instant before, int limit) override;
  bool erase_user(const Erasure& erasure) override;
  void forget_erased() override;
  Json everything_about(const UserId& user, int rows_of_a_table) override;

  bool prove_address(const AddressProof& proof) override;
  void request_address_change(const AddressChange& change, const OutboxLetters& letters) override;
  std::optional<AddressChange> address_change(const ChangeId& id) override;
  std::vector<AddressChange> waiting_changes_to(std::string_view email_key, Instant now, int limit) override;
  std::vector<AddressChange> changes_from(std::string_view email_key, Instant now, int limit) override;
  AddressOutcome make_address_change(const AddressChange& change, const OutboxLetters& letters) override;
  std::optional<UserId> address_reserved_for(std::string_view email_key, Instant now) override;
  AddressOutcome undo_address_change(const AddressUndo& undo) override;
  AddressOutcome set_address(const UserId& user, const Email& email, Instant at) override;

  bool add_provider_identity(const ProviderIdentity& identity) override;
  bool link_provider_identity(const ProviderIdentity& identity, std::int64_t epoch,
                              const OutboxLetters& letters) override;
  std::optional<ProviderIdentity> provider_identity(std::string_view issuer,
                                                    std::string_view subject) override;
  std::vector<ProviderIdentity> provider_identities_of(const UserId& user) override;
  IdentityRemoval remove_provider_identity(const UserId& user, std::string_view issuer,
                                           const OutboxLetters& letters) override;

  void add_session(const Session& session) override;
  std::optional<SessionState> session(const SessionId& id, Freshness freshness) override;
  RotationOutcome rotate(const Rotation& rotation) override;
  bool revoke(const Revocation& revocation) override;
  std::vector<Session> sessions_of(const UserId& user) override;
  std::vector<Session> open_sessions_of(const UserId& user) override;
  std::vector<Session> latest_sessions_of(const UserId& user, int limit) override;
  bool is_known_device(const UserId& user, std::string_view device_id, std::int64_t epoch) override;
  std::vector<EndedSession> sessions_ended_since(Instant since) override;

  bool add_identity(const Identity& identity) override;
  std::optional<User> user_of_identity(std::string_view provider, std::string_view subject) override;

  bool add_legacy_token(const LegacyToken& token) override;
  std::optional<LegacyToken> legacy_token(const Digest& digest) override;
  void claim_legacy_token(const Digest& digest, const SessionId& session, Instant at) override;
  WaitingLegacyTokens waiting_legacy_tokens(Instant now) override;
  bool has_legacy_tokens() override;

  void add_tally(const Tally& tally) override;
  std::vector<Tally> tallies(Instant since) override;
  std::vector<TransportSessions> sessions_by_transport(Instant now) override;

  void add_event(const Event& event) override;
  std::vector<Event> events(const EventFilter& filter) override;

  void add_letter(const OutboxLetter& letter) override;
  OutboxLetters due_letters(Instant now, int limit) override;
  bool claim_letter(const OutboxLetter& letter, Instant next_try_at) override;
  void settle_letter(const LetterId& id, int tries, LetterOutcome outcome, Instant next_try_at) override;
  std::vector<Event> untold_alarms(Instant since, int limit) override;
  OutboxLetters letters_of(const UserId& user) override;

  Throttle throttle(const Digest& bucket) override;
  bool move_throttle(const Digest& bucket, const Throttle& from, const Throttle& to) override;

  PurgeResult purge(const PurgeLimits& limits) override;
  void ping() override;
  void check_writing(seconds proven_for) override;
  void close_idle_connections() override;
  DatabaseReport report() override;

 private:
  std::optional<User> one_user(std::string_view statement, const SqlValue& key);
  // Removes all but `kept`, which is added if it is not there, as part of a transaction. Returns what it removed. Throws
  // IdentityTaken if `kept` belongs to another user, which ends the transaction without a change.
  static std::vector<ProviderIdentity> replace_provider_identities(
      SqlConnection& connection, const UserId& user, const std::optional<ProviderIdentity>& kept);
  struct IdentityTaken {};
  bool has_password(const PasswordChange& change);
  AddressOutcome why_unchanged(const UserId& user, std::string_view email_key, Instant now);
  // One conditional statement and the letters that tell of it, as one transaction: no letter if no row was changed.
  SqlAnswer run_and_tell(std::string_view statement, const SqlValues& values, const OutboxLetters& letters);
  // As part of a transaction.
  static void add_letters(SqlConnection& connection, const OutboxLetters& letters);
  bool changes_user(std::string_view statement, const SqlValues& values, const UserId& id);
  // The rows that `find` names, each removed by `remove`, whose values are the key and then `ended`.
  struct Sweep {
    std::string_view find;
    std::string_view remove;
    SqlValues ended;  // the values of the condition, in both statements
    int rows = 0;
  };
  int sweep(const Sweep& sweep);

  SqlRunner runner_;
};

}  // namespace cardea
