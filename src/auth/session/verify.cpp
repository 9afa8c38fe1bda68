#include "auth/session/verify.h"

#include <optional>
#include <utility>

#include "auth/session/context.h"
#include "auth/session/legacy.h"
#include "auth/session/rotation.h"
#include "token/refresh_token.h"

namespace cardea {
namespace {

std::string_view next_word(std::string_view& text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  const auto word = text.substr(0, text.find(' '));
  text.remove_prefix(word.size());
  return word;
}

bool has_word(std::string_view text, std::string_view wanted) {
  for (auto word = next_word(text); !word.empty(); word = next_word(text))
    if (word == wanted) return true;
  return false;
}

// A legacy token has no session row, only a user.
std::variant<SessionState, TokenFault> look_at_legacy_user(const AccessClaims& claims, const Deps& deps) {
  auto user = deps.store.user_by_id(claims.user);
  if (!user) return TokenFault::revoked;
  if (user->status == UserStatus::disabled) return TokenFault::disabled;
  if (user->epoch != 0) return TokenFault::revoked;
  SessionState state;
  state.session.id = claims.session;
  state.session.user = user->id;
  state.session.method = legacy_provider;
  state.user = std::move(*user);
  return state;
}

// An access token that was issued before the last reauthentication proves no more than it did then.
void keep_to_token(Session& session, Instant token_says) {
  if (token_says < std::chrono::floor<seconds>(session.authenticated_at))
    session.authenticated_at = token_says;
}

// Where the caller learns whether a session has ended: from the file of this host, or afterwards from the database.
enum class EndingsBy { file, database };

std::variant<AccessClaims, TokenFault> first_valid(const PresentedTokens& tokens, EndingsBy endings,
                                                   const Caller& caller, const Deps& deps) {
  const auto policy = token_policy(deps.settings, deps.verified);
  std::optional<TokenFault> first_fault;
  for (const auto& token : tokens.access) {
    auto verified = verify_access_token(token.text, policy, deps.keys, caller.now);
    auto* claims = std::get_if<AccessClaims>(&verified);
    const bool valid = claims != nullptr && (endings == EndingsBy::database ||
                                             !deps.revoked.contains(claims->session, caller.now));
    if (valid) return std::move(*claims);
    if (claims != nullptr) {
      first_fault = first_fault.value_or(TokenFault::revoked);
      continue;
    }
    if (auto legacy = verify_legacy(token.text, caller, deps)) return std::move(*legacy);
    first_fault = first_fault.value_or(std::get<TokenFault>(verified));
  }
  if (first_fault) return *first_fault;
  return tokens.header_refused ? TokenFault::wrong_transport : TokenFault::missing;
}

}  // namespace

std::variant<AccessClaims, TokenFault> verify(const PresentedTokens& tokens, const Caller& caller,
                                              const Deps& deps) {
  return first_valid(tokens, EndingsBy::file, caller, deps);
}

std::variant<SessionState, TokenFault> verify_live(const PresentedTokens& tokens, const Caller& caller,
                                                   const Deps& deps) {
  const auto verified = first_valid(tokens, EndingsBy::database, caller, deps);
  if (const auto* refusal = std::get_if<TokenFault>(&verified)) return *refusal;
  const auto& claims = std::get<AccessClaims>(verified);
  if (is_legacy(claims)) return look_at_legacy_user(claims, deps);
  auto state = deps.store.session(claims.session, Freshness::causal);
  if (!state || state->user.id != claims.user) return TokenFault::revoked;
  switch (standing_of(*state, caller.now)) {
    case Standing::stands:
      keep_to_token(state->session, claims.authenticated_at);
      return std::move(*state);
    case Standing::disabled:
      return TokenFault::disabled;
    case Standing::revoked:
    case Standing::ended:
      return TokenFault::revoked;
    case Standing::expired:
      return TokenFault::expired;
  }
  return TokenFault::revoked;
}

bool scope_covers(std::string_view granted, std::string_view wanted) {
  for (auto word = next_word(wanted); !word.empty(); word = next_word(wanted))
    if (!has_word(granted, word)) return false;
  return true;
}

namespace {

std::optional<LiveToken> look_at_access_token(std::string_view token, const Caller& caller,
                                              const Deps& deps) {
  auto verified =
      verify_access_token(token, token_policy(deps.settings, deps.verified), deps.keys, caller.now);
  auto* claims = std::get_if<AccessClaims>(&verified);
  if (claims == nullptr) return std::nullopt;
  auto state = deps.store.session(claims->session, Freshness::causal);
  if (!state || state->user.id != claims->user) return std::nullopt;
  if (standing_of(*state, caller.now) != Standing::stands) return std::nullopt;
  const auto end = claims->expires_at;
  return LiveToken{.state = std::move(*state), .claims = std::move(*claims), .expires_at = end};
}

// Whether a refresh would accept it: yes unless it is a spent token.
bool would_be_accepted(const Session& row, Generation generation, const Caller& caller, const Deps& deps) {
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
  if (!would_be_accepted(state->session, ticket->generation, caller, deps)) return std::nullopt;
  const auto end = end_of(state->session);
  return LiveToken{.state = std::move(*state), .claims = std::nullopt, .expires_at = end};
}

}  // namespace

std::optional<LiveToken> look_at_token(std::string_view token, const Caller& caller, const Deps& deps) {
  if (auto access = look_at_access_token(token, caller, deps)) return access;
  return look_at_refresh_token(token, caller, deps);
}

}  // namespace cardea
