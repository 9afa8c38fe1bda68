// cardea user import.

#include <ostream>

#include "cli/commands.h"
#include "cli/output.h"
#include "cli/user_table.h"

namespace cardea {
namespace {

struct Counts {
  int added = 0;
  int there = 0;
};

// Adds the users that are not there yet; whoever has such an address already stays as he is.
Counts add_users(std::vector<UserRow>& rows, Json& shown, Job& job) {
  Counts counts;
  for (auto& [line, user] : rows) {
    user.id = UserId::make(job.tools.now(), job.tools.entropy());
    user.last_method = user.password_hash.empty() ? "" : "password";
    auto present = job.tools.store().user_of(user.email);
    const bool added = !present && job.tools.store().add_user(user);
    if (added) job.tools.record(EventKind::registered, user.id, "imported by an administrator");
    if (!present) present = added ? std::optional{user} : job.tools.store().user_of(user.email);
    ++(added ? counts.added : counts.there);
    shown.push_back(
        {{"email", user.email.typed}, {"id", present ? Json(present->id.text()) : Json()}, {"added", added}});
  }
  return counts;
}

void tell_findings(const UserTable& table, Console& console) {
  for (const auto& finding : table.findings) console.err << "cardea: " << finding << '\n';
}

ExitCode import_users(Job& job) {
  auto table = read_user_table(job.console.in, job.tools.settings().password, job.tools.now());
  if (!table.fault.empty()) return refuse(job.console, table.fault);
  tell_findings(table, job.console);
  const bool skips = job.line.has("--skip-bad");
  if (!table.findings.empty() && !skips)
    return refuse(job.console, "nothing was imported; mend these lines, or leave them out with --skip-bad");
  if (job.line.has("--dry-run")) {
    job.console.out << table.rows.size() << " lines are good, " << table.findings.size() << " are not\n";
    return table.findings.empty() ? ExitCode::done : ExitCode::refused;
  }
  Json shown = Json::array();
  const auto counts = add_users(table.rows, shown, job);
  if (job.line.has("--json")) {
    job.console.out << json_text(shown) << '\n';
  } else {
    job.console.out << counts.added << " users added, " << counts.there << " were there already, "
                    << table.findings.size() << " lines left out\n";
  }
  return table.findings.empty() ? ExitCode::done : ExitCode::refused;
}

}  // namespace

Command user_import_command() {
  return {
      "user import",
      "",
      "adds the users of another program's table, which comes on standard input",
      "CSV or tab-separated text whose first line names the columns: email, and any of password_hash, name, "
      "scope, created_at, disabled. People keep their passwords: see [password] imported. Safe to repeat.",
      {{"--dry-run", "", ValueKind::none, "only looks whether every line is good"},
       {"--skip-bad", "", ValueKind::none, "leaves lines out that are not good"},
       {"--json", "", ValueKind::none, "prints each address with its id, for programs"}},
      import_users};
}

}  // namespace cardea
