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

Json json_row(const UserRow& row) {
  return {{"email", row.user.email.typed}, {"id", nullptr}, {"added", false}};
}

// So that the array has an element for each line that was read.
void print(Json shown, const UserTable& table, Console& console) {
  for (const auto& [line, why] : table.findings)
    shown.push_back(
        {{"email", nullptr}, {"id", nullptr}, {"added", false}, {"line", line}, {"left_out", why}});
  console.out << json_text(shown) << '\n';
}

// Adds a user who is not there yet; a user with such an address stays as they are.
void add_user(UserRow& row, Counts& counts, Json& shown, Job& job) {
  auto& user = row.user;
  user.id = UserId::make(job.tools.now(), job.tools.entropy());
  user.last_method = user.password_hash.empty() ? "" : "password";
  auto present = job.tools.store().user_of(user.email);
  const bool added = !present && job.tools.store().add_user(user);
  ++(added ? counts.added : counts.there);
  shown.push_back(json_row(row));
  shown.back()["added"] = added;
  if (!present) present = added ? std::optional{user} : job.tools.store().user_of(user.email);
  if (present) shown.back()["id"] = present->id.text();
  if (added) job.tools.record(EventKind::registered, user.id, "imported by an administrator");
}

void show(const UserTable& table, const Counts& counts, Json shown, Job& job) {
  const auto tried = static_cast<std::size_t>(counts.added + counts.there);
  const auto not_tried = table.rows.size() - tried;
  if (job.line.has("--json")) {
    for (auto at = tried; at < table.rows.size(); ++at) {
      shown.push_back(json_row(table.rows[at]));
      shown.back()["left_out"] = "not tried";
    }
    return print(std::move(shown), table, job.console);
  }
  job.console.out << counts.added << " users added, " << counts.there << " were there already, "
                  << table.findings.size() << " lines left out";
  if (not_tried > 0) job.console.out << ", " << not_tried << " not tried";
  job.console.out << '\n';
}

// What was done is shown also when the database fails on the way.
void add_users(UserTable& table, Job& job) {
  Counts counts;
  Json shown = Json::array();
  try {
    for (auto& row : table.rows) add_user(row, counts, shown, job);
  } catch (const std::exception&) {
    show(table, counts, std::move(shown), job);
    throw;
  }
  show(table, counts, std::move(shown), job);
}

void show_dry_run(const UserTable& table, Job& job) {
  if (!job.line.has("--json")) {
    job.console.out << table.rows.size() << " lines are good, " << table.findings.size() << " are not\n";
    return;
  }
  Json shown = Json::array();
  for (const auto& row : table.rows) shown.push_back(json_row(row));
  print(std::move(shown), table, job.console);
}

ExitCode import_users(Job& job) {
  auto table = read_user_table(job.console.in, job.tools.settings().password, job.tools.now());
  if (!table.fault.empty()) return refuse(job.console, table.fault);
  for (const auto& [line, why] : table.findings)
    job.console.err << "cardea: line " << line << ": " << why << '\n';
  const auto code = table.findings.empty() ? ExitCode::done : ExitCode::refused;
  if (job.line.has("--dry-run")) {
    show_dry_run(table, job);
  } else if (code == ExitCode::refused && !job.line.has("--skip-bad")) {
    return refuse(job.console, "nothing was imported; mend these lines, or leave them out with --skip-bad");
  } else {
    add_users(table, job);
  }
  return code;
}

}  // namespace

Command user_import_command() {
  return {
      "user import",
      "",
      "adds the users of another program's table, which comes on standard input",
      "CSV, or what mysql --batch prints, whose first line names the columns: email, and any of password_hash, name, "
      "scope, created_at, disabled. People keep their passwords: see [password] imported. Safe to repeat.",
      {{"--dry-run", "", ValueKind::none, "only looks whether every line is good"},
       {"--skip-bad", "", ValueKind::none, "leaves lines out that are not good"},
       {"--json", "", ValueKind::none, "prints each address with its id, for programs"}},
      import_users};
}

}  // namespace cardea
