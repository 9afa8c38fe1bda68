#include "torture/checker.h"

#include <algorithm>

#include "base/digest.h"
#include "torture/violation.h"

namespace cardea::torture {
namespace {

constexpr std::chrono::hours key_window{24};

std::string answer_of(const Exchange& exchange) {
  if (!exchange.response) return "no answer";
  const auto& log = exchange.response->log;
  auto text = std::to_string(exchange.response->status);
  if (!log.error.empty()) text += " " + log.error + "/" + log.reason;
  return log.note.empty() ? text : text + " (" + log.note + ")";
}

std::string story(const Presentation& presented, const Exchange& exchange) {
  return "generation " + std::to_string(presented.generation) + " was presented, the answer was " +
         answer_of(exchange);
}

milliseconds since(Instant earlier, Instant now) {
  return std::max(now - earlier, milliseconds{0});
}

}  // namespace

Presentation Checker::present(const Pair& pair, const std::string& key, bool honest) {
  if (!honest) excuse(pair.session);
  const Presentation presented{.session = pair.session,
                               .generation = pair.generation,
                               .key = key.empty() ? std::nullopt : std::optional{sha256(key)},
                               .honest = honest,
                               .first_version = truth_.versions(pair.session).size() - 1,
                               .had_been_ended = ended_.contains(pair.session),
                               .number = ++presentations_};
  // Others, who come in while this one is on its way, may feel it before it is judged.
  const Exchange begun{.sent = clockwork_.true_now, .clock = clockwork_.at_host()};
  if (honest && is_late(presented, begun)) excuse(pair.session);
  under_way_.emplace(presented.number, std::pair{presented, begun});
  return presented;
}

Checker::Versions Checker::versions_of(const Presentation& presented) const {
  return Versions(truth_.versions(presented.session)).subspan(presented.first_version);
}

bool Checker::stands(const Version& version, Instant now) const {
  if (!version.state) return false;
  const auto& [session, user] = *version.state;
  const bool expired =
      now >= session.idle_until || (session.absolute_until != never && now >= session.absolute_until);
  return session.revoked_at == never && session.user_epoch == user.epoch &&
         user.status == UserStatus::active && !expired;
}

bool Checker::stands(const SessionId& session) const {
  const auto& versions = truth_.versions(session);
  return !versions.empty() && stands(versions.back(), clockwork_.at_host());
}

bool Checker::in_window(const Session& row, const Presentation& presented, Instant now) const {
  if (row.rotated_at == never) return false;
  const auto age = since(row.rotated_at, now);
  const bool same_key = presented.key && row.idempotency == presented.key;
  return age <= settings_.rotation_grace || (same_key && age <= key_window);
}

bool Checker::justifies_successor(const Version& version, const Presentation& presented,
                                  const Exchange& exchange) const {
  if (!stands(version, exchange.clock)) return false;
  const auto& row = version.state->session;
  if (row.generation != presented.generation + 1) return false;
  return version.mover == exchange.request || in_window(row, presented, exchange.clock);
}

bool Checker::justifies_same(const Version& version, const Presentation& presented,
                             const Exchange& exchange) const {
  if (!stands(version, exchange.clock)) return false;
  const auto& row = version.state->session;
  const auto rest = std::max(settings_.rotation_grace, settings_.renew_min_interval);
  return row.generation == presented.generation && row.rotated_at != never &&
         since(row.rotated_at, exchange.clock) < rest;
}

bool Checker::justifies_refusal(const Version& version, const Presentation& presented,
                                const Exchange& exchange) const {
  const auto reason = exchange.reason();
  if (!version.state) return reason == "malformed";
  const auto& [session, user] = *version.state;
  const bool ended = session.user_epoch != user.epoch;
  // A lagging node may not have heard that the user was enabled again: the session is over either way.
  if (exchange.is(403)) return user.status == UserStatus::disabled || ended;
  if (reason == "revoked") return session.revoked_at != never || ended;
  if (reason == "expired") return !stands(version, exchange.clock);
  if (reason != "reused") return false;
  const bool replaced_now = session.generation == presented.generation + 1;
  const bool spent = session.generation > presented.generation;
  return spent && !(replaced_now && in_window(session, presented, exchange.clock));
}

// Whether an honest client has presented a token too late to count on it: after the window, by the true clock
// or by those of the hosts, and without the key that the token was replaced under.
bool Checker::is_late(const Presentation& presented, const Exchange& exchange) const {
  bool replaced = false;
  bool twice = false;
  for (const auto& version : versions_of(presented)) {
    if (!version.state) continue;
    replaced |= version.state->session.generation > presented.generation;
    twice |= version.state->session.generation > presented.generation + 1;
  }
  if (!replaced) return false;
  const auto* move = truth_.move_to(presented.session, presented.generation + 1);
  if (move == nullptr) return true;
  if (twice && !clockwork_.are_right()) return true;
  const bool same_key = presented.key && move->key == presented.key;
  const auto window = same_key ? milliseconds{key_window} : milliseconds{settings_.rotation_grace};
  return exchange.sent - move->at > window || exchange.clock - move->clock > window;
}

// Whether others moved the row past the token while the request was under way: it may be asked to come again.
bool Checker::moved_on(const Presentation& presented, const Exchange& exchange) const {
  const auto versions = versions_of(presented);
  return std::any_of(versions.begin(), versions.end(), [&](const Version& version) {
    return version.state && version.state->session.generation > presented.generation + 1 &&
           version.state->session.rotated_at >= exchange.clock;
  });
}

// A request that others overtook while it was under way may have become a late one by the clock of its host,
// and have ended the session before it is judged itself.
void Checker::excuse_for_those_under_way(const SessionId& session) {
  for (const auto& [number, call] : under_way_) {
    const auto& [presented, begun] = call;
    if (presented.session == session && presented.honest && is_late(presented, begun)) excuse(session);
  }
}

void Checker::judge_refresh(const Presentation& presented, const Exchange& exchange) {
  ++judged_;
  under_way_.erase(presented.number);
  excuse_for_those_under_way(presented.session);
  if (presented.honest && is_late(presented, exchange)) excuse(presented.session);
  if (!exchange.response) return;
  const auto status = exchange.response->status;
  if (status == 503 && (exchange.disturbed || moved_on(presented, exchange))) return;
  if (status == 200) return judge_granted(presented, exchange);
  if (status != 401 && status != 403) throw Violation{"answers", story(presented, exchange)};
  judge_refused(presented, exchange);
}

void Checker::judge_granted(const Presentation& presented, const Exchange& exchange) {
  const auto pair = pair_of(*exchange.response);
  if (!pair || pair->session != presented.session)
    throw Violation{"answers", "a refresh brought no token of its own session"};
  if (presented.had_been_ended)
    throw Violation{"sign-out", "a session that had been signed out was refreshed"};
  if (pair->generation > truth_.highest(presented.session))
    throw Violation{"commits", "a token was handed out before its generation was in the database"};
  const auto known = tokens_.emplace(std::pair{pair->session, pair->generation}, pair->refresh).first->second;
  if (known != pair->refresh) throw Violation{"one successor", "a generation has two tokens"};
  const auto versions = versions_of(presented);
  const bool same = pair->generation == presented.generation;
  const bool justified = std::any_of(versions.begin(), versions.end(), [&](const Version& version) {
    return same ? justifies_same(version, presented, exchange)
                : pair->generation == presented.generation + 1 &&
                      justifies_successor(version, presented, exchange);
  });
  if (!justified)
    throw Violation{"grants", story(presented, exchange) + " with generation " +
                                  std::to_string(pair->generation) + ", which no version of the row allows"};
  const bool moved = std::any_of(versions.begin(), versions.end(),
                                 [&](const Version& version) { return version.mover == exchange.request; });
  if (!moved && exchange.writes > 0) throw Violation{"writes", "a repeated answer wrote to the database"};
  judge_theft(presented, exchange);
}

// Two holders of one lineage are caught at the latest when the second one refreshes outside the window.
void Checker::judge_theft(const Presentation& presented, const Exchange& exchange) const {
  const auto* move = truth_.move_to(presented.session, presented.generation + 1);
  if (move == nullptr || exchange.clock - move->clock <= settings_.rotation_grace) return;
  const bool same_key = presented.key && move->key == presented.key;
  if (same_key && exchange.clock - move->clock <= key_window) return;
  throw Violation{"theft", story(presented, exchange) + " although it had been replaced long before"};
}

void Checker::judge_refused(const Presentation& presented, const Exchange& exchange) const {
  const bool over = exchange.reason() == "expired" || !truth_.versions(presented.session).back().state;
  if (presented.honest && !excused_.contains(presented.session) && !over)
    throw Violation{"honest client", "an honest client was signed out: " + story(presented, exchange)};
  const auto versions = versions_of(presented);
  // Of a row that has been purged, a lagging node may still tell how it ended.
  const bool gone = !versions.front().state;
  const auto told = gone ? Versions(truth_.versions(presented.session)) : versions;
  const bool justified = std::any_of(told.begin(), told.end(), [&](const Version& version) {
    return justifies_refusal(version, presented, exchange);
  });
  if (!justified)
    throw Violation{"refusals", story(presented, exchange) + ", which no version of the row allows"};
  const bool reused = exchange.reason() == "reused";
  if (reused && stands(versions.back(), exchange.clock))
    throw Violation{"theft", "a spent token was noticed, and the session lives on"};
  const int allowed = reused ? 2 : 0;  // the row and the event
  if (exchange.writes > allowed && !exchange.lost_answer)
    throw Violation{"writes",
                    story(presented, exchange) + " and changed " + std::to_string(exchange.writes) + " rows"};
}

void Checker::judge_visit(const Presentation& presented, const Exchange& exchange) {
  under_way_.erase(presented.number);
  if (!exchange.response) return;
  if (exchange.is(503) && exchange.disturbed) return;
  if (exchange.writes > 0) throw Violation{"writes", "a visit wrote to the database"};
  if (exchange.is(200) && presented.had_been_ended)
    throw Violation{"sign-out", "a session that had been signed out was let in"};
  if (!exchange.is(200) && !exchange.is(401) && !exchange.is(403))
    throw Violation{"answers", "a visit was answered " + answer_of(exchange)};
}

void Checker::judge_stray(const Exchange& exchange) const {
  if (!exchange.response || (exchange.is(503) && exchange.disturbed)) return;
  if (!exchange.is(401)) throw Violation{"answers", "something damaged was answered " + answer_of(exchange)};
  if (exchange.writes > 0) throw Violation{"writes", "something damaged changed a row"};
}

void Checker::judge_sign_in(const Exchange& exchange) const {
  if (!exchange.response || exchange.is(200) || exchange.is(403)) return;
  if (exchange.is(503) && exchange.disturbed) return;
  throw Violation{"answers", "a sign-in was answered " + answer_of(exchange)};
}

void Checker::ended(const SessionId& session) {
  ended_.insert(session);
  excuse(session);
  if (stands(session))  // a session that has expired meanwhile is over, too
    throw Violation{"sign-out", "an acknowledged sign-out has ended nothing"};
}

void Checker::judge_user(const UserId& user, const std::vector<Session>& rows) const {
  std::set<SessionId> expected;
  for (const auto& session : truth_.sessions_started(user))
    if (truth_.versions(session).back().state) expected.insert(session);
  std::set<SessionId> found;
  for (const auto& row : rows) found.insert(row.id);
  if (found != expected || rows.size() != found.size())
    throw Violation{
        "rows", std::to_string(expected.size()) + " sign-ins have " + std::to_string(rows.size()) + " rows"};
}

void Checker::judge_events(int restored) const {
  if (restored == 0 && truth_.events_of(EventKind::database_rolled_back) > 0)
    throw Violation{"alarms", "the database was said to have lost commits, and had not"};
}

}  // namespace cardea::torture
