#include "auth/session/grant.h"

#include <algorithm>
#include <utility>
#include <vector>

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

namespace {

std::vector<RefreshTicket> open_all(const std::vector<PresentedToken>& tokens, const Caller& caller,
                                    const Deps& deps) {
  std::vector<RefreshTicket> tickets;
  for (const auto& token : tokens) {
    auto ticket = open_refresh_token(token.text, deps.keys, caller.now);
    if (ticket) tickets.push_back(std::move(*ticket));
  }
  return tickets;
}

// Beside a refresh token in a body, a cookie is no companion that the client chose: browsers send cookies by
// themselves. So an invalid cookie there is no reason to refuse.
bool was_sent_on_purpose(const PresentedToken& access, TokenPlace refresh_place) {
  return refresh_place == TokenPlace::cookie || access.place != TokenPlace::cookie;
}

struct Companions {
  std::vector<AccessClaims> claims;
  bool any_given = false;
};

Companions verify_companions(const PresentedTokens& tokens, const Caller& caller, const Deps& deps) {
  Companions companions;
  const auto policy = token_policy(deps.settings, deps.verified);
  for (const auto& token : tokens.access) {
    companions.any_given |= was_sent_on_purpose(token, tokens.refresh.front().place);
    auto verified = verify_companion_token(token.text, policy, deps.keys, caller.now);
    if (auto* claims = std::get_if<AccessClaims>(&verified)) companions.claims.push_back(std::move(*claims));
  }
  return companions;
}

std::optional<Pairing> match(std::vector<RefreshTicket>& tickets, const std::vector<AccessClaims>& claims) {
  for (auto& ticket : tickets) {
    const auto same_session = [&](const AccessClaims& claim) { return claim.session == ticket.session; };
    const auto found = std::find_if(claims.begin(), claims.end(), same_session);
    if (found != claims.end()) return Pairing{std::move(ticket), found->user};
  }
  return std::nullopt;
}

}  // namespace

std::variant<Pairing, RefreshRefusal> pair_tokens(const PresentedTokens& tokens, const Caller& caller,
                                                  const Deps& deps) {
  if (tokens.refresh.empty())
    return tokens.header_refused ? RefreshRefusal::wrong_transport : RefreshRefusal::missing;
  auto tickets = open_all(tokens.refresh, caller, deps);
  if (tickets.empty()) return RefreshRefusal::malformed;

  const auto companions = verify_companions(tokens, caller, deps);
  if (auto pairing = match(tickets, companions.claims)) return std::move(*pairing);

  const bool by_cookie = tokens.refresh.front().place == TokenPlace::cookie;
  const bool needed = by_cookie || deps.settings.tokens.refresh_needs_access_token;
  if (!companions.any_given) {
    if (needed) return RefreshRefusal::companion_missing;
    return Pairing{std::move(tickets.front()), std::nullopt};
  }
  return companions.claims.empty() ? RefreshRefusal::companion_invalid : RefreshRefusal::other_session;
}

Transport transport_of_session(const PresentedTokens& tokens, const SessionId& session, const Caller& caller,
                               const Deps& deps) {
  return transport_of(tokens, [&](const PresentedToken& token) {
    const auto ticket = open_refresh_token(token.text, deps.keys, caller.now);
    if (ticket) return ticket->session == session;
    const auto verified =
        verify_companion_token(token.text, token_policy(deps.settings, deps.verified), deps.keys, caller.now);
    const auto* claims = std::get_if<AccessClaims>(&verified);
    return claims != nullptr && claims->session == session;
  });
}

}  // namespace cardea
