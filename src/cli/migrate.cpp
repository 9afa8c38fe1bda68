// cardea migrate: brings the tables to this program's version.

#include "store/migrate.h"

#include <ostream>

#include "cli/addresses.h"
#include "cli/commands.h"
#include "cli/output.h"

namespace cardea {

namespace {

ExitCode run(Job& job) {
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

Command migrate_command() {
  return {"migrate",
          "",
          "makes the tables, or brings them to this program's version",
          "Safe to repeat, to interrupt and to run from two hosts at once.",
          {{"--json", "", ValueKind::none, "for programs"}},
          run};
}

}  // namespace cardea
