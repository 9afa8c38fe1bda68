#include "cli/addresses.h"

#include <algorithm>
#include <vector>

#include "cli/check.h"
#include "cli/output.h"

namespace cardea {
namespace {

constexpr char area[] = "addresses";
constexpr int page_size = 1000;
constexpr int told_pairs = 20;

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

std::string named(const User& user) {
  return printable(user.email.typed) + " (" + user.id.text() + ")";
}

Finding pair_of(const OldAddress& old) {
  return {Result::warn, area,
          named(old.user) + " and " + named(*old.holder) + " are one address for two users",
          "each signs in with the address as it is written here; delete the one that nobody needs"};
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

Findings check_addresses(Tools& tools) {
  Findings findings;
  int pairs = 0;
  int waiting = 0;
  try {
    for_each_old_address(tools.store(), [&](const OldAddress& old) {
      if (!old.holder) ++waiting;
      if (old.holder && ++pairs <= told_pairs) findings.push_back(pair_of(old));
    });
  } catch (const std::exception&) {  // the database's own part says why
    return {{Result::skip, area, "not looked at: the database does not answer", ""}};
  }
  if (pairs > told_pairs)
    findings.push_back(
        {Result::warn, area, std::to_string(pairs - told_pairs) + " more pairs like these", ""});
  if (waiting > 0)
    findings.push_back({Result::warn, area,
                        std::to_string(waiting) + " users are found by one spelling of their address only",
                        "cardea migrate"});
  return findings;
}

}  // namespace cardea
