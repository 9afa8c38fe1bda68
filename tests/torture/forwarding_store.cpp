#include "torture/forwarding_store.h"

#include "base/json.h"

namespace cardea::torture {

bool ForwardingStore::add_user(const User& user) {
  return next().add_user(user);
}

std::optional<User> ForwardingStore::user_by_email(std::string_view email_key) {
  return next().user_by_email(email_key);
}

std::optional<User> ForwardingStore::user_by_id(const UserId& id) {
  return next().user_by_id(id);
}

std::vector<User> ForwardingStore::users(const std::optional<UserId>& after, int limit) {
  return next().users(after, limit);
}

std::vector<User> ForwardingStore::users_with_scope(std::string_view scope, int limit) {
  return next().users_with_scope(scope, limit);
}

bool ForwardingStore::set_password(const UserId& id, const std::string& password_hash, Instant at) {
  return next().set_password(id, password_hash, at);
}

bool ForwardingStore::change_password(const PasswordChange& change) {
  return next().change_password(change);
}

std::optional<std::vector<ProviderIdentity>> ForwardingStore::reset_password(const AccountReset& reset) {
  return next().reset_password(reset);
}

bool ForwardingStore::replace_password_hash(const PasswordHashChange& change) {
  return next().replace_password_hash(change);
}

bool ForwardingStore::set_status(const UserId& id, UserStatus status, Instant at) {
  return next().set_status(id, status, at);
}

bool ForwardingStore::end_all_sessions(const UserId& id, Instant at) {
  return next().end_all_sessions(id, at);
}

void ForwardingStore::note_sign_in(const UserId& id, const SignInNote& note) {
  next().note_sign_in(id, note);
}

std::optional<User> ForwardingStore::user_by_username(std::string_view username_key) {
  return next().user_by_username(username_key);
}
bool ForwardingStore::set_username(const UserId& id, const Username& name) {
  return next().set_username(id, name);
}
bool ForwardingStore::set_profile(const UserId& id, const Profile& profile) {
  return next().set_profile(id, profile);
}

bool ForwardingStore::set_email_key(const User& user, const std::string& key) {
  return next().set_email_key(user, key);
}

bool ForwardingStore::set_scope(const ScopeChange& change) {
  return next().set_scope(change);
}

bool ForwardingStore::delete_user(const UserId& id, Instant at) {
  return next().delete_user(id, at);
}

bool ForwardingStore::close_user(const AccountClosing& closing) {
  return next().close_user(closing);
}

bool ForwardingStore::reopen_user(const AccountReopening& reopening) {
  return next().reopen_user(reopening);
}

std::vector<User> ForwardingStore::closed_users(Instant before, int limit) {
  return next().closed_users(before, limit);
}

bool ForwardingStore::erase_user(const Erasure& erasure) {
  return next().erase_user(erasure);
}

void ForwardingStore::forget_erased() {
  next().forget_erased();
}

Json ForwardingStore::everything_about(const UserId& user, int rows_of_a_table) {
  return next().everything_about(user, rows_of_a_table);
}

bool ForwardingStore::prove_address(const AddressProof& proof) {
  return next().prove_address(proof);
}

void ForwardingStore::request_address_change(const AddressChange& change, const OutboxLetters& letters) {
  next().request_address_change(change, letters);
}

std::optional<AddressChange> ForwardingStore::address_change(const ChangeId& id) {
  return next().address_change(id);
}

std::vector<AddressChange> ForwardingStore::waiting_changes_to(std::string_view email_key, Instant now,
                                                               int limit) {
  return next().waiting_changes_to(email_key, now, limit);
}

std::vector<AddressChange> ForwardingStore::changes_from(std::string_view email_key, Instant now, int limit) {
  return next().changes_from(email_key, now, limit);
}

AddressOutcome ForwardingStore::make_address_change(const AddressChange& change,
                                                    const OutboxLetters& letters) {
  return next().make_address_change(change, letters);
}

std::optional<UserId> ForwardingStore::address_reserved_for(std::string_view email_key, Instant now) {
  return next().address_reserved_for(email_key, now);
}

AddressOutcome ForwardingStore::undo_address_change(const AddressUndo& undo) {
  return next().undo_address_change(undo);
}

AddressOutcome ForwardingStore::set_address(const UserId& user, const Email& email, Instant at) {
  return next().set_address(user, email, at);
}

void ForwardingStore::add_session(const Session& session) {
  next().add_session(session);
}

std::optional<SessionState> ForwardingStore::session(const SessionId& id, Freshness freshness) {
  return next().session(id, freshness);
}

RotationOutcome ForwardingStore::rotate(const Rotation& rotation) {
  return next().rotate(rotation);
}

bool ForwardingStore::revoke(const Revocation& revocation) {
  return next().revoke(revocation);
}

std::vector<Session> ForwardingStore::sessions_of(const UserId& user) {
  return next().sessions_of(user);
}

std::vector<Session> ForwardingStore::open_sessions_of(const UserId& user) {
  return next().open_sessions_of(user);
}

std::vector<Session> ForwardingStore::latest_sessions_of(const UserId& user, int limit) {
  return next().latest_sessions_of(user, limit);
}

bool ForwardingStore::is_known_device(const UserId& user, std::string_view device_id, std::int64_t epoch) {
  return next().is_known_device(user, device_id, epoch);
}

bool ForwardingStore::add_identity(const Identity& identity) {
  return next().add_identity(identity);
}

std::optional<User> ForwardingStore::user_of_identity(std::string_view provider, std::string_view subject) {
  return next().user_of_identity(provider, subject);
}

bool ForwardingStore::add_provider_identity(const ProviderIdentity& identity) {
  return next().add_provider_identity(identity);
}

bool ForwardingStore::link_provider_identity(const ProviderIdentity& identity, std::int64_t epoch,
                                             const OutboxLetters& letters) {
  return next().link_provider_identity(identity, epoch, letters);
}

std::optional<ProviderIdentity> ForwardingStore::provider_identity(std::string_view issuer,
                                                                   std::string_view subject) {
  return next().provider_identity(issuer, subject);
}

std::vector<ProviderIdentity> ForwardingStore::provider_identities_of(const UserId& user) {
  return next().provider_identities_of(user);
}

IdentityRemoval ForwardingStore::remove_provider_identity(const UserId& user, std::string_view issuer,
                                                          const OutboxLetters& letters) {
  return next().remove_provider_identity(user, issuer, letters);
}

bool ForwardingStore::add_legacy_token(const LegacyToken& token) {
  return next().add_legacy_token(token);
}

std::optional<LegacyToken> ForwardingStore::legacy_token(const Digest& digest) {
  return next().legacy_token(digest);
}

void ForwardingStore::claim_legacy_token(const Digest& digest, const SessionId& session, Instant at) {
  next().claim_legacy_token(digest, session, at);
}

WaitingLegacyTokens ForwardingStore::waiting_legacy_tokens(Instant now) {
  return next().waiting_legacy_tokens(now);
}

bool ForwardingStore::has_legacy_tokens() {
  return next().has_legacy_tokens();
}

void ForwardingStore::add_tally(const Tally& tally) {
  next().add_tally(tally);
}

std::vector<Tally> ForwardingStore::tallies(Instant since) {
  return next().tallies(since);
}

std::vector<TransportSessions> ForwardingStore::sessions_by_transport(Instant now) {
  return next().sessions_by_transport(now);
}

std::vector<EndedSession> ForwardingStore::sessions_ended_since(Instant since) {
  return next().sessions_ended_since(since);
}

void ForwardingStore::add_event(const Event& event) {
  next().add_event(event);
}

std::vector<Event> ForwardingStore::events(const EventFilter& filter) {
  return next().events(filter);
}

void ForwardingStore::add_letter(const OutboxLetter& letter) {
  next().add_letter(letter);
}

OutboxLetters ForwardingStore::due_letters(Instant now, int limit) {
  return next().due_letters(now, limit);
}

bool ForwardingStore::claim_letter(const OutboxLetter& letter, Instant next_try_at) {
  return next().claim_letter(letter, next_try_at);
}

void ForwardingStore::settle_letter(const LetterId& id, int tries, LetterOutcome outcome,
                                    Instant next_try_at) {
  next().settle_letter(id, tries, outcome, next_try_at);
}

std::vector<Event> ForwardingStore::untold_alarms(Instant since, int limit) {
  return next().untold_alarms(since, limit);
}

OutboxLetters ForwardingStore::letters_of(const UserId& user) {
  return next().letters_of(user);
}

Throttle ForwardingStore::throttle(const Digest& bucket) {
  return next().throttle(bucket);
}

bool ForwardingStore::move_throttle(const Digest& bucket, const Throttle& from, const Throttle& to) {
  return next().move_throttle(bucket, from, to);
}

PurgeResult ForwardingStore::purge(const PurgeLimits& limits) {
  return next().purge(limits);
}

void ForwardingStore::ping() {
  next().ping();
}

void ForwardingStore::check_writing(seconds proven_for) {
  next().check_writing(proven_for);
}

DatabaseReport ForwardingStore::report() {
  return next().report();
}

}  // namespace cardea::torture
