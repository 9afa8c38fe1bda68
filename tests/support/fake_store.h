// A Store in memory with the exact meaning of store/store.h, for the tests of the rooms above: it passes the
// same contract suite as the real ones. Beside that a test can make it fail, lie and race on command.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <vector>

#include "store/store.h"
#include "support/store_writes.h"

namespace cardea {

class FakeStore final : public Store {
 public:
  bool add_user(const User& user) override;
  std::optional<User> user_by_email(std::string_view email_key) override;
  std::optional<User> user_by_id(const UserId& id) override;
  std::vector<User> users(const std::optional<UserId>& after, int limit) override;
  bool set_password(const UserId& id, const std::string& password_hash, Instant at) override;
  bool change_password(const PasswordChange& change) override;
  std::optional<std::vector<ProviderIdentity>> reset_password(const PasswordChange& change) override;
  bool replace_password_hash(const PasswordHashChange& change) override;
  bool set_status(const UserId& id, UserStatus status, Instant at) override;
  bool end_all_sessions(const UserId& id, Instant at) override;
  void note_sign_in(const UserId& id, const SignInNote& note) override;
  bool set_profile(const UserId& id, const Profile& profile) override;
  bool set_email_key(const User& user, const std::string& key) override;
  bool set_scope(const ScopeChange& change) override;
  bool delete_user(const UserId& id, Instant at) override;

  bool add_provider_identity(const ProviderIdentity& identity) override;
  bool link_provider_identity(const ProviderIdentity& identity, std::int64_t epoch) override;
  std::optional<ProviderIdentity> provider_identity(std::string_view issuer,
                                                    std::string_view subject) override;
  std::vector<ProviderIdentity> provider_identities_of(const UserId& user) override;
  IdentityRemoval remove_provider_identity(const UserId& user, std::string_view issuer) override;

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

  Throttle throttle(const Digest& bucket) override;
  bool move_throttle(const Digest& bucket, const Throttle& from, const Throttle& to) override;

  PurgeResult purge(const PurgeLimits& limits) override;
  void ping() override;
  void check_writing(seconds proven_for) override;
  DatabaseReport report() override;

  // For tests.
  [[nodiscard]] FakeWrites writes() const;
  // How often any function was called, refused calls too: 0 proves that the database was left alone.
  [[nodiscard]] int calls() const;
  // While true every call throws StoreUnavailable.
  void set_unavailable(bool unavailable);
  // While true check_writing() throws StoreUnavailable, as if nobody could write.
  void set_read_only(bool read_only);
  // Queued: each rotate() takes one.
  void force_rotation(ForcedRotation forced);
  // Queued: each rotate() runs one before it looks at the row. The hook may use the store: it is the racing
  // client whose request came between our read and our write.
  void before_rotation(std::function<void()> hook);
  // The same for revoke() and user_by_id().
  void before_revocation(std::function<void()> hook);
  void before_user_read(std::function<void()> hook);
  // Queued: each plain read of a session answers one of these instead of the truth, as a cluster's lagging
  // node would. Causal reads always tell the truth.
  void answer_stale(std::optional<SessionState> state);
  // Puts the row back as it is given: a restored backup.
  void overwrite_session(const Session& session);

 private:
  using Lock = std::unique_lock<std::mutex>;
  [[nodiscard]] Lock enter();
  User* find_user(const UserId& id);
  bool put_provider_identity(const ProviderIdentity& identity);
  void move_epoch(User& user, Instant at);
  bool move(const Rotation& rotation);
  using Hooks = std::deque<std::function<void()>>;
  void run_next(Hooks& hooks);

  mutable std::mutex mutex_;
  std::map<UserId, User> users_;
  std::map<UserId, Instant> sessions_ended_;  // when the epoch last moved
  std::vector<ProviderIdentity> provider_identities_;
  std::map<SessionId, Session> sessions_;
  std::map<EventId, Event> events_;
  std::map<Digest, Throttle> throttles_;
  std::map<std::pair<std::string, std::string>, Identity> identities_;
  std::map<Digest, LegacyToken> legacy_tokens_;
  std::map<std::pair<Instant, std::string>, Tally> tallies_;
  FakeWrites writes_;
  int calls_ = 0;
  bool unavailable_ = false;
  bool read_only_ = false;
  std::deque<ForcedRotation> forced_rotations_;
  Hooks before_rotation_;
  Hooks before_revocation_;
  Hooks before_user_read_;
  std::deque<std::optional<SessionState>> stale_states_;
};

}  // namespace cardea
