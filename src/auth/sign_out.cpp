#include "auth/sign_out.h"

#include "auth/history.h"
#include "auth/revocation.h"
#include "auth/standing.h"
#include "token/refresh_token.h"

namespace cardea {
namespace {

std::optional<SessionState> standing_session(const SessionId& id, const Caller& caller, const Deps& deps) {
  auto state = deps.store.session(id, Freshness::causal);
  if (!state || standing_of(*state, caller.now) != Standing::stands) return std::nullopt;
  return state;
}

std::optional<SessionState> by_access_token(const PresentedToken& token, const Caller& caller,
                                            const Deps& deps) {
  const auto verified =
      verify_companion_token(token.text, token_policy(deps.settings), deps.keys, caller.now);
  const auto* claims = std::get_if<AccessClaims>(&verified);
  if (claims == nullptr) return std::nullopt;
  auto state = standing_session(claims->session, caller, deps);
  if (!state || state->user.id != claims->user) return std::nullopt;
  return state;
}

std::optional<SessionState> by_refresh_token(const PresentedToken& token, const Caller& caller,
                                             const Deps& deps) {
  const auto ticket = open_refresh_token(token.text, deps.keys, caller.now);
  if (!ticket) return std::nullopt;
  auto state = standing_session(ticket->session, caller, deps);
  if (!state || !ticket_matches_nonce(*ticket, state->session.nonce)) return std::nullopt;
  return state;
}

}  // namespace

std::optional<SessionState> session_to_end(const PresentedTokens& tokens, const Caller& caller,
                                           const Deps& deps) {
  for (const auto& token : tokens.access)
    if (auto state = by_access_token(token, caller, deps)) return state;
  for (const auto& token : tokens.refresh)
    if (auto state = by_refresh_token(token, caller, deps)) return state;
  return std::nullopt;
}

void sign_out(const SessionState& state, SignOutScope scope, const Caller& caller, const Deps& deps) {
  const auto& session = state.session;
  if (scope == SignOutScope::everywhere) {
    if (!end_sessions(AllSessions{state.user.id}, caller, deps)) return;
    record({.kind = EventKind::signed_out_everywhere,
            .user = state.user.id,
            .session = session.id,
            .detail = "signed out on all devices"},
           caller, deps);
    return;
  }
  if (!end_sessions(OneSession{session.id, RevokeReason::signed_out}, caller, deps)) return;
  record(
      {.kind = EventKind::signed_out, .user = state.user.id, .session = session.id, .detail = "signed out"},
      caller, deps);
}

}  // namespace cardea
