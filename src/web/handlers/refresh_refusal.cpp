#include "web/handlers/refresh_refusal.h"

#include "web/refusal.h"

namespace cardea {
namespace {

struct Words {
  std::string_view reason;
  std::string_view description;
};

Words words_for(RefreshRefusal why) {
  switch (why) {
    case RefreshRefusal::missing:
      return {"missing", "No refresh token reached this server."};
    case RefreshRefusal::wrong_transport:
      return {"wrong_transport", "This site takes its refresh token by cookie only, not in a body."};
    case RefreshRefusal::malformed:
      return {"malformed", "The refresh token provided is not one of ours."};
    case RefreshRefusal::companion_missing:
      return {"missing",
              "The refresh token provided counts only together with the access token of its session, "
              "which did not come with it; it may be expired."};
    case RefreshRefusal::companion_invalid:
      return {"bad_signature", "The access token provided beside the refresh token is not one of ours."};
    case RefreshRefusal::other_session:
      return {"other_session", "The access token and the refresh token provided are of two sessions."};
    case RefreshRefusal::expired:
      return {"expired", "The refresh token provided has expired."};
    case RefreshRefusal::revoked:
      return {"revoked", "This session has been signed out."};
    case RefreshRefusal::disabled:
      return {"revoked", "This account has been disabled."};
    case RefreshRefusal::reused:
      return {"reused", "The refresh token provided had been used before; this device has been signed out."};
  }
  return {"malformed", "The refresh token provided is not one of ours."};
}

}  // namespace

Response refuse_refresh(RefreshRefusal why, int status) {
  const auto [reason, description] = words_for(why);
  const bool account = why == RefreshRefusal::disabled && status == 401;
  return refuse({.status = account ? 403 : status,
                 .error = account ? "account_disabled" : "invalid_grant",
                 .reason = reason,
                 .description = description});
}

}  // namespace cardea
