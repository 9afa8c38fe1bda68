// Proof of work (token/work.h) as a rule: an act of which a network may do some for free, some more for work, and then none
// until its time is over. So a school behind one address is slowed down and not shut out, and a robot pays.
#pragma once

#include <optional>
#include <string>
#include <variant>

#include "auth/account/throttle.h"
#include "token/work.h"

namespace cardea {

inline constexpr int usual_work_bits = 14;
inline constexpr int worked_factor = 9;  // so many times the free ones may be done for work

// Where an act of this client is counted. The numbers of work come from the limits of the free ones.
struct WorkLimits {
  WorkPurpose purpose = WorkPurpose::registration;
  Buckets free;
  Buckets worked;
};
[[nodiscard]] WorkLimits registration_limits(const Caller& caller, const Deps& deps);
[[nodiscard]] WorkLimits sign_in_limits(const Caller& caller, const Deps& deps);

// The client must send work, or wait.
struct WorkOwed {
  std::optional<WorkChallenge> challenge;  // nothing: no work helps before retry_after is over
  seconds retry_after{0};  // until the free ones are open again; with no challenge until work helps
};

// Whether the act may be done: the buckets in which the caller must count it, or what the client owes. `work` is the
// field of the request, empty if it has none. A valid proof is spent here, so it is asked for last before the act.
[[nodiscard]] std::variant<Buckets, WorkOwed> admit(const WorkLimits& limits, std::string_view work,
                                                    const Caller& caller, const Deps& deps);

// What the act would cost this client now: a challenge, or nothing if it is free or closed. For pages, which solve it
// while the user types. Spends and counts nothing.
[[nodiscard]] std::optional<WorkChallenge> price(const WorkLimits& limits, const Caller& caller,
                                                 const Deps& deps);

}  // namespace cardea
