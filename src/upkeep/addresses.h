// The users whose row has a key for their address that an earlier program made, when only A-Z had a lower case
// (base/email.h).
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "store/store.h"

namespace cardea {

struct OldAddress {
  User user;
  std::string key;             // that the address has by now
  std::optional<User> holder;  // another user, who has that key
};

// Calls with each of them, in the order of their creation. Reads every user, a page at a time.
void for_each_old_address(Store& store, const std::function<void(const OldAddress&)>& call);

// Gives those users the key of today; a user whose new key belongs to another one keeps the old one. How many were
// changed.
int renew_email_keys(Store& store);

}  // namespace cardea
