// cardea mail: whether letters leave this host.
#include <ostream>

#include "base/email.h"
#include "base/encoding.h"
#include "cli/job.h"
#include "mail/delivery.h"

namespace cardea {
namespace {

constexpr milliseconds patience{20'000};  // as the server has for a letter

Letter test_letter(const Email& to, Job& job) {
  const auto& site = job.tools.settings().site;
  Letter letter;
  letter.id = base64url_encode(view_of(random_array<16>(job.tools.entropy())));
  letter.at = job.tools.now();
  letter.to = to.typed;
  letter.subject = site.name + ": a test";
  letter.text = Secret("This is a test of the emails of " + site.url +
                       ".\n\nAn administrator has sent it by `cardea mail test`. There is nothing to do.\n");
  return letter;
}

ExitCode mail_test(Job& job) {
  const auto to = parse_email(job.line.operand);
  if (!to) return misused(job.console, "'" + printable(job.line.operand) + "' is no e-mail address");
  const auto& settings = job.tools.settings().mail;
  if (!settings.on()) return refuse(job.console, "[mail] from is empty, so no email is sent");
  const auto letter = test_letter(*to, job);
  const auto delivery = deliver(letter, settings, patience);
  if (delivery.outcome != Outcome::taken) {
    const auto said = delivery.said.empty() ? "" : "; the server says: " + printable(delivery.said);
    return refuse(job.console, printable(delivery.why) + said);
  }
  job.console.out << printable(delivery_way(settings)) << " has taken the email to " << printable(to->typed)
                  << " from " << printable(settings.from) << " (Message-ID begins with " << letter.id
                  << ")\n";
  return ExitCode::done;
}

}  // namespace

std::vector<Command> mail_commands() {
  return {
      {"mail test",
       "ADDRESS",
       "sends an email to the address, in the way that the site sends all of them",
       "Says whether the mail server or the mail program has taken it, and if not, why. It may still be lost "
       "later:\nlook whether it arrives, and not among the spam.",
       {},
       mail_test}};
}

}  // namespace cardea
