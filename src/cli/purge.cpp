// cardea purge: removes what nobody needs any more. All but the keys goes by itself, too
// (auth/housekeeping.h).

#include <algorithm>
#include <ostream>

#include "auth/housekeeping.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "token/key_ring.h"

namespace cardea {

namespace {

constexpr std::chrono::hours day{24};
constexpr int rows_of_a_step = 500;

// Small steps, so that people who sign in meanwhile do not wait for a long lock.
PurgeResult purge_store(Tools& tools) {
  const PurgeLimits limits = purge_limits(tools.settings().tokens, tools.now(), rows_of_a_step);
  PurgeResult sum;
  for (;;) {
    const PurgeResult step = tools.store().purge(limits);
    sum.sessions += step.sessions;
    sum.events += step.events;
    sum.throttles += step.throttles;
    sum.legacy_tokens += step.legacy_tokens;
    if (std::max({step.sessions, step.events, step.throttles, step.legacy_tokens}) < limits.rows) return sum;
  }
}

ExitCode run(Job& job) {
  const PurgeResult removed = purge_store(job.tools);
  const TokenSettings& tokens = job.tools.settings().tokens;
  // A key outlives every refresh token, and every expired access token that accompanies one, of its days.
  const seconds retention = std::max(tokens.refresh_ttl, tokens.session_max) + seconds{day};
  const std::vector<std::string> keys =
      remove_spent_keys(tokens.keys, tokens.algorithm, retention, job.tools.now());
  if (job.line.has("--json")) {
    job.console.out << json_text({{"sessions", removed.sessions},
                                  {"events", removed.events},
                                  {"throttles", removed.throttles},
                                  {"legacy_tokens", removed.legacy_tokens},
                                  {"keys", keys}})
                    << '\n';
    return ExitCode::done;
  }
  job.console.out << "removed " << removed.sessions << " sessions, " << removed.events << " events, "
                  << removed.throttles << " throttles, " << removed.legacy_tokens << " legacy tokens, "
                  << keys.size() << " keys\n";
  for (const std::string& key : keys) job.console.out << "removed " << printable(key) << '\n';
  return ExitCode::done;
}

}  // namespace

Command purge_command() {
  return {"purge",
          "",
          "removes ended sessions, old events and spent keys",
          "Sessions a day after their end, events after 90 days, throttles after a day, and keys once "
          "no token from\n"
          "their days can be alive. All but the keys goes by itself too, a little at a time.",
          {{"--json", "", ValueKind::none, "for programs"}},
          run};
}

}  // namespace cardea
