#include "cli/people.h"

#include "base/email.h"
#include "cli/output.h"

namespace cardea {

std::variant<User, ExitCode> find_user(std::string_view named, Job& job) {
  std::optional<User> user;
  if (const auto id = UserId::of_text(named)) {
    user = job.tools.store().user_by_id(*id);
  } else if (const auto email = parse_email(named)) {
    user = job.tools.store().user_of(*email);
  } else {
    return misused(job.console, "'" + printable(named) + "' is neither an e-mail address nor a user's id");
  }
  if (user) return *std::move(user);
  return refuse(job.console, "there is no user " + printable(named));
}

std::string shown_person(const User& user) {
  const std::string email = printable(user.email.typed);
  return user.name.empty() ? email : printable(user.name) + " <" + email + ">";
}

}  // namespace cardea
