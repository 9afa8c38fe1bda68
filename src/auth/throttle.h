// Slowing down the guessing of passwords, per account and per address, in the database, so that it holds
// across processes and hosts. An attempt is counted before the password is looked at and given back if it was
// right: many guesses at once gain nothing.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "auth/context.h"

namespace cardea {

inline constexpr seconds first_delay{30};
inline constexpr seconds longest_delay{3600};

// The rule, pure. One more attempt at `now`: failures are counted within the window; from the limit on, each
// one closes the bucket for first_delay, doubled each time, at most longest_delay. A bucket that has been
// open and unused for a window starts afresh.
[[nodiscard]] Throttle count_attempt(const Throttle& bucket, const FailureLimit& limit, Instant now);

// How long the bucket stays closed, rounded up; nothing when it is open.
[[nodiscard]] std::optional<seconds> closed_for(const Throttle& bucket, Instant now);

// The buckets of one sign-in attempt.
class AttemptGuard {
 public:
  AttemptGuard(const Caller& caller, const Deps& deps) : caller_(caller), deps_(deps) {}

  // Counts the attempt against the bucket. The time to wait if it is closed (nothing is counted then).
  [[nodiscard]] std::optional<seconds> admit(const Digest& bucket, const FailureLimit& limit);
  // The attempt was good, or could not be judged: takes back what admit counted.
  void give_back();
  // The owner has proved to be the owner: the bucket is emptied.
  void forgive(const Digest& bucket);

 private:
  struct Counted {
    Digest bucket;
    Throttle before;
    Throttle after;
  };
  const Caller& caller_;
  const Deps& deps_;
  std::vector<Counted> counted_;
};

// True for the first who asks; a bucket that closes behind one. Forgotten some time after `until`.
[[nodiscard]] bool spend_once(const Digest& bucket, Instant until, const Caller& caller, const Deps& deps);

[[nodiscard]] Digest account_bucket(std::string_view email_key);
[[nodiscard]] Digest device_bucket(const UserId& user, std::string_view device_id);
[[nodiscard]] Digest address_bucket(const Address& address);

}  // namespace cardea
