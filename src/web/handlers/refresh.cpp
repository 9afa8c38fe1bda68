#include "auth/refresh.h"

#include "web/delivery.h"
#include "web/handlers/handlers.h"
#include "web/handlers/input.h"
#include "web/refusal.h"

namespace cardea {
namespace {

constexpr std::size_t idempotency_key_limit = 255;

Response invalid_grant(std::string_view reason, std::string_view description) {
  return refuse({.status = 401, .error = "invalid_grant", .reason = reason, .description = description});
}

Response refuse_refresh(RefreshRefusal why) {
  switch (why) {
    case RefreshRefusal::missing:
      return invalid_grant("missing", "No refresh token reached this server.");
    case RefreshRefusal::wrong_transport:
      return invalid_grant("wrong_transport",
                           "This site takes its refresh token by cookie only, not in a body.");
    case RefreshRefusal::malformed:
      return invalid_grant("malformed", "The refresh token provided is not one of ours.");
    case RefreshRefusal::companion_missing:
      return invalid_grant(
          "missing",
          "The refresh token provided counts only together with the access token of its session, "
          "which did not come with it; it may be expired.");
    case RefreshRefusal::companion_invalid:
      return invalid_grant("bad_signature",
                           "The access token provided beside the refresh token is not one of ours.");
    case RefreshRefusal::other_session:
      return invalid_grant("other_session",
                           "The access token and the refresh token provided are of two sessions.");
    case RefreshRefusal::expired:
      return invalid_grant("expired", "The refresh token provided has expired.");
    case RefreshRefusal::revoked:
      return invalid_grant("revoked", "This session has been signed out.");
    case RefreshRefusal::disabled:
      return refuse({.status = 403,
                     .error = "account_disabled",
                     .reason = "revoked",
                     .description = "This account has been disabled."});
    case RefreshRefusal::reused:
      return invalid_grant(
          "reused", "The refresh token provided had been used before; this device has been signed out.");
  }
  return invalid_grant("malformed", "The refresh token provided is not one of ours.");
}

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

  const auto outcome = refresh(request, call.caller, call.deps);
  if (const auto* grant = std::get_if<Grant>(&outcome))
    return deliver(200, *grant, call.request.now, call.deps.settings);
  const auto why = std::get<RefreshRefusal>(outcome);
  auto response = refuse_refresh(why);
  if (is_over(why)) delete_cookies(response, call.request.now, call.deps.settings);
  return response;
}

}  // namespace cardea
