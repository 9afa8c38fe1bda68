#include "support/forwarding_store.h"

namespace cardea::testing {

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

bool ForwardingStore::set_password(const UserId& id, const std::string& password_hash) {
  return next().set_password(id, password_hash);
}

bool ForwardingStore::change_password(const PasswordChange& change) {
  return next().change_password(change);
}

bool ForwardingStore::replace_password_hash(const PasswordHashChange& change) {
  return next().replace_password_hash(change);
}

bool ForwardingStore::set_status(const UserId& id, UserStatus status) {
  return next().set_status(id, status);
}

bool ForwardingStore::end_all_sessions(const UserId& id) {
  return next().end_all_sessions(id);
}

void ForwardingStore::note_sign_in(const UserId& id, const SignInNote& note) {
  next().note_sign_in(id, note);
}

bool ForwardingStore::set_profile(const UserId& id, const Profile& profile) {
  return next().set_profile(id, profile);
}

bool ForwardingStore::delete_user(const UserId& id) {
  return next().delete_user(id);
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

void ForwardingStore::add_event(const Event& event) {
  next().add_event(event);
}

std::vector<Event> ForwardingStore::events(const EventFilter& filter) {
  return next().events(filter);
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

DatabaseReport ForwardingStore::report() {
  return next().report();
}

}  // namespace cardea::testing
