#include "auth/session/legacy.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "auth/session/rotation.h"
#include "auth/watch/events.h"
#include "base/digest.h"
#include "token/legacy_token.h"

namespace cardea {
namespace {

using Outcome = std::variant<Exchange, RefreshRefusal>;

std::optional<LegacyClaims> legacy_claims(std::string_view token, const Caller& caller, const Deps& deps) {
  for (const auto& key : deps.keys.legacy_keys()) {
    auto claims = verify_legacy_token(token, key, caller.now, deps.settings.tokens.clock_skew);
    if (claims) return claims;
  }
  return std::nullopt;
}

// The first sign-out everywhere, new password or disabling ends the tokens of the former system, too: nothing
// tells whether they were issued before it.
bool counts_for(const User& user) {
  return user.epoch == 0 && user.status == UserStatus::active;
}

// One for each token, so that a page which knows people by it does not take two for one.
SessionId stand_in_session(std::string_view token) {
  const auto digest = sha256(token);
  return SessionId::of_bytes(view_of(digest).substr(0, 16));
}

// An old access token becomes known when it is exchanged: as waiting, for its user.
std::optional<LegacyToken> note_access_token(std::string_view token, const Caller& caller, const Deps& deps) {
  const auto claims = legacy_claims(token, caller, deps);
  if (!claims) return std::nullopt;
  const auto user = deps.store.user_of_identity(legacy_provider, claims->subject);
  if (!user) return std::nullopt;
  const LegacyToken row{.digest = sha256(token),
                        .user = user->id,
                        .expires_at = claims->expires_at,
                        .session = {},
                        .exchanged_at = never};
  (void)deps.store.add_legacy_token(row);  // not added: somebody else was first
  return deps.store.legacy_token(row.digest);
}

// What has the shape of one of ours and is none was made by a stranger: the database is not asked about it,
// nor about anything else where nothing was imported.
std::optional<LegacyToken> find_refresh_token(const PresentedTokens& tokens, const Caller& caller,
                                              const Deps& deps) {
  for (const auto& token : tokens.refresh) {
    if (token.text.size() == refresh_token_size || !deps.store.may_have_legacy_tokens(caller.now)) continue;
    if (auto found = deps.store.legacy_token(sha256(token.text))) return found;
  }
  return std::nullopt;
}

// One that has been exchanged is still known when it or its key has ended.
std::optional<LegacyToken> find_access_token(const PresentedTokens& tokens, const Caller& caller,
                                             const Deps& deps) {
  const auto is_ours = [&](const PresentedToken& token) {
    return std::ranges::any_of(deps.keys.legacy_keys(),
                               [&](const LegacyKey& key) { return is_signed_with(key, token.text); });
  };
  std::vector<std::string_view> signed_ones;
  for (const auto& token : tokens.access)
    if (is_ours(token)) signed_ones.push_back(token.text);
  for (const auto token : signed_ones)
    if (auto found = deps.store.legacy_token(sha256(token))) return found;
  for (const auto token : signed_ones)
    if (auto found = note_access_token(token, caller, deps)) return found;
  return std::nullopt;
}

std::optional<LegacyToken> find_token(const PresentedTokens& tokens, const Caller& caller, const Deps& deps) {
  auto found = find_refresh_token(tokens, caller, deps);
  return found ? found : find_access_token(tokens, caller, deps);
}

Transport transport_of(const PresentedTokens& tokens, const LegacyToken& known) {
  return transport_of(tokens,
                      [&](const PresentedToken& token) { return sha256(token.text) == known.digest; });
}

// The row counts as just moved, from the old token to its own first.
Session exchanged_session(const LegacyToken& token, const User& user, const RefreshRequest& request,
                          const Caller& caller, const Deps& deps) {
  DeviceDetails device = request.device;
  device.transport = transport_of(request.tokens, token);
  auto session = make_session(user, std::move(device), legacy_provider, caller, deps);
  session.id = token.session;
  session.generation = 1;
  session.rotated_at = caller.now;
  if (request.idempotency_key) session.idempotency = sha256(*request.idempotency_key);
  return session;
}

// The claim comes first and the session's row after it: whoever finds the one without the other, because its
// maker was interrupted or is still at it, completes it. The first row that arrives is the one.
Outcome complete(const LegacyToken& token, const User& user, const RefreshRequest& request,
                 const Caller& caller, const Deps& deps) {
  const Exchange exchange{token.session, transport_of(request.tokens, token)};
  if (deps.store.session(token.session, Freshness::causal)) return exchange;
  if (!counts_for(user)) return RefreshRefusal::revoked;
  // Long after the exchange the row has not yet to come: it has been removed.
  if (caller.now - token.exchanged_at > idempotency_window) return RefreshRefusal::revoked;
  deps.store.add_session(exchanged_session(token, user, request, caller, deps));
  return exchange;
}

void record_exchange(const LegacyToken& token, const Caller& caller, const Deps& deps) {
  record({.kind = EventKind::signed_in,
          .user = token.user,
          .session = token.session,
          .detail = "moved in with a token of the former system"},
         caller, deps);
}

}  // namespace

std::optional<AccessClaims> verify_legacy(std::string_view token, const Caller& caller, const Deps& deps) {
  auto claims = legacy_claims(token, caller, deps);
  if (!claims) return std::nullopt;
  const auto user = deps.store.user_of_identity(legacy_provider, claims->subject);
  if (!user || !counts_for(*user)) return std::nullopt;
  AccessClaims ours{.user = user->id,
                    .session = stand_in_session(token),
                    .device = {},
                    .scope = user->scope,
                    .issued_at = claims->issued_at,
                    .expires_at = claims->expires_at,
                    .token_id = {}};
  const auto& tokens = deps.settings.tokens;
  if (deps.verified)
    deps.verified->keep(token, {tokens.issuer, tokens.audience, deps.keys.generation()}, {.claims = ours});
  return ours;
}

bool is_legacy(const AccessClaims& claims) {
  return claims.device.empty();
}

std::optional<Outcome> exchange_legacy(const RefreshRequest& request, const Caller& caller,
                                       const Deps& deps) {
  auto token = find_token(request.tokens, caller, deps);
  if (!token) return std::nullopt;
  const auto user = deps.store.user_by_id(token->user);
  if (!user) return RefreshRefusal::malformed;
  if (user->status == UserStatus::disabled) return RefreshRefusal::disabled;
  if (token->exchanged_at == never) {
    if (caller.now >= token->expires_at) return RefreshRefusal::expired;
    if (!counts_for(*user)) return RefreshRefusal::revoked;
    const auto session = SessionId::make(caller.now, deps.entropy);
    deps.store.claim_legacy_token(token->digest, session, caller.now);
    token = deps.store.legacy_token(token->digest);
    if (!token || token->exchanged_at == never) return RefreshRefusal::malformed;
    if (token->session == session) record_exchange(*token, caller, deps);
  }
  return complete(*token, *user, request, caller, deps);
}

}  // namespace cardea
