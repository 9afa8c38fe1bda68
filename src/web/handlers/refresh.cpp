#include "auth/refresh.h"

#include "web/delivery.h"
#include "web/handlers/handlers.h"
#include "web/handlers/input.h"
#include "web/handlers/refresh_refusal.h"
#include "web/refusal.h"

namespace cardea {
namespace {

constexpr std::size_t idempotency_key_limit = 255;

// The session is over for good: the browser need not present its remains again.
bool is_over(RefreshRefusal why) {
  return why == RefreshRefusal::expired || why == RefreshRefusal::revoked || why == RefreshRefusal::reused ||
         why == RefreshRefusal::disabled;
}

}  // namespace

Response handle_refresh(const Call& call) {
  const auto read = read_fields(call.request);
  if (const auto* refused = std::get_if<Response>(&read)) return *refused;
  auto tokens = read_tokens(std::get<Fields>(read), call);
  if (const auto* refused = std::get_if<Response>(&tokens)) return *refused;
  RefreshRequest request{.tokens = std::get<PresentedTokens>(std::move(tokens)), .idempotency_key = {}};
  const auto key = call.request.header("idempotency-key");
  if (key.size() > idempotency_key_limit)
    return refuse_request("The Idempotency-Key is longer than 255 bytes.");
  if (!key.empty()) request.idempotency_key = key;
  auto device = read_device_details(std::get<Fields>(read), call);
  if (const auto* refused = std::get_if<Response>(&device)) return *refused;
  request.device = std::get<DeviceDetails>(std::move(device));

  const auto outcome = refresh(request, call.caller, call.deps);
  if (const auto* grant = std::get_if<Grant>(&outcome)) {
    auto response = deliver(200, *grant, call.request.now, call.deps.settings);
    response.keyhole = grant->came_by;
    return response;
  }
  const auto why = std::get<RefreshRefusal>(outcome);
  auto response = refuse_refresh(why, 401);
  if (is_over(why)) delete_cookies(response, call.request.now, call.deps.settings);
  return response;
}

}  // namespace cardea
