#include "auth/session/legacy.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "auth/session/rotation.h"
#include "auth/watch/events.h"
#include "base/digest.h"
#include "token/access_token.h"

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

// The first sign-out everywhere, new password or disabling ends the legacy tokens of a user, too: they do not say
// whether they were issued before it.
bool accepts_legacy_tokens(const User& user) {
  return user.epoch == 0 && user.status == UserStatus::active;
}

// Each token has its own, so that a page which keeps state by session does not mix two clients.
SessionId stand_in_session(std::string_view token) {
  const auto digest = sha256(token);
  return SessionId::of_bytes(view_of(digest).substr(0, 16));
}

// A legacy access token gets its row when it is exchanged.
std::optional<LegacyToken> add_access_token(std::string_view token, const Caller& caller, const Deps& deps) {
  const auto claims = legacy_claims(token, caller, deps);
  if (!claims) return std::nullopt;
  const auto user = deps.store.user_of_identity(legacy_provider, claims->subject);
  if (!user) return std::nullopt;
  const LegacyToken row{.digest = sha256(token),
                        .user = user->id,
                        .expires_at = claims->expires_at,
                        .session = {},
                        .exchanged_at = never};
  (void)deps.store.add_legacy_token(row);  // false: another request was first
  return deps.store.legacy_token(row.digest);
}

// The database is not asked about a token that looks like one of ours but is not valid, because it was invented;
// nor about any token if no legacy tokens were imported.
std::optional<LegacyToken> find_refresh_token(const PresentedTokens& tokens, const Caller& caller,
                                              const Deps& deps) {
  for (const auto& token : tokens.refresh) {
    if (token.text.size() == refresh_token_size || !deps.store.may_have_legacy_tokens(caller.now)) continue;
    if (auto found = deps.store.legacy_token(sha256(token.text))) return found;
  }
  return std::nullopt;
}

// A token that was exchanged is still found after it or its key has expired.
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
    if (auto found = add_access_token(token, caller, deps)) return found;
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

// The new row counts as just moved: from the legacy token to generation 1.
Session exchanged_session(const LegacyToken& token, const User& user, const RefreshRequest& request,
                          const Caller& caller, const Deps& deps) {
  DeviceDetails device = request.device;
  device.transport = transport_of(request.tokens, token);
  auto session = make_session(user, std::move(device), legacy_provider, caller, deps);
  session.id = token.session;
  session.generation = 1;
  session.rotated_at = caller.now;
  session.authenticated_at = never;
  if (request.idempotency_key) session.idempotency = sha256(*request.idempotency_key);
  return session;
}

// The token is claimed first, and the session's row is written after that. A request that finds the claim without
// the row (another request was interrupted, or is still running) writes the row; the first row that is written
// counts.
Outcome complete(const LegacyToken& token, const User& user, const RefreshRequest& request,
                 const Caller& caller, const Deps& deps) {
  const Exchange exchange{token.session, transport_of(request.tokens, token)};
  if (deps.store.session(token.session, Freshness::causal)) return exchange;
  if (!accepts_legacy_tokens(user)) return RefreshRefusal::revoked;
  // So long after the exchange the row is not missing because it is still to come: it was purged.
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
  if (!user || !accepts_legacy_tokens(*user)) return std::nullopt;
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
    if (!accepts_legacy_tokens(*user)) return RefreshRefusal::revoked;
    const auto session = SessionId::make(caller.now, deps.entropy);
    deps.store.claim_legacy_token(token->digest, session, caller.now);
    token = deps.store.legacy_token(token->digest);
    if (!token || token->exchanged_at == never) return RefreshRefusal::malformed;
    if (token->session == session) record_exchange(*token, caller, deps);
  }
  return complete(*token, *user, request, caller, deps);
}

}  // namespace cardea
