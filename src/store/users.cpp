#include "store/rows.h"
#include "store/sql_store.h"
#include "store/statements.h"

namespace cardea {

// A lost answer is settled by reading: a row with our own id is ours.
bool SqlStore::add_user(const User& user) {
  const SqlAnswer answer = runner_.run(sql_text::add_user, values_of(user));
  if (!answer.duplicate) return true;
  return answer.repeated && user_by_id(user.id).has_value();
}

std::optional<User> SqlStore::one_user(std::string_view statement, const SqlValue& key) {
  const SqlAnswer answer = runner_.run(statement, {key});
  if (answer.result.rows.empty()) return std::nullopt;
  RowReader reader(answer.result.rows.front());
  return read_user(reader);
}

std::optional<User> SqlStore::user_by_email(std::string_view email_key) {
  return one_user(sql_text::user_by_email, blob_of(email_key));
}

std::optional<User> SqlStore::user_by_id(const UserId& id) {
  return one_user(sql_text::user_by_id, blob_of(id.bytes()));
}

std::vector<User> SqlStore::users(const std::optional<UserId>& after, int limit) {
  const UserId before_all{};
  const SqlValues values{blob_of(after.value_or(before_all).bytes()), std::int64_t{limit}};
  const SqlAnswer answer = runner_.run(sql_text::users_after, values);
  std::vector<User> page;
  for (const SqlRow& row : answer.result.rows) {
    RowReader reader(row);
    page.push_back(read_user(reader));
  }
  return page;
}

// MySQL counts a row that already was as wanted as unchanged; then the row's existence is the answer.
bool SqlStore::changes_user(std::string_view statement, const SqlValues& values, const UserId& id) {
  return runner_.run(statement, values).result.changed == 1 || user_by_id(id).has_value();
}

bool SqlStore::set_password(const UserId& id, const std::string& password_hash, Instant at) {
  return changes_user(sql_text::set_password, {password_hash, value_of(at), blob_of(id.bytes())}, id);
}

bool SqlStore::change_password(const PasswordChange& change) {
  const SqlValues values{change.to, value_of(change.at), blob_of(change.user.bytes()), change.epoch,
                         change.from};
  return runner_.run(sql_text::change_password, values).result.changed == 1 || has_password(change);
}

// Then the change is ours, and its answer was lost: hashes are salted.
bool SqlStore::has_password(const PasswordChange& change) {
  const std::optional<User> user = user_by_id(change.user);
  return user && user->password_hash == change.to && user->epoch == change.epoch + 1;
}

// After a lost answer the second attempt finds the first one's row, and what that one removed is known still.
std::optional<std::vector<ProviderIdentity>> SqlStore::reset_password(const PasswordChange& change) {
  const SqlValues owner{blob_of(change.user.bytes())};
  const SqlValues values{change.to, value_of(change.at), owner.front(), change.epoch, change.from};
  std::vector<ProviderIdentity> removed;
  bool changed = false;
  runner_.in_transaction([&](SqlConnection& connection) {
    changed = connection.run(sql_text::change_password, values, Freshness::plain).changed == 1;
    if (!changed) return;
    removed.clear();
    for (const auto& row : connection.run(sql_text::provider_identities_of, owner, Freshness::plain).rows) {
      RowReader reader(row);
      removed.push_back(read_provider_identity(reader));
    }
    connection.run(sql_text::delete_provider_identities_of, owner, Freshness::plain);
  });
  const bool ours = changed || has_password(change);
  return ours ? std::optional{std::move(removed)} : std::nullopt;
}

bool SqlStore::replace_password_hash(const PasswordHashChange& change) {
  const SqlValues values{change.to, blob_of(change.user.bytes()), change.from};
  if (runner_.run(sql_text::replace_password_hash, values).result.changed == 1) return true;
  const std::optional<User> user = user_by_id(change.user);  // ours, if an answer was lost: hashes are salted
  return user && user->password_hash == change.to;
}

bool SqlStore::set_status(const UserId& id, UserStatus status, Instant at) {
  const SqlValue wanted = static_cast<std::int64_t>(status);
  const SqlValue key = blob_of(id.bytes());
  if (status == UserStatus::active) return changes_user(sql_text::enable_user, {wanted, key}, id);
  return changes_user(sql_text::disable_user, {wanted, value_of(at), key}, id);
}

bool SqlStore::end_all_sessions(const UserId& id, Instant at) {
  return changes_user(sql_text::next_epoch, {value_of(at), blob_of(id.bytes())}, id);
}

void SqlStore::note_sign_in(const UserId& id, const SignInNote& note) {
  const auto tag = tag_of(note.language);
  runner_.run(sql_text::note_sign_in, {note.method, value_of(note.at), tag, tag, blob_of(id.bytes())});
}

bool SqlStore::set_profile(const UserId& id, const Profile& profile) {
  return changes_user(sql_text::set_profile, {profile.name, tag_of(profile.language), blob_of(id.bytes())},
                      id);
}

bool SqlStore::set_email_key(const User& user, const std::string& key) {
  const SqlValues values{blob_of(key), blob_of(user.id.bytes()), blob_of(user.email.key)};
  return !runner_.run(sql_text::set_email_key, values).duplicate;
}

bool SqlStore::set_scope(const ScopeChange& change) {
  const SqlValues values{change.to, blob_of(change.user.bytes()), change.from};
  if (runner_.run(sql_text::set_scope, values).result.changed == 1) return true;
  const std::optional<User> user = user_by_id(change.user);  // an answer was lost, or nothing was to change
  return user && user->scope == change.to;
}

// The user's row goes last: interrupted, the call can be repeated.
bool SqlStore::delete_user(const UserId& id, Instant at) {
  const SqlValues values{blob_of(id.bytes())};
  const auto reason = static_cast<std::int64_t>(RevokeReason::administrator);
  runner_.run(sql_text::empty_sessions_of, {reason, value_of(at), value_of(at), values.front()});
  runner_.run(sql_text::delete_identities_of, values);
  runner_.run(sql_text::delete_provider_identities_of, values);
  runner_.run(sql_text::delete_legacy_tokens_of, values);
  runner_.run(sql_text::clear_event_details_of, values);
  const SqlAnswer answer = runner_.run(sql_text::delete_user, values);
  return answer.result.changed == 1 || answer.repeated;
}

}  // namespace cardea
