#include "auth/session/start.h"

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include "auth/session/context.h"
#include "auth/session/end.h"
#include "auth/session/fresh.h"
#include "auth/session/sign_out.h"
#include "auth/watch/alarm.h"
#include "auth/watch/events.h"
#include "base/encoding.h"
#include "base/utf8.h"

namespace cardea {
namespace {

// The standing sessions of one user, the newest first, with the new one in its place. Of two simultaneous sign-ins
// both may see the other's row, or only one of them; all arrive at the same order, so that all end the same sessions,
// perhaps their own among them. Every row that was there before the new one was written has a smaller id.
std::vector<Session> newest_first(std::vector<Session> others, const Session& fresh) {
  std::erase_if(others, [&](const Session& other) { return other.id == fresh.id; });
  const auto is_newer = [&](const Session& other) { return other.id > fresh.id; };
  const auto place = std::stable_partition(others.begin(), others.end(), is_newer);
  others.insert(place, fresh);
  return others;
}

// Ids begin with their time. An id of the same millisecond as another one, or of a clock that is slow, is replaced by
// one of a moment later: then it is newer in every host's order.
void make_newer_than(const std::vector<Session>& before, Session& fresh, const Deps& deps) {
  for (const auto& session : before)
    fresh.created_at = std::max(fresh.created_at, session.created_at + milliseconds{1});
  if (!before.empty()) fresh.id = SessionId::make(fresh.created_at, deps.entropy);
}

// Each device keeps its newest session, and the user the newest ones of those.
void make_room(const std::vector<Session>& sessions, const Caller& caller, const Deps& deps) {
  const auto limit = static_cast<std::size_t>(deps.settings.limits.devices_per_user);
  std::set<std::string_view> devices;
  for (const auto& session : sessions) {
    if (!devices.insert(session.device_id).second) {
      end_sessions(OneSession{session.id, RevokeReason::replaced}, caller, deps);
    } else if (limit > 0 && devices.size() > limit) {
      end_sessions(OneSession{session.id, RevokeReason::evicted}, caller, deps);
    }
  }
}

// A sign-out everywhere, a new password or the user's deletion may have come between reading the user and
// writing the row. Then the new session has ended with the others, and the hosts must know it.
bool was_overtaken(const Session& session, const Caller& caller, const Deps& deps) {
  const auto state = deps.store.session(session.id, Freshness::causal);
  if (state && standing_of(*state, caller.now) == Standing::stands) return false;
  end_sessions(OneSession{session.id, RevokeReason::signed_out}, caller, deps);
  return true;
}

// The language that the client said; the browser's preference counts only until one was said.
std::optional<Language> language_to_note(const User& user, const DeviceDetails& device,
                                         const Caller& caller) {
  if (device.language || user.language) return device.language;
  return caller.language;
}

}  // namespace

Session make_session(const User& user, DeviceDetails device, std::string_view method, const Caller& caller,
                     const Deps& deps) {
  const auto& tokens = deps.settings.tokens;
  Session session;
  session.id = SessionId::make(caller.now, deps.entropy);
  session.user = user.id;
  session.device_id =
      device.id.empty() ? base64url_encode(view_of(random_array<16>(deps.entropy))) : std::move(device.id);
  session.device_name = std::move(device.name);
  session.nonce = random_array<16>(deps.entropy);
  session.user_epoch = user.epoch;
  session.method = method;
  session.authenticated_at = caller.now;
  if (method == password_method) session.amr = password_amr;
  session.transport = device.transport;
  session.user_agent = cut_utf8(caller.user_agent, 255);
  session.ip = caller.address.text();
  session.created_at = caller.now;
  session.idle_until = caller.now + tokens.refresh_ttl;
  if (tokens.session_max > seconds{0}) session.absolute_until = caller.now + tokens.session_max;
  return session;
}

std::variant<Grant, EndedByWatch> start_session(User user, DeviceDetails device, std::string_view method,
                                                const Caller& caller, const Deps& deps) {
  const auto language = language_to_note(user, device, caller);
  const auto before = devices_of(user, caller, deps);
  auto session = make_session(user, std::move(device), method, caller, deps);
  make_newer_than(before, session, deps);
  deps.store.add_session(session);
  if (!was_overtaken(session, caller, deps))
    make_room(newest_first(devices_of(user, caller, deps), session), caller, deps);
  if (language) user.language = language;
  deps.store.note_sign_in(user.id, {.method = std::string(method), .language = language, .at = caller.now});
  user.last_method = method;
  record({.kind = EventKind::signed_in,
          .user = user.id,
          .session = session.id,
          .detail = "signed in by " + std::string(method)},
         caller, deps);
  SessionState state{std::move(session), std::move(user)};
  if (watch_new_session(state, caller, deps)) return EndedByWatch{state.session.id};
  return make_grant(std::move(state), caller, deps);
}

}  // namespace cardea
