// The part of the fake database that keeps users.
#include "support/fake_store.h"

namespace cardea {

namespace {

// What is left of a deleted user's session.
void empty(Session& session, Instant at) {
  if (session.revoked_at == never) {
    session.revoked_at = at;
    session.revoke_reason = RevokeReason::administrator;
  }
  session.device_id = session.device_name = session.user_agent = session.ip = "";
  session.idle_until = at;
}

}  // namespace

bool FakeStore::add_user(const User& user) {
  const Lock lock = enter();
  if (find_user(user.id)) return false;
  for (const auto& [id, other] : users_) {
    if (!user.email.key.empty() && other.email.key == user.email.key) return false;
  }
  users_.emplace(user.id, user);
  ++writes_.users;
  return true;
}

std::optional<User> FakeStore::user_by_email(std::string_view email_key) {
  const Lock lock = enter();
  for (const auto& [id, user] : users_) {
    if (!email_key.empty() && user.email.key == email_key) return user;
  }
  return std::nullopt;
}

std::optional<User> FakeStore::user_by_id(const UserId& id) {
  run_next(before_user_read_);
  const Lock lock = enter();
  const User* user = find_user(id);
  return user ? std::optional<User>(*user) : std::nullopt;
}

std::vector<User> FakeStore::users(const std::optional<UserId>& after, int limit) {
  const Lock lock = enter();
  std::vector<User> page;
  for (auto at = after ? users_.upper_bound(*after) : users_.begin(); at != users_.end(); ++at) {
    if (static_cast<int>(page.size()) >= limit) break;
    page.push_back(at->second);
  }
  return page;
}

bool FakeStore::set_password(const UserId& id, const std::string& password_hash, Instant at) {
  const Lock lock = enter();
  User* user = find_user(id);
  if (!user) return false;
  user->password_hash = password_hash;
  move_epoch(*user, at);
  ++writes_.users;
  return true;
}

bool FakeStore::change_password(const PasswordChange& change) {
  const Lock lock = enter();
  User* user = find_user(change.user);
  if (!user || user->epoch != change.epoch || user->password_hash != change.from) return false;
  user->password_hash = change.to;
  move_epoch(*user, change.at);
  ++writes_.users;
  return true;
}

std::optional<std::vector<ProviderIdentity>> FakeStore::reset_password(const PasswordChange& change) {
  const Lock lock = enter();
  User* user = find_user(change.user);
  if (!user || user->epoch != change.epoch || user->password_hash != change.from) return std::nullopt;
  user->password_hash = change.to;
  move_epoch(*user, change.at);
  ++writes_.users;
  std::vector<ProviderIdentity> removed;
  for (const ProviderIdentity& held : provider_identities_)
    if (held.user == change.user) removed.push_back(held);
  std::erase_if(provider_identities_, [&](const ProviderIdentity& held) { return held.user == change.user; });
  writes_.provider_identities += static_cast<int>(removed.size());
  return removed;
}

bool FakeStore::replace_password_hash(const PasswordHashChange& change) {
  const Lock lock = enter();
  User* user = find_user(change.user);
  if (!user || user->password_hash != change.from) return false;
  user->password_hash = change.to;
  ++writes_.users;
  return true;
}

bool FakeStore::set_status(const UserId& id, UserStatus status, Instant at) {
  const Lock lock = enter();
  User* user = find_user(id);
  if (!user) return false;
  user->status = status;
  if (status != UserStatus::active) move_epoch(*user, at);
  ++writes_.users;
  return true;
}

bool FakeStore::end_all_sessions(const UserId& id, Instant at) {
  const Lock lock = enter();
  User* user = find_user(id);
  if (!user) return false;
  move_epoch(*user, at);
  ++writes_.users;
  return true;
}

bool FakeStore::set_email_key(const User& user, const std::string& key) {
  const Lock lock = enter();
  for (const auto& [id, other] : users_)
    if (other.email.key == key && id != user.id) return false;
  if (User* found = find_user(user.id)) found->email.key = key;
  return true;
}

bool FakeStore::set_scope(const ScopeChange& change) {
  const Lock lock = enter();
  User* user = find_user(change.user);
  if (!user || user->scope != change.from) return user && user->scope == change.to;
  user->scope = change.to;
  ++writes_.users;
  return true;
}

void FakeStore::note_sign_in(const UserId& id, const SignInNote& note) {
  const Lock lock = enter();
  User* user = find_user(id);
  if (!user) return;
  user->last_method = note.method;
  user->last_sign_in_at = note.at;
  if (note.language) user->language = note.language;
  ++writes_.sign_ins_noted;
}

bool FakeStore::set_profile(const UserId& id, const Profile& profile) {
  const Lock lock = enter();
  User* user = find_user(id);
  if (!user) return false;
  user->name = profile.name;
  user->language = profile.language;
  ++writes_.users;
  return true;
}

bool FakeStore::delete_user(const UserId& id, Instant at) {
  const Lock lock = enter();
  const auto is_theirs = [&](const auto& entry) { return entry.second.user == id; };
  std::erase_if(identities_, is_theirs);
  std::erase_if(legacy_tokens_, is_theirs);
  for (auto& [session_id, session] : sessions_) {
    if (session.user == id) empty(session, at);
  }
  std::erase_if(provider_identities_, [&](const ProviderIdentity& held) { return held.user == id; });
  for (auto& [event_id, event] : events_) {
    if (event.user == id) event.detail.clear();
  }
  if (users_.erase(id) == 0) return false;
  ++writes_.users;
  return true;
}

}  // namespace cardea
