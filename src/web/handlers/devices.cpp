#include "auth/devices.h"

#include "web/delivery.h"
#include "web/handlers/access.h"
#include "web/handlers/handlers.h"
#include "web/handlers/input.h"
#include "web/json_answer.h"
#include "web/refusal.h"

namespace cardea {
namespace {

Json device_json(const Session& session, const SessionId& current) {
  return {{"id", session.device_id},
          {"name", session.device_name},
          {"created_at", unix_seconds(session.created_at)},
          {"last_seen_at", unix_seconds(session.last_seen_at())},
          {"ip", session.ip},
          {"user_agent", session.user_agent},
          {"current", session.id == current}};
}

Response revoke_device(Fields&, const Call& call) {
  const auto caller = caller_session(call);
  if (const auto* refused = std::get_if<Response>(&caller)) return *refused;
  const auto& user = std::get<SessionState>(caller).user;
  if (!sign_out_device(user, call.captured, call.caller, call.deps))
    return refuse({.status = 404,
                   .error = "not_found",
                   .reason = {},
                   .description = "No device of that id is signed in to this account."});
  return empty_answer(204);
}

}  // namespace

Response handle_devices(const Call& call) {
  const auto caller = caller_session(call);
  if (const auto* refused = std::get_if<Response>(&caller)) return *refused;
  const auto& [current, user] = std::get<SessionState>(caller);
  auto devices = Json::array();
  for (const auto& session : devices_of(user, call.caller, call.deps))
    devices.push_back(device_json(session, current.id));
  auto response = json_answer(200, {{"devices", std::move(devices)}});
  response.keyhole = keyhole_of(call.request);
  return response;
}

Response handle_revoke_device(const Call& call) {
  return answer_account_form(call, revoke_device);
}

}  // namespace cardea
