// Slowing down guessing, and limiting what may happen so many times in a while: per account, per address, per
// network, in the database, so that it holds across processes and hosts.
//
// A failure is counted before it is told, and only where the bucket is still open then: of any number of
// guesses at once no more are judged than of guesses in a row. A success counts nothing; it is told if the
// buckets are still open after the work. So right passwords close no bucket, however many come at once.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "auth/session/context.h"

namespace cardea {

inline constexpr seconds first_delay{30};
inline constexpr seconds max_delay{3600};

// What is counted together, and how much of it is allowed.
struct Bucket {
  Digest id{};
  FailureLimit limit;
};
using Buckets = std::vector<Bucket>;

// The rules, pure: one more at `now`.
//
// Failures are counted within the window; from the limit on, each one closes the bucket for first_delay,
// doubled each time, at most max_delay. A bucket that has been open and unused for a window starts afresh.
[[nodiscard]] Throttle add_failure(const Throttle& bucket, const FailureLimit& limit, Instant now);
// Uses are allowed up to the limit in each window; the last one closes the bucket until the window is over.
[[nodiscard]] Throttle add_use(const Throttle& bucket, const FailureLimit& limit, Instant now);

// How long the bucket stays closed, rounded up; nothing when it is open.
[[nodiscard]] std::optional<seconds> closed_for(const Throttle& bucket, Instant now);

// The longest time that one of them stays closed; nothing when all are open. Counts nothing.
[[nodiscard]] std::optional<seconds> closed_for(const Buckets& buckets, const Caller& caller,
                                                const Deps& deps);
// Counts one failure in each, in their order. The time to wait if one of them was closed: the failure must not
// be told as such then, because it would be one guess too many.
[[nodiscard]] std::optional<seconds> count_failure(const Buckets& buckets, const Caller& caller,
                                                   const Deps& deps);
// Counts one use in each, or in none: then the time to wait.
[[nodiscard]] std::optional<seconds> count_use(const Buckets& buckets, const Caller& caller,
                                               const Deps& deps);
// The use did not take place after all.
void give_back(const Buckets& buckets, const Deps& deps);
// The owner has proved to be the owner: the bucket is emptied.
void forgive(const Digest& bucket, const Deps& deps);

// True for the first who asks; a bucket that closes behind one. Forgotten some time after `until`.
[[nodiscard]] bool spend_once(const Digest& bucket, Instant until, const Caller& caller, const Deps& deps);

// The part of the address that one customer holds, and for IPv6 the /48 around it with a wider limit.
[[nodiscard]] Buckets around(const Address& address, std::string_view what, const FailureLimit& limit,
                             const FailureLimit& wider);
// Wrong passwords. Providers hand out /48s and /64s alike: the /48 may fail a quarter more often than one
// address.
[[nodiscard]] Buckets failures_of_address(const Caller& caller, const Deps& deps);
// Of all the devices that an account knows: each by itself, and all together as often as one address.
[[nodiscard]] Buckets failures_of_device(const UserId& user, std::string_view device_id, const Deps& deps);
[[nodiscard]] Buckets registrations_of_address(const Caller& caller, const Deps& deps);
// Wrong secrets at POST /introspect.
[[nodiscard]] Buckets introspections_of_address(const Caller& caller, const Deps& deps);

// A change of an account that its user is told of is refused once so many letters of the kind went to the user
// within an hour: whoever is in an account cannot use it to send mail, and no change goes untold. Empty where
// the user gets no letters.
enum class Notice { password_changed, way_changed };
[[nodiscard]] Buckets notices_to(const User& user, Notice about, const Deps& deps);
[[nodiscard]] bool gets_letters(const User& user, const Deps& deps);

[[nodiscard]] Digest account_bucket(std::string_view email_key);
[[nodiscard]] Digest device_bucket(const UserId& user, std::string_view device_id);
[[nodiscard]] Digest address_bucket(const Address& address);

}  // namespace cardea
