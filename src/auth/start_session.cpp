#include "auth/start_session.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "auth/devices.h"
#include "auth/history.h"
#include "base/encoding.h"
#include "base/utf8.h"

namespace cardea {
namespace {

void end(const Session& session, RevokeReason reason, const Caller& caller, const Deps& deps) {
  (void)deps.store.revoke({.session = session.id, .reason = reason, .at = caller.now});
}

// `others` are the live sessions that were there before the new one, the most recently seen first.
void make_room(std::vector<Session> others, const Session& fresh, const Caller& caller, const Deps& deps) {
  const auto same_device = [&](const Session& other) { return other.device_id == fresh.device_id; };
  for (const auto& other : others)
    if (same_device(other)) end(other, RevokeReason::replaced, caller, deps);
  std::erase_if(others, same_device);

  const auto limit = static_cast<std::size_t>(deps.settings.limits.devices_per_user);
  if (limit == 0 || others.size() < limit) return;
  for (auto oldest = others.begin() + static_cast<std::ptrdiff_t>(limit) - 1; oldest != others.end();
       ++oldest)
    end(*oldest, RevokeReason::evicted, caller, deps);
}

// What was said counts; what a browser likes, only until something was said.
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
  session.keyhole = device.keyhole;
  session.user_agent = cut_utf8(caller.user_agent, 255);
  session.ip = caller.address.text();
  session.created_at = caller.now;
  session.idle_until = caller.now + tokens.refresh_ttl;
  if (tokens.session_max > seconds{0}) session.absolute_until = caller.now + tokens.session_max;
  return session;
}

Grant start_session(User user, DeviceDetails device, std::string_view method, const Caller& caller,
                    const Deps& deps) {
  const auto language = language_to_note(user, device, caller);
  auto others = devices_of(user, caller, deps);
  auto session = make_session(user, std::move(device), method, caller, deps);
  deps.store.add_session(session);
  make_room(std::move(others), session, caller, deps);
  if (language) user.language = language;
  deps.store.note_sign_in(user.id, {.method = std::string(method), .language = language, .at = caller.now});
  record({.kind = EventKind::signed_in,
          .user = user.id,
          .session = session.id,
          .detail = "signed in by " + std::string(method)},
         caller, deps);
  return make_grant({std::move(session), std::move(user)}, caller, deps);
}

}  // namespace cardea
