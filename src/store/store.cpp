#include "store/store.h"

namespace cardea {

std::optional<User> Store::user_of(const Email& email) {
  const auto older = older_key(email.typed);
  if (older != email.key)
    if (auto user = user_by_email(older)) return user;
  return user_by_email(email.key);
}

// The lock is not held while the database is asked: several threads may ask at once, and none waits for the answer
// to another.
bool Store::may_have_legacy_tokens(Instant now) {
  {
    const std::lock_guard lock(legacy_mutex_);
    const auto& last = legacy_answer_;
    if (last && now >= last->heard_at && now - last->heard_at < legacy_answer_kept) return last->any;
  }
  const LegacyAnswer answer{.heard_at = now, .any = has_legacy_tokens()};
  const std::lock_guard lock(legacy_mutex_);
  legacy_answer_ = answer;
  return answer.any;
}

}  // namespace cardea
