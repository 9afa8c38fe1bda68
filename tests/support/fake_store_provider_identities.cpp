// Who people are at providers of social sign-in, as FakeStore keeps it.
#include <algorithm>

#include "support/fake_store.h"

namespace cardea {

bool FakeStore::add_provider_identity(const ProviderIdentity& identity) {
  const Lock lock = enter();
  return put_provider_identity(identity);
}

bool FakeStore::link_provider_identity(const ProviderIdentity& identity, std::int64_t epoch) {
  const Lock lock = enter();
  const User* user = find_user(identity.user);
  return user && user->epoch == epoch && put_provider_identity(identity);
}

bool FakeStore::put_provider_identity(const ProviderIdentity& identity) {
  for (const ProviderIdentity& held : provider_identities_) {
    if (held.issuer != identity.issuer) continue;
    if (held.subject == identity.subject || held.user == identity.user) return false;
  }
  provider_identities_.push_back(identity);
  ++writes_.provider_identities;
  return true;
}

std::optional<ProviderIdentity> FakeStore::provider_identity(std::string_view issuer,
                                                             std::string_view subject) {
  const Lock lock = enter();
  for (const ProviderIdentity& held : provider_identities_) {
    if (held.issuer == issuer && held.subject == subject) return held;
  }
  return std::nullopt;
}

std::vector<ProviderIdentity> FakeStore::provider_identities_of(const UserId& user) {
  const Lock lock = enter();
  std::vector<ProviderIdentity> found;
  for (const ProviderIdentity& held : provider_identities_) {
    if (held.user == user) found.push_back(held);
  }
  std::sort(found.begin(), found.end(), [](const ProviderIdentity& left, const ProviderIdentity& right) {
    return left.issuer < right.issuer;
  });
  return found;
}

IdentityRemoval FakeStore::remove_provider_identity(const UserId& user, std::string_view issuer) {
  const Lock lock = enter();
  const auto is_users = [&](const ProviderIdentity& held) { return held.user == user; };
  const auto is_meant = [&](const ProviderIdentity& held) { return is_users(held) && held.issuer == issuer; };
  if (std::none_of(provider_identities_.begin(), provider_identities_.end(), is_meant))
    return IdentityRemoval::absent;
  const User* owner = find_user(user);
  const auto count = std::count_if(provider_identities_.begin(), provider_identities_.end(), is_users);
  if (owner && owner->password_hash.empty() && count == 1) return IdentityRemoval::last_way;
  std::erase_if(provider_identities_, is_meant);
  ++writes_.provider_identities;
  return IdentityRemoval::removed;
}

}  // namespace cardea
