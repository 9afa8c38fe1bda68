#include "auth/account/work.h"

#include <algorithm>
#include <bit>

#include "base/digest.h"

namespace cardea {
namespace {

FailureLimit more_of(const FailureLimit& limit) {
  return {.failures = limit.failures * worked_factor, .window = limit.window};
}

// Each doubling of what was done for work costs a bit more: 14 at first, max_work_bits at the end.
int bits_at(const WorkLimits& limits, const Caller& caller, const Deps& deps) {
  unsigned times = 0;
  for (std::size_t i = 0; i < limits.worked.size(); ++i) {
    const auto bucket = deps.store.throttle(limits.worked[i].id);
    const bool is_over = caller.now - bucket.window_began > limits.worked[i].limit.window;
    const int done = is_over ? 0 : bucket.failures;
    times = std::max(times, static_cast<unsigned>(done / std::max(1, limits.free[i].limit.failures)));
  }
  return std::min(max_work_bits, usual_work_bits + static_cast<int>(std::bit_width(times)));
}

std::string client_of(const Caller& caller) {
  return caller.address.customer_network().text();
}

WorkChallenge challenge_for(const WorkLimits& limits, const Caller& caller, const Deps& deps) {
  return make_work_challenge(limits.purpose, bits_at(limits, caller, deps), client_of(caller), deps.keys,
                             deps.entropy, caller.now);
}

// The load may have grown by one step since the client was asked: its work counts all the same.
bool is_paid(const WorkLimits& limits, std::string_view work, const Caller& caller, const Deps& deps) {
  const auto proof = open_work(work, limits.purpose, bits_at(limits, caller, deps) - 1, client_of(caller),
                               deps.keys, caller.now);
  if (!proof) return false;
  const auto spent = sha256(std::string{"work\n"}.append(view_of(proof->challenge)));
  return spend_once(spent, proof->ends, caller, deps);
}

}  // namespace

WorkLimits registration_limits(const Caller& caller, const Deps& deps) {
  const auto& limits = deps.settings.limits;
  return {.purpose = WorkPurpose::registration,
          .free = registrations_of_address(caller, deps),
          .worked = around(caller.address, "register for work", more_of(limits.address_registrations),
                           more_of(limits.network_registrations))};
}

WorkLimits sign_in_limits(const Caller& caller, const Deps& deps) {
  auto free = failures_of_address(caller, deps);
  const auto wider = more_of(free.back().limit);
  return {.purpose = WorkPurpose::sign_in,
          .free = std::move(free),
          .worked = around(caller.address, "sign in for work", more_of(deps.settings.limits.address_failures),
                           wider)};
}

std::variant<Buckets, WorkOwed> admit(const WorkLimits& limits, std::string_view work, const Caller& caller,
                                      const Deps& deps) {
  const auto wait = closed_for(limits.free, caller, deps);
  if (!wait) return limits.free;
  if (const auto longer = closed_for(limits.worked, caller, deps))
    return WorkOwed{.challenge = std::nullopt, .retry_after = std::min(*wait, *longer)};
  if (!work.empty() && is_paid(limits, work, caller, deps)) return limits.worked;
  return WorkOwed{.challenge = challenge_for(limits, caller, deps), .retry_after = *wait};
}

std::optional<WorkChallenge> price(const WorkLimits& limits, const Caller& caller, const Deps& deps) {
  if (!closed_for(limits.free, caller, deps) || closed_for(limits.worked, caller, deps)) return std::nullopt;
  return challenge_for(limits, caller, deps);
}

}  // namespace cardea
