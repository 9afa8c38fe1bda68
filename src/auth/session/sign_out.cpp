#include "auth/session/sign_out.h"

#include <algorithm>
#include <tuple>

#include "auth/account/letters.h"
#include "auth/session/context.h"
#include "auth/session/end.h"
#include "auth/watch/events.h"
#include "auth/watch/watch.h"
#include "base/email.h"
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

namespace {

constexpr int sessions_of_code = 50;  // the newest, which a code may be about

std::optional<SessionState> session_of_link(std::string_view token, const Caller& caller, const Deps& deps) {
  const auto ticket = open_link_token(token, LinkPurpose::sign_out_device, deps.keys, caller.now);
  if (!ticket) return std::nullopt;
  const LinkSubject subject{
      .purpose = LinkPurpose::sign_out_device, .user = ticket->link.user, .session = ticket->link.session};
  const auto state = link_state(subject, deps.store);
  if (!state || !link_matches_state(*ticket, *state, deps.keys, caller.now)) return std::nullopt;
  return deps.store.session(subject.session, Freshness::causal);
}

std::variant<SessionState, MailProofRefused> session_of_code(const MailProof& proof, const Caller& caller,
                                                             const Deps& deps) {
  const auto email = parse_email(proof.email);
  if (!email) return MailProofRefused{.why = MailProofRefusal::bad_code, .tries_left = code_tries};
  std::vector<CodeCandidate> candidates;
  const auto user = deps.store.user_of(*email);
  // The same statements run if there is no such user: no row has that id.
  const auto id = user ? user->id : UserId{};
  for (const auto& session : deps.store.latest_sessions_of(id, sessions_of_code))
    candidates.push_back({{.purpose = LinkPurpose::sign_out_device, .user = id, .session = session.id},
                          state_of_session(session)});
  const auto found = check_code_of_any(email->key, candidates, proof.code, caller, deps);
  if (const auto* refused = std::get_if<MailProofRefused>(&found)) return *refused;
  auto state = deps.store.session(std::get<LinkSubject>(found).session, Freshness::causal);
  if (!state) return MailProofRefused{.why = MailProofRefusal::bad_code};
  return *std::move(state);
}

std::variant<SessionState, MailProofRefused> session_of_proof(const MailProof& proof, const Caller& caller,
                                                              const Deps& deps) {
  if (proof.token.empty()) return session_of_code(proof, caller, deps);
  auto state = session_of_link(proof.token.reveal(), caller, deps);
  if (!state) return MailProofRefused{};
  return *std::move(state);
}

}  // namespace

std::variant<SessionState, MailProofRefused> disown_device(const MailProof& proof, const Caller& caller,
                                                           const Deps& deps) {
  auto found = session_of_proof(proof, caller, deps);
  const auto* state = std::get_if<SessionState>(&found);
  if (state != nullptr && end_sessions(OneSession{state->session.id, RevokeReason::disowned}, caller, deps))
    record({.kind = EventKind::device_disowned,
            .user = state->user.id,
            .session = state->session.id,
            .detail = ""},
           caller, deps);
  return found;
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
