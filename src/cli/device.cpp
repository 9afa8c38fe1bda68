// cardea device list, revoke.
#include <algorithm>
#include <ostream>

#include "auth/session/context.h"
#include "cli/job.h"

namespace cardea {
namespace {

std::string_view reason_words(RevokeReason reason) {
  switch (reason) {
    case RevokeReason::none:
      break;
    case RevokeReason::signed_out:
      return "signed out";
    case RevokeReason::signed_out_by_owner:
      return "signed out by its owner";
    case RevokeReason::replaced:
      return "replaced by a new sign-in";
    case RevokeReason::reuse:
      return "ended: a spent token came back";
    case RevokeReason::administrator:
      return "ended by an administrator";
    case RevokeReason::evicted:
      return "ended: too many devices";
    case RevokeReason::disowned:
      return "ended: its user did not know it";
    case RevokeReason::watch:
      return "ended: it looked wrong";
  }
  return "ended";
}

std::string_view state_words(const SessionState& state, Instant now) {
  switch (standing_of(state, now)) {
    case Standing::stands:
      return "signed in";
    case Standing::revoked:
      return reason_words(state.session.revoke_reason);
    case Standing::ended:
      return "signed out with all devices";
    case Standing::disabled:
      return "user disabled";
    case Standing::expired:
      return "expired";
  }
  return "ended";
}

Json json_device(const SessionState& state, Instant now) {
  const Session& session = state.session;
  return {{"session", session.id.text()},
          {"id", session.device_id},
          {"name", session.device_name},
          {"signed_in", standing_of(state, now) == Standing::stands},
          {"state", state_words(state, now)},
          {"method", session.method},
          {"ip", session.ip},
          {"user_agent", session.user_agent},
          {"created_at", json_time(session.created_at)},
          {"last_seen_at", json_time(session.last_seen_at())},
          {"ends_at", json_time(end_of(session))},
          {"revoked_at", json_time(session.revoked_at)}};
}

ExitCode list(Job& job) {
  const auto found = find_user(job.line.operand, job);
  if (const auto* code = std::get_if<ExitCode>(&found)) return *code;
  const User& user = std::get<User>(found);
  const Instant now = job.tools.now();
  auto sessions = job.tools.store().sessions_of(user.id);
  if (!job.line.has("--all"))
    std::erase_if(sessions, [&](const Session& session) {
      return standing_of({session, user}, now) != Standing::stands;
    });
  if (job.line.has("--json")) {
    Json rows = Json::array();
    for (const Session& session : sessions) rows.push_back(json_device({session, user}, now));
    job.console.out << json_text(rows) << '\n';
    return ExitCode::done;
  }
  TextTable table({"device", "session", "state", "last seen", "ends", "ip", "name", "user agent"});
  for (const Session& session : sessions)
    table.add({session.device_id, session.id.text(), std::string(state_words({session, user}, now)),
               shown_time(session.last_seen_at()), shown_time(end_of(session)), session.ip,
               session.device_name, session.user_agent});
  if (!table.empty()) table.print(job.console.out);
  return ExitCode::done;
}

// The signed-in sessions that the operand names: one by its own id, or those of the user's device.
std::variant<std::vector<Session>, ExitCode> sessions_meant(Job& job) {
  const std::string& named = job.line.operand;
  const auto id = SessionId::of_text(named);
  const Instant now = job.tools.now();
  std::vector<Session> meant;
  if (const auto whose = job.line.text("--user")) {
    const auto found = find_user(*whose, job);
    if (const auto* code = std::get_if<ExitCode>(&found)) return *code;
    const User& user = std::get<User>(found);
    for (const Session& session : job.tools.store().sessions_of(user.id)) {
      const bool named_so = session.device_id == named || (id && session.id == *id);
      if (named_so && standing_of({session, user}, now) == Standing::stands) meant.push_back(session);
    }
    return meant;
  }
  if (!id)
    return misused(job.console,
                   "'" + printable(named) + "' is no session id; a device needs --user EMAIL|ID");
  const auto state = job.tools.store().session(*id, Freshness::causal);
  if (state && standing_of(*state, now) == Standing::stands) meant.push_back(state->session);
  return meant;
}

ExitCode revoke(Job& job) {
  const auto meant = sessions_meant(job);
  if (const auto* code = std::get_if<ExitCode>(&meant)) return *code;
  int ended = 0;
  for (const Session& session : std::get<std::vector<Session>>(meant)) {
    if (!job.tools.end_sessions(OneSession{session.id, RevokeReason::administrator}, job.console.err))
      continue;
    job.tools.record(EventKind::device_signed_out, session, "by an administrator");
    job.console.out << "signed out: device " << printable(session.device_id) << ", session "
                    << session.id.text() << '\n';
    ++ended;
  }
  if (ended > 0) return ExitCode::done;
  const bool hint = !job.line.has("--user");
  return refuse(job.console, "no signed-in device is called " + printable(job.line.operand) +
                                 (hint ? "; device ids need --user EMAIL|ID" : ""));
}

}  // namespace

std::vector<Command> device_commands() {
  return {
      {"device list",
       "EMAIL|ID",
       "lists the devices on which a user is signed in",
       "",
       {{"--all", "", ValueKind::none, "also the sessions that have ended"},
        {"--json", "", ValueKind::none, "for programs"}},
       list},
      {"device revoke",
       "DEVICE|SESSION",
       "signs a device out",
       "A session id needs no user; a device id needs --user.",
       {{"--user", "EMAIL|ID", ValueKind::text, "whose device it is"}},
       revoke},
  };
}

}  // namespace cardea
