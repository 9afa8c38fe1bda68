// Slowing down guesses, and limiting how often something may happen in a time: per account, per address and per
// network, in the database, so that it holds for all processes and hosts.
//
// A failure is counted before the client is told of it, and only if the bucket is still open then: so of simultaneous
// guesses no more are answered than of guesses one after the other. A success is not counted; the client is told of it
// if the buckets are still open after the work. So right passwords close no bucket, however many come at once.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "auth/session/context.h"

namespace cardea {

inline constexpr seconds first_delay{30};
inline constexpr seconds max_delay{3600};

// What is counted together, and how many are allowed.
struct Bucket {
  Digest id{};
  FailureLimit limit;
};
using Buckets = std::vector<Bucket>;

// The bucket after one more failure at `now`. Failures are counted within the window; from the limit on, each one closes
// the bucket for first_delay, doubled each time, at most max_delay. A bucket that was open and unused for a window starts
// again at 0.
[[nodiscard]] Throttle add_failure(const Throttle& bucket, const FailureLimit& limit, Instant now);
// The bucket after one more use at `now`. Uses are allowed up to the limit in each window; the last one closes the
// bucket until the window is over.
[[nodiscard]] Throttle add_use(const Throttle& bucket, const FailureLimit& limit, Instant now);

// How long the bucket stays closed, rounded up; nothing when it is open.
[[nodiscard]] std::optional<seconds> closed_for(const Throttle& bucket, Instant now);

// The longest time that one of them stays closed; nothing if all are open. Counts nothing.
[[nodiscard]] std::optional<seconds> closed_for(const Buckets& buckets, const Caller& caller,
                                                const Deps& deps);
// Counts one failure in each, in their order. The time to wait if one of them was closed: then the caller must not tell
// the client that the guess was wrong, because it was one guess too many.
[[nodiscard]] std::optional<seconds> count_failure(const Buckets& buckets, const Caller& caller,
                                                   const Deps& deps);
// Counts one use in each; or in none of them, and returns the time to wait.
[[nodiscard]] std::optional<seconds> count_use(const Buckets& buckets, const Caller& caller,
                                               const Deps& deps);
// Takes one use back, because it did not take place.
void give_back(const Buckets& buckets, const Deps& deps);
// Empties the bucket, because the owner has proved to be the owner.
void forgive(const Digest& bucket, const Deps& deps);

// True for the first call only: the bucket stays closed until `until`, and is purged some time after that.
[[nodiscard]] bool spend_once(const Digest& bucket, Instant until, const Caller& caller, const Deps& deps);

// A bucket for the part of the address that one customer has, and for IPv6 one for the /48 around it with a wider limit.
[[nodiscard]] Buckets around(const Address& address, std::string_view what, const FailureLimit& limit,
                             const FailureLimit& wider);
// Wrong passwords. Network providers give their customers /48s or /64s: a /48 may fail a quarter more often than one
// address.
[[nodiscard]] Buckets failures_of_address(const Caller& caller, const Deps& deps);
// Wrong passwords on known devices of an account: each device by itself, and all together as often as one address.
[[nodiscard]] Buckets failures_of_device(const UserId& user, std::string_view device_id, const Deps& deps);
[[nodiscard]] Buckets registrations_of_address(const Caller& caller, const Deps& deps);
// Wrong secrets at POST /introspect.
[[nodiscard]] Buckets introspections_of_address(const Caller& caller, const Deps& deps);

// A change of an account that its user gets a mail about is refused once too many such mails went to the user within an
// hour: so a thief in an account cannot use it to send mail, and there is a mail for every change. Empty if the user gets
// no mail.
enum class Notice { password_changed, way_changed };
[[nodiscard]] Buckets notices_to(const User& user, Notice about, const Deps& deps);
[[nodiscard]] bool gets_letters(const User& user, const Deps& deps);
// Letters that a stranger can cause (a forgotten password, a registration, a code that is sent again): a few an hour to one
// address. Past that they are left out, and the answer stays the same.
[[nodiscard]] Buckets letters_by_strangers(std::string_view email_key);

// Every bucket that is named by this user, one of their devices or their address: rows that go with the account. Not
// those of client addresses, which are about no user, nor those of tokens, which end by themselves.
[[nodiscard]] std::vector<Digest> buckets_about(const User& user, const std::vector<Session>& sessions);

[[nodiscard]] Digest account_bucket(std::string_view email_key);
[[nodiscard]] Digest export_bucket(const UserId& user);
[[nodiscard]] Digest device_bucket(const UserId& user, std::string_view device_id);
[[nodiscard]] Digest address_bucket(const Address& address);

}  // namespace cardea
