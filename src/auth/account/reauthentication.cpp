#include "auth/account/reauthentication.h"

#include <utility>

#include "auth/account/letters.h"
#include "auth/account/mail_proof.h"
#include "auth/account/password.h"
#include "auth/account/throttle.h"
#include "auth/session/fresh.h"
#include "auth/session/rotation.h"
#include "auth/watch/events.h"

namespace cardea {
namespace {

using Answer = std::variant<Grant, ReauthenticationRefused>;
using Why = ReauthenticationRefusal;

constexpr int move_limit = 12;  // each further try means that another request moved the row

// What the client is and where it is stays as the row has it: the next refresh tells the watch of a change.
Rotation next_move(const SessionState& state, std::string_view amr, Transport came_by, const Caller& caller,
                   const Deps& deps) {
  const auto& session = state.session;
  const auto now = present_time(caller, deps);
  return {.session = session.id,
          .from = session.generation,
          .to = session.generation + 1,
          .user_epoch = session.user_epoch,
          .rotated_at = now,
          .idle_until = slide_idle_end(session, deps.settings.tokens, caller.now),
          .idempotency = std::nullopt,
          .user_agent = session.user_agent,
          .ip = session.ip,
          .transport = session.said_cookie() ? Transport::cookie_only : came_by,
          .proof = Reauthentication{.at = now, .amr = std::string(amr)}};
}

Session moved_session(Session session, const Rotation& moved) {
  session.generation = moved.to;
  session.rotated_at = moved.rotated_at;
  session.idle_until = moved.idle_until;
  session.idempotency = std::nullopt;
  session.transport = moved.transport;
  session.authenticated_at = moved.proof->at;
  session.amr = moved.proof->amr;
  return session;
}

// Moves the row. A refresh of another tab may come between: then the row is read again.
Answer move_on(const SessionId& id, std::string_view amr, Transport came_by, const Caller& caller,
               const Deps& deps) {
  for (int tries = 0; tries < move_limit; ++tries) {
    auto state = deps.store.session(id, Freshness::causal);
    if (!state || standing_of(*state, caller.now) != Standing::stands)
      return ReauthenticationRefused{.why = Why::session_ended};
    const auto move = next_move(*state, amr, came_by, caller, deps);
    if (deps.store.rotate(move) != RotationOutcome::moved) continue;
    state->session = moved_session(std::move(state->session), move);
    auto grant = make_grant(std::move(*state), caller, deps);
    grant.came_by = came_by;
    return grant;
  }
  throw StoreUnavailable("the session's row changed faster than it could be read");
}

struct Means {
  std::string_view amr;  // as in Session; may be empty
  std::string_view how;  // for the event
};

Answer accept(const SessionState& state, const Means& means, Transport came_by, const Caller& caller,
              const Deps& deps) {
  auto answer = move_on(state.session.id, means.amr, came_by, caller, deps);
  if (std::holds_alternative<Grant>(answer))
    record({.kind = EventKind::reauthenticated,
            .user = state.user.id,
            .session = state.session.id,
            .detail = "by " + std::string(means.how)},
           caller, deps);
  return answer;
}

ReauthenticationRefused refusal_of(const ProofRefused& refused) {
  switch (refused.why) {
    case ProofRefusal::too_many_attempts:
      return {.why = Why::too_many_attempts, .retry_after = refused.retry_after};
    case ProofRefusal::busy:
      return {.why = Why::busy, .retry_after = refused.retry_after};
    case ProofRefusal::stale:
    case ProofRefusal::wrong_password:
      break;
  }
  return {.why = Why::wrong_password};
}

// The tries of an account with a password are counted, too, so that a wrong code costs the same there.
std::optional<ReauthenticationRefused> refuse_code(const Secret& code, const SessionState& state,
                                                   const Caller& caller, const Deps& deps) {
  std::optional<LinkSubject> subject;
  if (state.user.password_hash.empty())
    subject = LinkSubject{
        .purpose = LinkPurpose::reauthenticate, .user = state.user.id, .session = state.session.id};
  const auto refused = check_code(state.user.email.key, subject, code, caller, deps);
  if (!refused) return std::nullopt;
  if (refused->why == MailProofRefusal::too_many_attempts)
    return ReauthenticationRefused{.why = Why::too_many_attempts, .retry_after = refused->retry_after};
  return ReauthenticationRefused{.why = Why::wrong_code, .tries_left = refused->tries_left};
}

}  // namespace

std::variant<Grant, ReauthenticationRefused> reauthenticate(const ReauthenticationProof& proof,
                                                            const SessionState& state, Transport came_by,
                                                            const Caller& caller, const Deps& deps) {
  if (proof.password.empty()) {
    if (const auto refused = refuse_code(proof.code, state, caller, deps)) return *refused;
    return accept(state, {.amr = {}, .how = "code"}, came_by, caller, deps);
  }
  const auto refused = prove_password(proof.password, "when asked again who they are", state, caller, deps);
  if (refused) return refusal_of(*refused);
  return accept(state, {.amr = password_amr, .how = "password"}, came_by, caller, deps);
}

std::optional<seconds> send_reauthentication_code(const SessionState& state, const Caller& caller,
                                                  const Deps& deps) {
  if (!state.user.password_hash.empty() || state.user.email.key.empty()) return std::nullopt;
  if (const auto wait = count_use(letters_by_strangers(state.user.email.key), caller, deps)) return wait;
  renew_code_tries(state.user.email.key, deps);
  auto facts = facts_of_act(caller.user_agent, caller);
  facts.session = state.session.id;
  post(letter_to(recipient_of(state.user), LetterKind::reauthenticate, std::move(facts), caller, deps), deps);
  return std::nullopt;
}

std::variant<Grant, ReauthenticationRefused> reauthenticate_by_provider(const Person& person,
                                                                        Instant asked_at,
                                                                        const SessionState& state,
                                                                        const Caller& caller,
                                                                        const Deps& deps) {
  const auto held = deps.store.provider_identity(person.issuer, person.subject);
  const bool asked_again = person.authenticated_at != never &&
                           person.authenticated_at + deps.settings.tokens.clock_skew >= asked_at;
  if (!held || held->user != state.user.id || !asked_again)
    return ReauthenticationRefused{.why = Why::wrong_person};
  return accept(state, {.amr = {}, .how = person.provider}, Transport::cookie, caller, deps);
}

}  // namespace cardea
