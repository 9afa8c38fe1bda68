#include "cli/check.h"

#include <ostream>

#include "cli/commands.h"
#include "http/client.h"
#include "store/store.h"

namespace cardea {
namespace {

void print_text(const Findings& findings, std::ostream& out) {
  for (const Finding& finding : findings) {
    std::string word(result_word(finding.result()));
    word.resize(4, ' ');
    out << word << ' ' << finding.area() << ": " << printable(finding.text());
    if (const auto cure = finding.cure(); !cure.empty()) out << " — " << printable(cure);
    out << '\n';
  }
}

ExitCode run(Job& job) {
  HttpsClient http;
  const auto scope = job.line.has("--offline") ? Scope::offline : Scope::all;
  const Findings findings = look_at_all(inspection_of(job.tools, http), scope);
  if (job.line.has("--json")) {
    job.console.out << json_text(json_of_findings(findings)) << '\n';
  } else {
    print_text(findings, job.console.out);
  }
  return has_failure(findings) ? ExitCode::refused : ExitCode::done;
}

}  // namespace

Inspection inspection_of(Tools& tools, Http& http) {
  return {.settings = tools.settings(),
          .now = tools.now(),
          .entropy = tools.entropy(),
          .store = tools.store(),
          .revoked = tools.revoked(),
          .passwords = [&tools]() -> Passwords& { return tools.passwords(); },
          .http = http};
}

Findings check_offline(const Settings& settings, Instant now) {
  SystemEntropy entropy;
  HttpsClient http;
  Tools tools(settings, now, entropy, open_store);
  return look_at_all(inspection_of(tools, http), Scope::offline);
}

std::vector<Command> check_commands() {
  return {{"check",
           "",
           "looks at the installation and says what is wrong and how to cure it",
           "Run it as the user that the web server runs the program as. One line for each finding: ok, "
           "skip, warn or\n"
           "FAIL; exit status 1 if there is a FAIL.",
           {{"--offline", "", ValueKind::none, "without asking the site, the providers and the mail server"},
            {"--json", "", ValueKind::none, "for programs"}},
           run}};
}

}  // namespace cardea
