#include "store/sql_store.h"
#include "store/users.h"

namespace cardea {
namespace sql_text {

// At providers of social sign-in.

constexpr std::string_view provider_identity_columns = "issuer, subject, provider, user_id, created_at";

constexpr SqlText add_provider_identity{"INSERT INTO {prefix}provider_identity (", provider_identity_columns,
                                        ") VALUES (?, ?, ?, ?, ?)"};

// The user's row is asked in the same statement, as when a session rotates.
constexpr SqlText link_provider_identity{
    "INSERT INTO {prefix}provider_identity (", provider_identity_columns,
    ") SELECT ?, ?, ?, ?, ? FROM {prefix}user WHERE {prefix}user.id = ? AND {prefix}user.epoch = ?"};

constexpr SqlText provider_identity{"SELECT ", provider_identity_columns,
                                    " FROM {prefix}provider_identity WHERE issuer = ? AND subject = ?"};

constexpr SqlText provider_identities_of{"SELECT ", provider_identity_columns,
                                         " FROM {prefix}provider_identity WHERE user_id = ? ORDER BY issuer"};

// The count stands in a table of its own: MySQL does not read the table it deletes from. A user whose row is
// not there has nothing to lose.
constexpr std::string_view remove_provider_identity =
    "DELETE FROM {prefix}provider_identity WHERE user_id = ? AND issuer = ?"
    " AND (COALESCE((SELECT password_hash FROM {prefix}user WHERE {prefix}user.id = ?), '-') <> ''"
    " OR 1 < (SELECT held FROM (SELECT COUNT(*) AS held"
    " FROM {prefix}provider_identity WHERE user_id = ?) AS counted))";

constexpr std::string_view delete_provider_identities_of =
    "DELETE FROM {prefix}provider_identity WHERE user_id = ?";

// In the system before this one.

constexpr std::string_view add_identity =
    "INSERT INTO {prefix}identity (provider, subject, user_id, created_at) VALUES (?, ?, ?, ?)";

constexpr SqlText user_of_identity{
    "SELECT ", user_columns,
    " FROM {prefix}identity i JOIN {prefix}user u ON u.id = i.user_id WHERE i.provider = ? AND i.subject = ?"};

}  // namespace sql_text

namespace {

ProviderIdentity read_provider_identity(RowReader& reader) {
  ProviderIdentity identity;
  identity.issuer = reader.text();
  identity.subject = reader.text();
  identity.provider = reader.text();
  identity.user = reader.id<UserId>();
  identity.created_at = reader.instant();
  return identity;
}

SqlValues values_of(const ProviderIdentity& identity) {
  return {blob_of(identity.issuer), blob_of(identity.subject), identity.provider,
          blob_of(identity.user.bytes()), value_of(identity.created_at)};
}

}  // namespace

// A lost answer is settled by reading: a row that says what we wrote counts as ours.
bool SqlStore::add_provider_identity(const ProviderIdentity& identity) {
  const SqlAnswer answer = runner_.run(sql_text::add_provider_identity, values_of(identity));
  if (!answer.duplicate) return true;
  if (!answer.repeated) return false;
  const auto stored = provider_identity(identity.issuer, identity.subject);
  return stored && stored->user == identity.user;
}

bool SqlStore::link_provider_identity(const ProviderIdentity& identity, std::int64_t epoch,
                                      const OutboxLetters& letters) {
  auto values = values_of(identity);
  values.emplace_back(blob_of(identity.user.bytes()));
  values.emplace_back(epoch);
  const SqlAnswer answer = run_and_tell(sql_text::link_provider_identity, values, letters);
  if (!answer.duplicate && (answer.result.changed == 1 || !answer.repeated))
    return answer.result.changed == 1;
  if (!answer.repeated) return false;
  const auto stored = provider_identity(identity.issuer, identity.subject);
  return stored && stored->user == identity.user;
}

std::optional<ProviderIdentity> SqlStore::provider_identity(std::string_view issuer,
                                                            std::string_view subject) {
  const SqlAnswer answer = runner_.run(sql_text::provider_identity, {blob_of(issuer), blob_of(subject)});
  return first_record(answer.result, read_provider_identity);
}

std::vector<ProviderIdentity> SqlStore::provider_identities_of(const UserId& user) {
  const SqlAnswer answer = runner_.run(sql_text::provider_identities_of, {blob_of(user.bytes())});
  return all_records(answer.result, read_provider_identity);
}

IdentityRemoval SqlStore::remove_provider_identity(const UserId& user, std::string_view issuer,
                                                   const OutboxLetters& letters) {
  const SqlValue id = blob_of(user.bytes());
  const SqlAnswer answer =
      run_and_tell(sql_text::remove_provider_identity, {id, blob_of(issuer), id, id}, letters);
  if (answer.result.changed > 0) return IdentityRemoval::removed;
  for (const ProviderIdentity& held : provider_identities_of(user))
    if (held.issuer == issuer) return IdentityRemoval::last_way;
  return answer.repeated ? IdentityRemoval::removed : IdentityRemoval::absent;
}

std::vector<ProviderIdentity> SqlStore::take_provider_identities(SqlConnection& connection,
                                                                 const UserId& user) {
  const SqlValues owner{blob_of(user.bytes())};
  const SqlResult held = connection.run(sql_text::provider_identities_of, owner, Freshness::plain);
  connection.run(sql_text::delete_provider_identities_of, owner, Freshness::plain);
  return all_records(held, read_provider_identity);
}

bool SqlStore::add_identity(const Identity& identity) {
  const SqlAnswer answer =
      runner_.run(sql_text::add_identity, {blob_of(identity.provider), blob_of(identity.subject),
                                           blob_of(identity.user.bytes()), value_of(identity.created_at)});
  if (!answer.duplicate) return true;
  if (!answer.repeated) return false;
  const std::optional<User> owner = user_of_identity(identity.provider, identity.subject);
  return owner && owner->id == identity.user;
}

std::optional<User> SqlStore::user_of_identity(std::string_view provider, std::string_view subject) {
  const SqlAnswer answer = runner_.run(sql_text::user_of_identity, {blob_of(provider), blob_of(subject)});
  return first_record(answer.result, read_user);
}

}  // namespace cardea
