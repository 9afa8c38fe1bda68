// cardea check: is everything in order, and if not, what is to be done?

#include "cli/check.h"

#include <algorithm>
#include <ostream>

#include "cli/commands.h"
#include "cli/output.h"

namespace cardea {

namespace {

std::string_view word_for(Result result) {
  switch (result) {
    case Result::ok:
      return "ok";
    case Result::skip:
      return "skip";
    case Result::warn:
      return "warn";
    case Result::fail:
      break;
  }
  return "FAIL";
}

void print_text(const Findings& findings, std::ostream& out) {
  for (const Finding& finding : findings) {
    std::string word(word_for(finding.result));
    word.resize(4, ' ');
    out << word << ' ' << finding.area << ": " << printable(finding.text);
    if (!finding.cure.empty()) out << " — " << printable(finding.cure);
    out << '\n';
  }
}

void print_json(const Findings& findings, std::ostream& out) {
  Json rows = Json::array();
  for (const Finding& finding : findings)
    rows.push_back({{"result", word_for(finding.result)},
                    {"area", finding.area},
                    {"text", finding.text},
                    {"cure", finding.cure}});
  out << json_text(rows) << '\n';
}

Findings look(Job& job) {
  const Settings& settings = job.tools.settings();
  // Reading it has refused everything that could be wrong with it, its permissions too.
  Findings all{{Result::ok, "configuration", settings.file, ""}};
  const auto append = [&](const Findings& more) { all.insert(all.end(), more.begin(), more.end()); };
  append(check_keys(job.tools));
  append(check_revocations(job.tools));
  append(check_database(job.tools));
  append(check_addresses(job.tools));
  append(check_passwords(job.tools));
  append(check_proxies(job.tools));
  if (!job.line.has("--offline")) append(check_providers(job.tools));
  append(check_mail(settings));
  if (!job.line.has("--offline")) append(check_web(settings.site, settings.transport.mode));
  return all;
}

ExitCode run(Job& job) {
  const Findings findings = look(job);
  if (job.line.has("--json")) {
    print_json(findings, job.console.out);
  } else {
    print_text(findings, job.console.out);
  }
  const bool failed = std::any_of(findings.begin(), findings.end(),
                                  [](const Finding& finding) { return finding.result == Result::fail; });
  return failed ? ExitCode::refused : ExitCode::done;
}

}  // namespace

Command check_command() {
  return {"check",
          "",
          "looks at the installation and says what is wrong and how to cure it",
          "Run it as the user that the web server runs the program as. One line for each finding: ok, "
          "skip, warn or\n"
          "FAIL; exit status 1 if there is a FAIL.",
          {{"--offline", "", ValueKind::none, "without asking the site and the providers over HTTP"},
           {"--json", "", ValueKind::none, "for programs"}},
          run};
}

}  // namespace cardea
