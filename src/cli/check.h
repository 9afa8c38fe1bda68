// cardea check: whether everything is in order, and if not, what to do. The checks are those of upkeep/checks.h.
#pragma once

#include "cli/job.h"
#include "upkeep/checks.h"

namespace cardea {

// What the checks look at, with the tools of a command. The tools and http must outlive it.
[[nodiscard]] Inspection inspection_of(Tools& tools, Http& http);

// All checks that ask no other server, for the page of /repair.
[[nodiscard]] Findings check_offline(const Settings& settings, Instant now);

}  // namespace cardea
