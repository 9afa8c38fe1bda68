#include "auth/introspection.h"

#include <utility>

#include "auth/rotation.h"
#include "auth/standing.h"
#include "auth/verify.h"
#include "token/refresh_token.h"

namespace cardea {
namespace {

std::optional<LiveToken> look_at_access_token(std::string_view token, const Caller& caller,
                                              const Deps& deps) {
  auto verified = verify_access_token(token, token_policy(deps.settings), deps.keys, caller.now);
  auto* claims = std::get_if<AccessClaims>(&verified);
  if (claims == nullptr) return std::nullopt;
  auto state = deps.store.session(claims->session, Freshness::causal);
  if (!state || state->user.id != claims->user) return std::nullopt;
  if (standing_of(*state, caller.now) != Standing::stands) return std::nullopt;
  const auto end = claims->expires_at;
  return LiveToken{.state = std::move(*state), .claims = std::move(*claims), .expires_at = end};
}

// Everything but a spent token: what would be renewed is good.
bool would_be_taken(const Session& row, Generation generation, const Caller& caller, const Deps& deps) {
  const Presentation presented{.generation = generation, .idempotency = {}, .now = caller.now};
  return decide_rotation(row, presented, deps.settings.tokens) != RotationStep::reuse;
}

std::optional<LiveToken> look_at_refresh_token(std::string_view token, const Caller& caller,
                                               const Deps& deps) {
  const auto ticket = open_refresh_token(token, deps.keys, caller.now);
  if (!ticket) return std::nullopt;
  auto state = deps.store.session(ticket->session, Freshness::causal);
  if (!state || !ticket_matches_nonce(*ticket, state->session.nonce)) return std::nullopt;
  if (standing_of(*state, caller.now) != Standing::stands) return std::nullopt;
  if (!would_be_taken(state->session, ticket->generation, caller, deps)) return std::nullopt;
  const auto end = end_of(state->session);
  return LiveToken{.state = std::move(*state), .claims = std::nullopt, .expires_at = end};
}

}  // namespace

std::optional<LiveToken> look_at_token(std::string_view token, const Caller& caller, const Deps& deps) {
  if (auto access = look_at_access_token(token, caller, deps)) return access;
  return look_at_refresh_token(token, caller, deps);
}

}  // namespace cardea
