#include "auth/session/grant.h"

#include <algorithm>
#include <utility>

#include "auth/session/context.h"
#include "base/encoding.h"
#include "token/refresh_token.h"

namespace cardea {
namespace {

Instant access_end(const Session& session, const Settings& settings, Instant now) {
  const Instant full = now + settings.tokens.access_ttl;
  return session.absolute_until == never ? full : std::min(full, session.absolute_until);
}

}  // namespace

Grant make_grant(SessionState state, const Caller& caller, const Deps& deps) {
  const auto& session = state.session;
  const AccessClaims claims{.user = state.user.id,
                            .session = session.id,
                            .device = session.device_id,
                            .scope = state.user.scope,
                            .issued_at = caller.now,
                            .expires_at = access_end(session, deps.settings, caller.now),
                            .token_id = base64url_encode(view_of(random_array<16>(deps.entropy))),
                            .authenticated_at = session.authenticated_at,
                            .amr = session.amr,
                            .proven = state.user.email_proven_at != never && !state.user.email.key.empty()};
  Grant grant;
  grant.access_token = Secret(issue_access_token(claims, token_policy(deps.settings), deps.keys, caller.now));
  // The key that was current when the row last moved, not today's: a repeated answer must have the same bytes.
  // Read after the token was issued, because issuing reads the key directory and may replace the keys.
  const auto& refresh_key = deps.keys.refresh_signing(session.last_seen_at());
  grant.access_expires = claims.expires_at;
  grant.refresh_token = derive_refresh_token(session.id, session.generation, session.nonce, refresh_key);
  grant.refresh_expires = end_of(session);
  grant.user = std::move(state.user);
  grant.session = std::move(state.session);
  return grant;
}

}  // namespace cardea
