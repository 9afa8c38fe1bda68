// cardea user close, reopen, export: what users do themselves on their account page.
#include <ostream>

#include "auth/account/closing.h"
#include "auth/session/end.h"
#include "cli/job.h"

namespace cardea {
namespace {

ExitCode close(Job& job) {
  const auto found = find_user(job.line.operand, job);
  if (const auto* code = std::get_if<ExitCode>(&found)) return *code;
  User user = std::get<User>(found);
  if (user.closed_at != never) return refuse(job.console, shown_person(user) + " is closed already");
  const AccountClosing closing{.user = user.id, .epoch = user.epoch, .at = job.tools.now()};
  if (!job.tools.end_sessions(ClosedAccount{closing}, job.console.err))
    return refuse(job.console, "the user was changed in the meantime; try again");
  user.closed_at = job.tools.now();
  const auto erased = shown_time(erased_at(user, job.tools.settings()));
  job.tools.record(EventKind::account_closed, user.id, "by an administrator");
  job.console.out << shown_person(user) << " is closed and signed out everywhere, and will be erased after "
                  << erased << '\n';
  return ExitCode::done;
}

ExitCode reopen(Job& job) {
  const auto found = find_user(job.line.operand, job);
  if (const auto* code = std::get_if<ExitCode>(&found)) return *code;
  const User& user = std::get<User>(found);
  if (user.closed_at == never) return refuse(job.console, shown_person(user) + " is not closed");
  if (!job.tools.store().reopen_user({.user = user.id, .closed_at = user.closed_at}))
    return refuse(job.console, "the user was changed in the meantime; try again");
  job.tools.record(EventKind::account_reopened, user.id, "by an administrator");
  job.console.out << shown_person(user) << " may sign in\n";
  return ExitCode::done;
}

ExitCode print_copy(Job& job) {
  const auto found = find_user(job.line.operand, job);
  if (const auto* code = std::get_if<ExitCode>(&found)) return *code;
  const UserId id = std::get<User>(found).id;
  job.tools.record(EventKind::account_exported, id, "by an administrator");
  auto copy = job.tools.store().everything_about(id, rows_of_a_copy);
  copy["exported_at"] = json_time(job.tools.now());
  copy["site"] = job.tools.settings().site.url;
  job.console.out << json_text(copy) << '\n';
  return ExitCode::done;
}

}  // namespace

std::vector<Command> user_life_commands() {
  return {{"user close",
           "EMAIL|ID",
           "closes an account as its user can: it is erased after [registration] delete_after",
           "Until then its user, or `cardea user reopen`, can open it again. No email is sent.",
           {},
           close},
          {"user reopen", "EMAIL|ID", "opens a closed account again", "", {}, reopen},
          {"user export",
           "EMAIL|ID",
           "prints everything that is stored about a user, as JSON",
           "Without keys and hashes.",
           {},
           print_copy}};
}

}  // namespace cardea
