#include "upkeep/addresses.h"

#include <algorithm>

namespace cardea {
namespace {

constexpr int page_size = 1000;

// All others have the same key as ever, and need no second look.
bool may_be_old(std::string_view key) {
  return key.find("xn--") != key.npos ||
         std::any_of(key.begin(), key.end(), [](char letter) { return (letter & 0x80) != 0; });
}

std::optional<OldAddress> old_address(const User& user, Store& store) {
  const auto email = may_be_old(user.email.key) ? parse_email(user.email.typed) : std::nullopt;
  if (!email || email->key == user.email.key) return std::nullopt;
  return OldAddress{.user = user, .key = email->key, .holder = store.user_by_email(email->key)};
}

}  // namespace

void for_each_old_address(Store& store, const std::function<void(const OldAddress&)>& call) {
  std::optional<UserId> after;
  for (auto page = store.users(after, page_size); !page.empty(); page = store.users(after, page_size)) {
    for (const auto& user : page)
      if (const auto old = old_address(user, store)) call(*old);
    after = page.back().id;
  }
}

int renew_email_keys(Store& store) {
  int renewed = 0;
  for_each_old_address(store, [&](const OldAddress& old) {
    if (!old.holder && store.set_email_key(old.user, old.key)) ++renewed;
  });
  return renewed;
}

}  // namespace cardea
