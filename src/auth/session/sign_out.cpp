#include "auth/session/sign_out.h"

#include <algorithm>
#include <tuple>

#include "auth/account/letters.h"
#include "auth/session/context.h"
#include "auth/session/end.h"
#include "auth/watch/events.h"
#include "auth/watch/watch.h"
#include "token/link_token.h"
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
      verify_companion_token(token.text, token_policy(deps.settings, deps.verified), deps.keys, caller.now);
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

std::optional<SessionState> disown_device(std::string_view token, const Caller& caller, const Deps& deps) {
  const auto ticket = open_link_token(token, LinkPurpose::sign_out_device, deps.keys, caller.now);
  if (!ticket) return std::nullopt;
  const LinkSubject subject{
      .purpose = LinkPurpose::sign_out_device, .user = ticket->link.user, .session = ticket->link.session};
  const auto bound_to = link_state(subject, deps.store);
  if (!bound_to || !link_matches_state(*ticket, *bound_to, deps.keys, caller.now)) return std::nullopt;
  auto state = deps.store.session(ticket->link.session, Freshness::causal);
  if (!state) return std::nullopt;
  if (end_sessions(OneSession{state->session.id, RevokeReason::disowned}, caller, deps))
    record({.kind = EventKind::device_disowned,
            .user = state->user.id,
            .session = state->session.id,
            .detail = ""},
           caller, deps);
  return state;
}

std::vector<Session> devices_of(const User& user, const Caller& caller, const Deps& deps) {
  auto sessions = deps.store.open_sessions_of(user.id);
  std::erase_if(sessions, [&](const Session& session) {
    return standing_of({session, user}, caller.now) != Standing::stands;
  });
  std::sort(sessions.begin(), sessions.end(), [](const Session& left, const Session& right) {
    return std::tuple(left.last_seen_at(), left.id) > std::tuple(right.last_seen_at(), right.id);
  });
  return sessions;
}

std::optional<std::string> device_words(const Session& session) {
  const auto platform = platform_of(session.user_agent);
  const std::string name(platform_name(platform));
  if (platform == Platform::other)
    return session.device_name.empty() ? std::nullopt : std::optional{session.device_name};
  return session.device_name.empty() ? name : session.device_name + " (" + name + ")";
}

const Session* session_of(const Event& event, const std::vector<Session>& sessions) {
  const auto found = std::find_if(sessions.begin(), sessions.end(), [&](const Session& session) {
    return event.session && session.id == *event.session;
  });
  return found == sessions.end() ? nullptr : &*found;
}

bool sign_out_device(const User& user, std::string_view device_id, const Caller& caller, const Deps& deps) {
  bool ended = false;
  for (const auto& session : devices_of(user, caller, deps)) {
    if (session.device_id != device_id) continue;
    if (!end_sessions(OneSession{session.id, RevokeReason::signed_out_by_owner}, caller, deps)) continue;
    ended = true;
    record({.kind = EventKind::device_signed_out,
            .user = user.id,
            .session = session.id,
            .detail = "signed out from the list of devices"},
           caller, deps);
  }
  return ended;
}

}  // namespace cardea
