#include <algorithm>
#include <chrono>
#include <ostream>
#include <vector>

#include "auth/session/end.h"
#include "cli/commands.h"
#include "cli/job.h"
#include "keys/ring.h"
#include "store/sql/migrate.h"
#include "upkeep/addresses.h"

namespace cardea {

// cardea migrate

namespace {

ExitCode run_migrate(Job& job) {
  const MigrationReport report = migrate(job.tools.settings().database, job.tools.now());
  const int renewed = renew_email_keys(job.tools.store());
  std::ostream& out = job.console.out;
  if (job.line.has("--json")) {
    out << json_text({{"from", report.from},
                      {"to", report.to},
                      {"applied", report.applied},
                      {"renewed_addresses", renewed}})
        << '\n';
    return ExitCode::done;
  }
  for (const std::string& name : report.applied) out << "applied " << name << '\n';
  if (renewed > 0) out << renewed << " users are found by every spelling of their address from now on\n";
  out << "the tables are at version " << report.to;
  if (report.applied.empty()) out << "; there was nothing to do";
  out << '\n';
  return ExitCode::done;
}

}  // namespace

std::vector<Command> migrate_commands() {
  return {{"migrate",
           "",
           "makes the tables, or brings them to this program's version",
           "Safe to repeat, to interrupt and to run from two hosts at once.",
           {{"--json", "", ValueKind::none, "for programs"}},
           run_migrate}};
}

// cardea purge. All but the keys is removed by itself, too (auth/session/end.h).

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
    sum.letters += step.letters;
    sum.address_changes += step.address_changes;
    if (std::max({step.sessions, step.events, step.throttles, step.legacy_tokens, step.letters,
                  step.address_changes}) < limits.rows)
      return sum;
  }
}

int erase_closed(Tools& tools) {
  int erased = 0;
  for (int step = rows_of_a_step; step == rows_of_a_step; erased += step)
    step = erase_closed_accounts(tools.settings(), tools.store(), tools.now(), rows_of_a_step);
  return erased;
}

ExitCode run_purge(Job& job) {
  const int erased = erase_closed(job.tools);
  const PurgeResult removed = purge_store(job.tools);
  job.tools.store().forget_erased();
  const TokenSettings& tokens = job.tools.settings().tokens;
  // A key outlives every refresh token, and every expired access token that accompanies one, of its days.
  const seconds retention = std::max(tokens.refresh_ttl, tokens.session_max) + seconds{day};
  const std::vector<std::string> keys =
      remove_spent_keys(tokens.keys, tokens.algorithm, retention, job.tools.now());
  if (job.line.has("--json")) {
    job.console.out << json_text({{"closed_accounts", erased},
                                  {"sessions", removed.sessions},
                                  {"events", removed.events},
                                  {"throttles", removed.throttles},
                                  {"legacy_tokens", removed.legacy_tokens},
                                  {"letters", removed.letters},
                                  {"keys", keys}})
                    << '\n';
    return ExitCode::done;
  }
  job.console.out << "removed " << erased << " closed accounts, " << removed.sessions << " sessions, "
                  << removed.events << " events, " << removed.throttles << " throttles, "
                  << removed.legacy_tokens << " legacy tokens, " << removed.letters << " letters, "
                  << keys.size() << " keys\n";
  for (const std::string& key : keys) job.console.out << "removed " << printable(key) << '\n';
  return ExitCode::done;
}

}  // namespace

std::vector<Command> purge_commands() {
  return {
      {"purge",
       "",
       "removes closed accounts, ended sessions, old events and spent keys",
       "Closed accounts after [registration] delete_after, sessions a day after their end, events after 90 days, throttles after a day, and keys once "
       "no token from\n"
       "their days can be alive. All but the keys goes by itself too, a little at a time.",
       {{"--json", "", ValueKind::none, "for programs"}},
       run_purge}};
}

}  // namespace cardea
