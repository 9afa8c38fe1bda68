#include "store/rows.h"
#include "store/sql_store.h"
#include "store/statements.h"

namespace cardea {

// A lost answer is settled by reading: a row that says what we wrote is as good as ours.
bool SqlStore::add_provider_identity(const ProviderIdentity& identity) {
  const SqlAnswer answer = runner_.run(sql_text::add_provider_identity, values_of(identity));
  if (!answer.duplicate) return true;
  if (!answer.repeated) return false;
  const auto stored = provider_identity(identity.issuer, identity.subject);
  return stored && stored->user == identity.user;
}

bool SqlStore::link_provider_identity(const ProviderIdentity& identity, std::int64_t epoch) {
  auto values = values_of(identity);
  values.emplace_back(blob_of(identity.user.bytes()));
  values.emplace_back(epoch);
  const SqlAnswer answer = runner_.run(sql_text::link_provider_identity, values);
  if (!answer.duplicate && (answer.result.changed == 1 || !answer.repeated))
    return answer.result.changed == 1;
  if (!answer.repeated) return false;
  const auto stored = provider_identity(identity.issuer, identity.subject);
  return stored && stored->user == identity.user;
}

std::optional<ProviderIdentity> SqlStore::provider_identity(std::string_view issuer,
                                                            std::string_view subject) {
  const SqlAnswer answer = runner_.run(sql_text::provider_identity, {blob_of(issuer), blob_of(subject)});
  if (answer.result.rows.empty()) return std::nullopt;
  RowReader reader(answer.result.rows.front());
  return read_provider_identity(reader);
}

std::vector<ProviderIdentity> SqlStore::provider_identities_of(const UserId& user) {
  const SqlAnswer answer = runner_.run(sql_text::provider_identities_of, {blob_of(user.bytes())});
  std::vector<ProviderIdentity> identities;
  for (const SqlRow& row : answer.result.rows) {
    RowReader reader(row);
    identities.push_back(read_provider_identity(reader));
  }
  return identities;
}

IdentityRemoval SqlStore::remove_provider_identity(const UserId& user, std::string_view issuer) {
  const SqlValue id = blob_of(user.bytes());
  const SqlAnswer answer = runner_.run(sql_text::remove_provider_identity, {id, blob_of(issuer), id, id});
  if (answer.result.changed > 0) return IdentityRemoval::removed;
  for (const ProviderIdentity& held : provider_identities_of(user))
    if (held.issuer == issuer) return IdentityRemoval::last_way;
  return answer.repeated ? IdentityRemoval::removed : IdentityRemoval::absent;
}

}  // namespace cardea
