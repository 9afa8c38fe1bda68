#include "auth/account/throttle.h"

#include <algorithm>

#include "base/digest.h"

namespace cardea {
namespace {

// Each lost compare-and-swap means that another request was counted. After so many of them the bucket counts as closed
// for a moment.
constexpr int race_limit = 100;
constexpr seconds crowded_wait{1};

using Rule = Throttle (*)(const Throttle&, const FailureLimit&, Instant);

bool starts_afresh(const Throttle& bucket, const FailureLimit& limit, Instant now) {
  return now - std::max(bucket.window_began, bucket.blocked_until) > limit.window;
}

seconds delay_after(int failures, int limit) {
  const int doublings = std::min(failures - limit, 16);
  return std::min(max_delay, first_delay * (1 << doublings));
}

// Counts one; or, if the bucket is closed, counts nothing and returns the time to wait.
std::optional<seconds> count(const Bucket& bucket, Rule rule, const Caller& caller, const Deps& deps) {
  for (int race = 0; race < race_limit; ++race) {
    const auto before = deps.store.throttle(bucket.id);
    if (const auto wait = closed_for(before, caller.now)) return wait;
    if (deps.store.move_throttle(bucket.id, before, rule(before, bucket.limit, caller.now)))
      return std::nullopt;
  }
  return crowded_wait;
}

// If this use had closed the bucket, it is open again: requests that were refused meanwhile can be repeated.
void take_one_away(const Bucket& bucket, const Deps& deps) {
  for (int race = 0; race < race_limit; ++race) {
    const auto before = deps.store.throttle(bucket.id);
    if (before.failures == 0) return;
    Throttle after{};
    if (before.failures > 1)
      after = {.failures = before.failures - 1, .window_began = before.window_began, .blocked_until = never};
    if (after.failures >= bucket.limit.failures) after.blocked_until = before.blocked_until;
    if (deps.store.move_throttle(bucket.id, before, after)) return;
  }
}

}  // namespace

Throttle add_failure(const Throttle& bucket, const FailureLimit& limit, Instant now) {
  Throttle next = bucket;
  if (starts_afresh(bucket, limit, now)) next = {.failures = 0, .window_began = now, .blocked_until = never};
  next.failures += 1;
  if (next.failures >= limit.failures) next.blocked_until = now + delay_after(next.failures, limit.failures);
  return next;
}

Throttle add_use(const Throttle& bucket, const FailureLimit& limit, Instant now) {
  Throttle next = bucket;
  if (now - bucket.window_began >= limit.window)
    next = {.failures = 0, .window_began = now, .blocked_until = never};
  next.failures += 1;
  if (next.failures >= limit.failures) next.blocked_until = next.window_began + limit.window;
  return next;
}

std::optional<seconds> closed_for(const Throttle& bucket, Instant now) {
  if (now >= bucket.blocked_until) return std::nullopt;
  return std::chrono::ceil<seconds>(bucket.blocked_until - now);
}

std::optional<seconds> closed_for(const Buckets& buckets, const Caller& caller, const Deps& deps) {
  std::optional<seconds> longest;
  for (const auto& bucket : buckets)
    longest = std::max(longest, closed_for(deps.store.throttle(bucket.id), caller.now));
  return longest;
}

std::optional<seconds> count_failure(const Buckets& buckets, const Caller& caller, const Deps& deps) {
  for (const auto& bucket : buckets)
    if (const auto wait = count(bucket, add_failure, caller, deps)) return wait;
  return std::nullopt;
}

std::optional<seconds> count_use(const Buckets& buckets, const Caller& caller, const Deps& deps) {
  Buckets counted;
  for (const auto& bucket : buckets) {
    if (const auto wait = count(bucket, add_use, caller, deps)) {
      give_back(counted, deps);
      return wait;
    }
    counted.push_back(bucket);
  }
  return std::nullopt;
}

void give_back(const Buckets& buckets, const Deps& deps) {
  for (const auto& bucket : buckets) take_one_away(bucket, deps);
}

void forgive(const Digest& bucket, const Deps& deps) {
  const auto present = deps.store.throttle(bucket);
  if (present != Throttle{}) (void)deps.store.move_throttle(bucket, present, Throttle{});
}

bool spend_once(const Digest& bucket, Instant until, const Caller& caller, const Deps& deps) {
  const Throttle spent{.failures = 1, .window_began = caller.now, .blocked_until = until};
  return deps.store.move_throttle(bucket, Throttle{}, spent);
}

Buckets around(const Address& address, std::string_view what, const FailureLimit& limit,
               const FailureLimit& wider) {
  const auto bucket = [what](const Address& network, std::string_view size) {
    return sha256(std::string(what).append(size).append("\n").append(network.text()));
  };
  Buckets buckets{{bucket(address.customer_network(), ""), limit}};
  if (const auto site = address.site_network()) buckets.push_back({bucket(*site, " network"), wider});
  return buckets;
}

Buckets failures_of_address(const Caller& caller, const Deps& deps) {
  const auto& limit = deps.settings.limits.address_failures;
  const FailureLimit wider{.failures = limit.failures + limit.failures / 4, .window = limit.window};
  return around(caller.address, "address", limit, wider);
}

Buckets failures_of_device(const UserId& user, std::string_view device_id, const Deps& deps) {
  const auto& limits = deps.settings.limits;
  return {{device_bucket(user, device_id), limits.account_failures},
          {sha256("devices\n" + user.text()), limits.address_failures}};
}

Buckets registrations_of_address(const Caller& caller, const Deps& deps) {
  const auto& limits = deps.settings.limits;
  return around(caller.address, "register", limits.address_registrations, limits.network_registrations);
}

Buckets introspections_of_address(const Caller& caller, const Deps& deps) {
  const auto& limits = deps.settings.limits;
  return around(caller.address, "introspect", limits.account_failures, limits.address_failures);
}

Buckets notices_to(const User& user, Notice about, const Deps& deps) {
  if (!gets_letters(user, deps)) return {};
  constexpr std::chrono::hours hour{1};
  if (about == Notice::password_changed)
    return {{sha256("notice of password\n" + user.id.text()), {.failures = 5, .window = hour}}};
  if (about == Notice::address_changed)
    return {{sha256("notice of address\n" + user.id.text()), {.failures = 10, .window = hour}}};
  return {{sha256("notice of way\n" + user.id.text()), {.failures = 10, .window = hour}}};
}

Buckets letters_asked_for_by(const Caller& caller) {
  constexpr std::chrono::hours hour{1};
  return around(caller.address, "reset network", {.failures = 20, .window = hour},
                {.failures = 60, .window = hour});
}

bool gets_letters(const User& user, const Deps& deps) {
  return deps.settings.mail.on() && !user.email.typed.empty();
}

std::vector<Digest> buckets_about(const User& user, const std::vector<Session>& sessions) {
  std::vector<Digest> buckets;
  for (const auto* what :
       {"devices\n", "notice of password\n", "notice of way\n", "notice of address\n", "alert\n", "export\n"})
    buckets.push_back(sha256(what + user.id.text()));
  for (const auto& session : sessions) buckets.push_back(device_bucket(user.id, session.device_id));
  if (user.email.key.empty()) return buckets;
  for (const auto* what : {"account\n", "letters by strangers\n", "code\n"})
    buckets.push_back(sha256(what + user.email.key));
  return buckets;
}

Buckets letters_by_strangers(std::string_view email_key) {
  return {{sha256("letters by strangers\n" + std::string(email_key)),
           {.failures = 3, .window = std::chrono::hours{1}}}};
}

Digest account_bucket(std::string_view email_key) {
  return sha256("account\n" + std::string(email_key));
}

Digest export_bucket(const UserId& user) {
  return sha256("export\n" + user.text());
}

Digest device_bucket(const UserId& user, std::string_view device_id) {
  return sha256("device\n" + user.text() + "\n" + std::string(device_id));
}

Digest address_bucket(const Address& address) {
  return sha256("address\n" + address.customer_network().text());
}

}  // namespace cardea
