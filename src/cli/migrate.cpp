// cardea migrate: brings the tables to this program's version.

#include "store/migrate.h"

#include <ostream>

#include "cli/commands.h"
#include "cli/output.h"

namespace cardea {

namespace {

ExitCode run(Job& job) {
  const MigrationReport report = migrate(job.tools.settings().database, job.tools.now());
  std::ostream& out = job.console.out;
  if (job.line.has("--json")) {
    out << json_text({{"from", report.from}, {"to", report.to}, {"applied", report.applied}}) << '\n';
    return ExitCode::done;
  }
  for (const std::string& name : report.applied) out << "applied " << name << '\n';
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
