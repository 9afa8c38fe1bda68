#include "auth/throttle.h"

#include <algorithm>

#include "base/digest.h"

namespace cardea {
namespace {

constexpr int race_limit = 8;  // lost compare-and-swaps before the bucket counts as closed for a moment
constexpr seconds crowded_wait{1};

bool starts_afresh(const Throttle& bucket, const FailureLimit& limit, Instant now) {
  return now - std::max(bucket.window_began, bucket.blocked_until) > limit.window;
}

seconds delay_after(int failures, int limit) {
  const int doublings = std::min(failures - limit, 16);
  return std::min(longest_delay, first_delay * (1 << doublings));
}

}  // namespace

Throttle count_attempt(const Throttle& bucket, const FailureLimit& limit, Instant now) {
  Throttle next = bucket;
  if (starts_afresh(bucket, limit, now)) next = {.failures = 0, .window_began = now, .blocked_until = never};
  next.failures += 1;
  if (next.failures >= limit.failures) next.blocked_until = now + delay_after(next.failures, limit.failures);
  return next;
}

std::optional<seconds> closed_for(const Throttle& bucket, Instant now) {
  if (now >= bucket.blocked_until) return std::nullopt;
  return std::chrono::ceil<seconds>(bucket.blocked_until - now);
}

std::optional<seconds> AttemptGuard::admit(const Digest& bucket, const FailureLimit& limit) {
  for (int race = 0; race < race_limit; ++race) {
    const auto before = deps_.store.throttle(bucket);
    if (const auto wait = closed_for(before, caller_.now)) return wait;
    const auto after = count_attempt(before, limit, caller_.now);
    if (!deps_.store.move_throttle(bucket, before, after)) continue;
    counted_.push_back({bucket, before, after});
    return std::nullopt;
  }
  return crowded_wait;
}

void AttemptGuard::give_back() {
  for (const auto& counted : counted_) {
    if (deps_.store.move_throttle(counted.bucket, counted.after, counted.before)) continue;
    // Others have counted since: take one away from what stands now. A lost race leaves one count too many.
    const auto present = deps_.store.throttle(counted.bucket);
    auto reduced = present;
    reduced.failures = std::max(0, present.failures - 1);
    (void)deps_.store.move_throttle(counted.bucket, present, reduced);
  }
  counted_.clear();
}

void AttemptGuard::forgive(const Digest& bucket) {
  const auto present = deps_.store.throttle(bucket);
  (void)deps_.store.move_throttle(bucket, present, Throttle{});
}

bool spend_once(const Digest& bucket, Instant until, const Caller& caller, const Deps& deps) {
  const Throttle spent{.failures = 1, .window_began = caller.now, .blocked_until = until};
  return deps.store.move_throttle(bucket, Throttle{}, spent);
}

Digest account_bucket(std::string_view email_key) {
  return sha256("account\n" + std::string(email_key));
}

Digest device_bucket(const UserId& user, std::string_view device_id) {
  return sha256("device\n" + user.text() + "\n" + std::string(device_id));
}

Digest address_bucket(const Address& address) {
  return sha256("address\n" + address.customer_network().text());
}

}  // namespace cardea
