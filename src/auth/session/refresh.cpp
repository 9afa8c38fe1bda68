#include "auth/session/refresh.h"

#include <utility>

#include "auth/session/context.h"
#include "auth/session/end.h"
#include "auth/session/legacy.h"
#include "auth/session/rotation.h"
#include "auth/watch/alarm.h"
#include "auth/watch/events.h"
#include "base/digest.h"
#include "base/utf8.h"

namespace cardea {
namespace {

using Answer = std::variant<Grant, RefreshRefusal>;

constexpr int reading_limit = 12;  // each further reading means that another request changed the row
constexpr seconds slow_move{1};

std::optional<RefreshRefusal> refusal_of(Standing standing) {
  switch (standing) {
    case Standing::stands:
      return std::nullopt;
    case Standing::revoked:
    case Standing::ended:
      return RefreshRefusal::revoked;
    case Standing::disabled:
      return RefreshRefusal::disabled;
    case Standing::expired:
      return RefreshRefusal::expired;
  }
  return RefreshRefusal::revoked;
}

// Works out the answer to one refresh token.
class Refreshing {
 public:
  Refreshing(Pairing pairing, Transport transport, const RefreshRequest& request, const Caller& caller,
             const Deps& deps)
      : pairing_(std::move(pairing)),
        transport_(transport),
        answers_in_body_(request.answers_in_body),
        caller_(caller),
        deps_(deps) {
    presented_ = {.generation = pairing_.ticket.generation,
                  .idempotency = {},
                  .now = caller.now,
                  .read_at = caller.now};
    if (request.idempotency_key) presented_.idempotency = sha256(*request.idempotency_key);
  }

  Answer run() {
    for (int reading = 0; reading < reading_limit; ++reading) {
      auto state = deps_.store.session(pairing_.ticket.session, freshness_);
      auto answer = state ? judge(std::move(*state)) : once_confirmed(RefreshRefusal::malformed);
      if (answer) return std::move(*answer);
    }
    throw StoreUnavailable("the session's row changed faster than it could be read");
  }

 private:
  // The answer by one reading of the row; nothing: it must be read again.
  std::optional<Answer> judge(SessionState state) {
    const auto refusal = refuse_without_write(state);
    if (!refusal) return act(std::move(state));
    // A node of a cluster that lags behind may not know yet that the session was extended.
    return refusal == RefreshRefusal::expired ? once_confirmed(*refusal) : std::optional<Answer>{*refusal};
  }

  // Refusals that need no write and do not depend on the generation.
  [[nodiscard]] std::optional<RefreshRefusal> refuse_without_write(const SessionState& state) const {
    const bool ours = pairing_.by_legacy_token || ticket_matches_nonce(pairing_.ticket, state.session.nonce);
    if (!ours) return RefreshRefusal::malformed;
    if (pairing_.user && *pairing_.user != state.user.id) return RefreshRefusal::other_session;
    if (answers_in_body_ && state.session.said_cookie()) return RefreshRefusal::wrong_transport;
    return refusal_of(standing_of(state, caller_.now));
  }

  [[nodiscard]] Grant grant_of(SessionState state) const {
    auto grant = make_grant(std::move(state), caller_, deps_);
    grant.came_by = transport_;
    return grant;
  }

  std::optional<Answer> act(SessionState state) {
    presented_.read_at = present_time(caller_, deps_);
    switch (decide_rotation(state.session, presented_, deps_.settings.tokens)) {
      // Nothing is written here, so only a causal reading shows a sign-out that another node has stored.
      case RotationStep::reissue:
      case RotationStep::replay:
        return confirmed() ? grant_of(std::move(state)) : std::optional<Answer>{read_again()};
      case RotationStep::advance:
        return move(std::move(state));
      case RotationStep::restore:
        return confirmed() ? restore(std::move(state)) : std::optional<Answer>{read_again()};
      case RotationStep::reuse:
        return confirmed() ? end_session(state) : std::optional<Answer>{read_again()};
      case RotationStep::unclear:
        throw StoreUnavailable("the session moved on while this request was held up");
    }
    return std::nullopt;
  }

  std::optional<Answer> move(SessionState state) {
    auto& session = state.session;
    const Rotation rotation{.session = session.id,
                            .from = session.generation,
                            .to = presented_.generation + 1,
                            .user_epoch = state.user.epoch,
                            // The window begins now: the database may have delayed this request for long.
                            .rotated_at = present_time(caller_, deps_),
                            .idle_until = slide_idle_end(session, deps_.settings.tokens, caller_.now),
                            .idempotency = presented_.idempotency,
                            .user_agent = std::string(cut_utf8(caller_.user_agent, 255)),
                            .ip = caller_.address.text(),
                            .transport = session.said_cookie() ? Transport::cookie_only : transport_};
    // Whatever prevented the move, the next reading of the row shows what happened.
    if (deps_.store.rotate(rotation) != RotationOutcome::moved) return read_again();
    session.generation = rotation.to;
    session.rotated_at = open_window(rotation);
    session.idle_until = rotation.idle_until;
    session.transport = rotation.transport;
    const auto user_agent_before = std::exchange(session.user_agent, rotation.user_agent);
    session.ip = rotation.ip;
    if (ended_by_watch(user_agent_before, state)) return RefreshRefusal::revoked;
    return grant_of(std::move(state));
  }

