#include "cli/people.h"

#include <ostream>

#include "base/email.h"
#include "cli/output.h"

namespace cardea {

std::variant<User, ExitCode> find_user(std::string_view named, Call& call) {
  std::optional<User> user;
  if (const auto id = UserId::of_text(named)) {
    user = call.tools.store().user_by_id(*id);
  } else if (const auto email = parse_email(named)) {
    user = call.tools.store().user_by_email(email->key);
  } else {
    call.console.err << "cardea: '" << printable(named) << "' is neither an e-mail address nor a user's id\n";
    return ExitCode::usage;
  }
  if (user) return *std::move(user);
  return refuse(call.console, "there is no user " + printable(named));
}

std::string shown_person(const User& user) {
  const std::string email = printable(user.email.typed);
  return user.name.empty() ? email : printable(user.name) + " <" + email + ">";
}

}  // namespace cardea
