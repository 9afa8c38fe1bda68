#include "store/users.h"

#include "store/sql_store.h"

namespace cardea {
namespace sql_text {

// Not while a user may have that address back; MySQL 5.7 has no SELECT without a table that has a WHERE.
constexpr SqlText add_user{
    "INSERT INTO {prefix}user (id, email_key, email, name, password_hash, status, epoch, scope, last_method,"
    " created_at, last_sign_in_at, language, closed_at, email_proven_at, username, username_key) SELECT"
    " ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ? FROM (SELECT 1 AS one) AS once WHERE NOT EXISTS (SELECT 1 FROM {prefix}address_change WHERE old_key ="
    " ? AND undo_until > ?)"};

constexpr SqlText user_by_email{"SELECT ", user_columns, " FROM {prefix}user u WHERE u.email_key = ?"};

constexpr SqlText user_by_username{"SELECT ", user_columns, " FROM {prefix}user u WHERE u.username_key = ?"};

constexpr SqlText users_after{"SELECT ", user_columns,
                              " FROM {prefix}user u WHERE u.id > ? ORDER BY u.id LIMIT ?"};

constexpr SqlText users_with_scope{"SELECT ", user_columns,
                                   " FROM {prefix}user u WHERE u.scope LIKE ? ORDER BY u.id LIMIT ?"};

constexpr std::string_view set_password =
    "UPDATE {prefix}user SET password_hash = ?, epoch = epoch + 1, sessions_ended_at = ? WHERE id = ?";

constexpr std::string_view change_password =
    "UPDATE {prefix}user SET password_hash = ?, epoch = epoch + 1, sessions_ended_at = ? WHERE id = ? AND"
    " epoch = ? AND password_hash = ?";

constexpr SqlText hand_over{
    "UPDATE {prefix}user SET password_hash = ?, epoch = epoch + 1, sessions_ended_at = ?, name = ?,"
    " username = ?, username_key = ?, email_proven_at = ? WHERE id = ? AND epoch = ? AND password_hash = ? AND email_key = ?"};

constexpr std::string_view replace_password_hash =
    "UPDATE {prefix}user SET password_hash = ? WHERE id = ? AND password_hash = ?";

constexpr std::string_view disable_user =
    "UPDATE {prefix}user SET status = ?, epoch = epoch + 1, sessions_ended_at = ? WHERE id = ?";

constexpr std::string_view enable_user = "UPDATE {prefix}user SET status = ? WHERE id = ?";

constexpr std::string_view next_epoch =
    "UPDATE {prefix}user SET epoch = epoch + 1, sessions_ended_at = ? WHERE id = ?";

constexpr std::string_view set_email_key =
    "UPDATE {prefix}user SET email_key = ? WHERE id = ? AND email_key = ?";

constexpr std::string_view set_scope = "UPDATE {prefix}user SET scope = ? WHERE id = ? AND scope = ?";

constexpr std::string_view note_sign_in =
    "UPDATE {prefix}user SET last_method = ?, last_sign_in_at = ?, language = CASE WHEN ? = '' THEN language"
    " ELSE ? END WHERE id = ?";

constexpr std::string_view set_username =
    "UPDATE {prefix}user SET username = ?, username_key = ? WHERE id = ?";

constexpr std::string_view set_profile = "UPDATE {prefix}user SET name = ?, language = ? WHERE id = ?";

}  // namespace sql_text

namespace {

// Empty for a user who never said.
std::string tag_of(const std::optional<Language>& language) {
  return language ? std::string(language_tag(*language)) : "";
}

}  // namespace

User read_user(RowReader& reader) {
  User user;
  user.id = reader.id<UserId>();
  user.email.key = reader.text();
  user.email.typed = reader.text();
  user.name = reader.text();
  user.password_hash = reader.text();
  user.status = static_cast<UserStatus>(reader.number());
  user.epoch = reader.number();
  user.scope = reader.text();
  user.last_method = reader.text();
  user.created_at = reader.instant();
  user.last_sign_in_at = reader.instant();
  user.language = language_of_tag(reader.text());
  user.closed_at = reader.instant();
  user.email_proven_at = reader.instant();
  user.username.typed = reader.text();
  user.username.key = reader.text();
  return user;
}

namespace {

// Several users may have no address or no user name: a unique column takes NULL, unlike '', more than once.
SqlValue unique_value_of(const std::string& key) {
  return key.empty() ? SqlValue() : SqlValue(blob_of(key));
}

}  // namespace

SqlValues values_of(const User& user) {
  return {blob_of(user.id.bytes()),
          unique_value_of(user.email.key),
          user.email.typed,
          user.name,
          user.password_hash,
          static_cast<std::int64_t>(user.status),
          user.epoch,
          user.scope,
          user.last_method,
          value_of(user.created_at),
          value_of(user.last_sign_in_at),
          tag_of(user.language),
          value_of(user.closed_at),
          value_of(user.email_proven_at),
          user.username.typed,
          unique_value_of(user.username.key)};
}

// A lost answer is settled by reading: a row with our own id is ours.
bool SqlStore::add_user(const User& user) {
  auto values = values_of(user);
  values.emplace_back(blob_of(user.email.key));
  values.emplace_back(value_of(user.created_at));
  const SqlAnswer answer = runner_.run(sql_text::add_user, values);
  if (!answer.duplicate && answer.result.changed == 1) return true;
  return answer.repeated && user_by_id(user.id).has_value();
}

std::optional<User> SqlStore::one_user(std::string_view statement, const SqlValue& key) {
  return first_record(runner_.run(statement, {key}).result, read_user);
}

std::optional<User> SqlStore::user_by_email(std::string_view email_key) {
  return one_user(sql_text::user_by_email, blob_of(email_key));
}

std::optional<User> SqlStore::user_by_username(std::string_view username_key) {
  return one_user(sql_text::user_by_username, blob_of(username_key));
}

std::optional<User> SqlStore::user_by_id(const UserId& id) {
  return one_user(sql_text::user_by_id, blob_of(id.bytes()));
}

std::vector<User> SqlStore::users(const std::optional<UserId>& after, int limit) {
  const UserId before_all{};
  const SqlValues values{blob_of(after.value_or(before_all).bytes()), std::int64_t{limit}};
  return all_records(runner_.run(sql_text::users_after, values).result, read_user);
}

std::vector<User> SqlStore::users_with_scope(std::string_view scope, int limit) {
  const SqlValues values{"%" + std::string(scope) + "%", std::int64_t{limit}};
  auto found = all_records(runner_.run(sql_text::users_with_scope, values).result, read_user);
  std::erase_if(found, [&](const User& user) {
    return (" " + user.scope + " ").find(" " + std::string(scope) + " ") == std::string::npos;
  });
  return found;
}

// MySQL does not count a row that held these values already; then the row's existence is the answer.
bool SqlStore::changes_user(std::string_view statement, const SqlValues& values, const UserId& id) {
  return runner_.run(statement, values).result.changed == 1 || user_by_id(id).has_value();
}

bool SqlStore::set_password(const UserId& id, const std::string& password_hash, Instant at) {
  return changes_user(sql_text::set_password, {password_hash, value_of(at), blob_of(id.bytes())}, id);
}

bool SqlStore::change_password(const PasswordChange& change) {
  const SqlValues values{change.to, value_of(change.at), blob_of(change.user.bytes()), change.epoch,
                         change.from};
  const SqlAnswer answer = run_and_tell(sql_text::change_password, values, change.letters);
  return answer.result.changed == 1 || has_password(change);
}

// True if the change is ours and its answer was lost: hashes are salted.
bool SqlStore::has_password(const PasswordChange& change) {
  const std::optional<User> user = user_by_id(change.user);
  return user && user->password_hash == change.to && user->epoch == change.epoch + 1;
}

namespace {

OutboxLetters with_things(OutboxLetters letters, const std::vector<ProviderIdentity>& removed) {
  for (OutboxLetter& letter : letters)
    for (const ProviderIdentity& identity : removed)
      if (letter.facts.things.size() < letter_things_limit)
        letter.facts.things.push_back("provider=" + identity.provider);
  return letters;
}

}  // namespace

// After a lost answer the second attempt finds the row as the first one left it; `removed` still holds what the first
// one removed.
std::optional<std::vector<ProviderIdentity>> SqlStore::reset_password(const AccountReset& reset) {
  const PasswordChange& change = reset.change;
  const SqlValues values{change.to,
                         value_of(change.at),
                         reset.name,
                         reset.username.typed,
                         unique_value_of(reset.username.key),
                         value_of(reset.proven_at),
                         blob_of(change.user.bytes()),
                         change.epoch,
                         change.from,
                         blob_of(reset.email_key)};
  std::vector<ProviderIdentity> removed;
  bool changed = false;
  const auto work = [&](SqlConnection& connection) {
    changed = connection.run(sql_text::hand_over, values, Freshness::plain).changed == 1;
    if (!changed) return;
    removed = replace_provider_identities(connection, change.user, reset.identity);
    add_letters(connection, with_things(change.letters, removed));
  };
  try {
    runner_.in_transaction(work);
  } catch (const IdentityTaken&) {
    return std::nullopt;
  }
  const bool ours = changed || has_password(change);
  return ours ? std::optional{std::move(removed)} : std::nullopt;
}

bool SqlStore::replace_password_hash(const PasswordHashChange& change) {
  const SqlValues values{change.to, blob_of(change.user.bytes()), change.from};
  if (runner_.run(sql_text::replace_password_hash, values).result.changed == 1) return true;
  const std::optional<User> user =
      user_by_id(change.user);  // our hash if an answer was lost: hashes are salted
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

bool SqlStore::set_username(const UserId& id, const Username& name) {
  const SqlValues values{name.typed, unique_value_of(name.key), blob_of(id.bytes())};
  return !runner_.run(sql_text::set_username, values).duplicate;
}

bool SqlStore::set_email_key(const User& user, const std::string& key) {
  const SqlValues values{blob_of(key), blob_of(user.id.bytes()), blob_of(user.email.key)};
  return !runner_.run(sql_text::set_email_key, values).duplicate;
}

bool SqlStore::set_scope(const ScopeChange& change) {
  const SqlValues values{change.to, blob_of(change.user.bytes()), change.from};
  if (runner_.run(sql_text::set_scope, values).result.changed == 1) return true;
  const std::optional<User> user =
      user_by_id(change.user);  // an answer was lost, or the scope was set already
  return user && user->scope == change.to;
}

}  // namespace cardea