  // Returns when the window began. If the database took long over the move, it used up time in which a lost answer
  // is given again: then the window begins a second time now, unless the row has moved on. The move is valid
  // whatever happens here, so a failure must not cost the client its answer.
  [[nodiscard]] Instant open_window(Rotation moved) const {
    const auto written = moved.rotated_at;
    const auto now = present_time(caller_, deps_);
    if (now - written < slow_move) return written;
    moved.from = moved.to;
    moved.rotated_at = now;
    try {
      return deps_.store.rotate(moved) == RotationOutcome::moved ? now : written;
    } catch (const StoreUnavailable&) {
      return written;
    }
  }

  // Only the request that moved the row asks, so that one change raises one alarm. The old row has what is needed.
  [[nodiscard]] bool ended_by_watch(std::string_view before, const SessionState& state) const {
    const std::string_view now = state.session.user_agent;
    if (!changes_platform(before, now)) return false;
    const auto from = std::string(platform_name(platform_of(before)));
    const auto to = std::string(platform_name(platform_of(now)));
    return raise_alarm({.rule = WatchRule::platform_change, .facts = "from=" + from + " to=" + to}, state,
                       caller_, deps_);
  }

  std::optional<Answer> restore(SessionState state) {
    const auto id = state.session.id;
    const auto user = state.user.id;
    const auto lost = std::to_string(presented_.generation - state.session.generation);
    auto answer = move(std::move(state));
    if (!answer) return std::nullopt;
    record({.kind = EventKind::database_rolled_back,
            .user = user,
            .session = id,
            .detail =
                "the database had lost " + lost + " acknowledged rotations of this session; moved forward"},
           caller_, deps_);
    return answer;
  }

  std::optional<Answer> end_session(const SessionState& state) {
    const auto& session = state.session;
    const bool ended_here = end_sessions(OneSession{session.id, RevokeReason::reuse}, caller_, deps_);
    if (ended_here) {
      raise_alarm({.rule = WatchRule::token_reuse, .facts = "replaced=" + rfc3339(session.rotated_at)}, state,
                  caller_, deps_);
    }
    return RefreshRefusal::reused;
  }

  // On a cluster the first reading may lag behind; final decisions are made on a causal one.
  [[nodiscard]] bool confirmed() const { return freshness_ == Freshness::causal; }
  std::optional<Answer> once_confirmed(RefreshRefusal refusal) {
    return confirmed() ? std::optional<Answer>{refusal} : read_again();
  }
  std::nullopt_t read_again() {
    freshness_ = Freshness::causal;
    return std::nullopt;
  }

  Pairing pairing_;
  Transport transport_;
  bool answers_in_body_;
  Presentation presented_;
  const Caller& caller_;
  const Deps& deps_;
  Freshness freshness_ = Freshness::plain;
};

// No token of ours came.
bool may_be_legacy(RefreshRefusal fault) {
  return fault == RefreshRefusal::missing || fault == RefreshRefusal::malformed;
}

// A legacy token stands for the generation before the first of the session that it was exchanged for.
Answer refresh_legacy(const RefreshRequest& request, RefreshRefusal fault, const Caller& caller,
                      const Deps& deps) {
  const auto exchanged = exchange_legacy(request, caller, deps);
  if (!exchanged) return fault;
  if (const auto* refusal = std::get_if<RefreshRefusal>(&*exchanged)) return *refusal;
  Pairing pairing{.ticket = {}, .user = {}, .by_legacy_token = true};
  const auto& [session, transport] = std::get<Exchange>(*exchanged);
  pairing.ticket.session = session;
  return Refreshing(std::move(pairing), transport, request, caller, deps).run();
}

}  // namespace

std::variant<Grant, RefreshRefusal> refresh(const RefreshRequest& request, const Caller& caller,
                                            const Deps& deps) {
  auto pairing = pair_tokens(request.tokens, caller, deps);
  if (const auto* fault = std::get_if<RefreshRefusal>(&pairing))
    return may_be_legacy(*fault) ? refresh_legacy(request, *fault, caller, deps) : Answer{*fault};
  const auto transport =
      transport_of_session(request.tokens, std::get<Pairing>(pairing).ticket.session, caller, deps);
  return Refreshing(std::get<Pairing>(std::move(pairing)), transport, request, caller, deps).run();
}

}  // namespace cardea
