#include "cli/check.h"
#include "cli/output.h"
#include "store/sqlite_file.h"

namespace cardea {

Findings check_revocations(Tools& tools) {
  RevokedSessions& revoked = tools.revoked();
  if (!stamp_of_directory(tools.settings().tokens.keys))
    return {{Result::skip, "sign-outs", "not looked at: that needs the key directory", ""}};
  const bool ready = revoked.make_ready(tools.now());
  const auto trouble = revoked.take_trouble();
  if (!ready)
    return {{Result::fail, "sign-outs",
             trouble + "; access tokens of ended sessions work on this host until they expire",
             "let the program's user write there, or name another file in [tokens] revocations"}};
  Findings findings;
  const auto state = revoked.state();
  if (!state || state->closed_until > tools.now()) {
    findings.push_back({Result::fail, "sign-outs",
                        revoked.path() + " was damaged: nobody is let in until it is filled again",
                        "make the database answer; the next request or second of the program fills it"});
  } else {
    const std::string looked = state->looked_at == never
                                   ? "the database has not been asked yet"
                                   : "the database was asked on " + shown_time(state->looked_at);
    findings.push_back(
        {Result::ok, "sign-outs",
         "every process of this host refuses ended sessions (" + revoked.path() + "); " + looked, ""});
  }
  if (on_network_file_system(revoked.path()))
    findings.push_back({Result::warn, "sign-outs", revoked.path() + " lies on a network file system",
                        "give each host a file of its own: [tokens] revocations"});
  return findings;
}

}  // namespace cardea
