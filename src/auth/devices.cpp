#include "auth/devices.h"

#include <algorithm>
#include <tuple>

#include "auth/history.h"
#include "auth/revocation.h"
#include "auth/standing.h"
#include "auth/watch.h"

namespace cardea {

std::vector<Session> devices_of(const User& user, const Caller& caller, const Deps& deps) {
  auto sessions = deps.store.open_sessions_of(user.id);
  std::erase_if(sessions, [&](const Session& session) {
    return standing_of({session, user}, caller.now) != Standing::stands;
  });
  std::sort(sessions.begin(), sessions.end(), [](const Session& left, const Session& right) {
    return std::tuple(left.last_seen_at(), left.id) > std::tuple(right.last_seen_at(), right.id);
  });
  return sessions;
}

std::optional<std::string> device_words(const Session& session) {
  const auto platform = platform_of(session.user_agent);
  const std::string name(platform_name(platform));
  if (platform == Platform::other)
    return session.device_name.empty() ? std::nullopt : std::optional{session.device_name};
  return session.device_name.empty() ? name : session.device_name + " (" + name + ")";
}

const Session* session_of(const Event& event, const std::vector<Session>& sessions) {
  const auto found = std::find_if(sessions.begin(), sessions.end(), [&](const Session& session) {
    return event.session && session.id == *event.session;
  });
  return found == sessions.end() ? nullptr : &*found;
}

bool sign_out_device(const User& user, std::string_view device_id, const Caller& caller, const Deps& deps) {
  bool ended = false;
  for (const auto& session : devices_of(user, caller, deps)) {
    if (session.device_id != device_id) continue;
    if (!end_sessions(OneSession{session.id, RevokeReason::signed_out_by_owner}, caller, deps)) continue;
    ended = true;
    record({.kind = EventKind::device_signed_out,
            .user = user.id,
            .session = session.id,
            .detail = "signed out from the list of devices"},
           caller, deps);
  }
  return ended;
}

}  // namespace cardea
