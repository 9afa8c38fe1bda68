#include "auth/watch/alarm.h"

#include <algorithm>

#include "auth/account/letters.h"
#include "auth/account/throttle.h"
#include "auth/session/end.h"
#include "auth/watch/events.h"
#include "base/digest.h"

namespace cardea {
namespace {

// A user whose account is under attack needs a few mails, not a hundred.
constexpr FailureLimit letters_to_one_user{.failures = 5, .window = std::chrono::hours{1}};

bool may_write_to(const User& user, const Caller& caller, const Deps& deps) {
  if (!gets_letters(user, deps)) return false;
  return !count_use({{sha256("alert\n" + user.id.text()), letters_to_one_user}}, caller, deps);
}

// True if the action ends sessions.
bool end_by(WatchAction action, const SessionState& state, const Caller& caller, const Deps& deps) {
  if (action == WatchAction::revoke_all) return end_sessions(AllSessions{state.user.id}, caller, deps);
  if (action != WatchAction::revoke_device) return false;
  end_sessions(OneSession{state.session.id, RevokeReason::watch}, caller, deps);
  return true;
}

// Under the id of its event, so that an event whose letter is missing can be found.
OutboxLetters alert_letter(const Event& event, bool ended, const SessionState& state, const Caller& caller,
                           const Deps& deps) {
  auto facts = facts_of_act(state.session.user_agent, caller);
  facts.session = state.session.id;
  facts.event = event.kind;
  facts.detail = event.detail;
  auto letters = letter_to(recipient_of(state.user), ended ? LetterKind::alert_ended : LetterKind::alert,
                           std::move(facts), caller, deps);
  for (auto& letter : letters) letter.id = LetterId{event.id.uuid};
  return letters;
}

// What keeps an alarm without a letter from counting as one whose letter got lost.
std::string detail_of(const Alarm& alarm, WatchAction done, bool told) {
  const auto detail = alarm.facts + " action=" + std::string(action_name(done));
  return told || done <= WatchAction::record ? detail : detail + " letter=no";
}

bool watches_sign_ins(const WatchSettings& watch) {
  return watch.many_devices != WatchAction::off || watch.many_networks != WatchAction::off ||
         watch.guessed_password != WatchAction::off;
}

}  // namespace

bool raise_alarm(const Alarm& alarm, const SessionState& state, const Caller& caller, const Deps& deps) {
  const bool ended_before = alarm.rule == WatchRule::token_reuse;
  const auto wanted = action_of(alarm.rule, deps.settings.watch);
  if (wanted == WatchAction::off && !ended_before) return false;
  const bool ended = end_by(wanted, state, caller, deps) || ended_before;
  const bool told = wanted >= WatchAction::tell && may_write_to(state.user, caller, deps);
  auto done = std::max(WatchAction::record, wanted);
  if (done == WatchAction::tell && !told) done = WatchAction::record;
  if (ended_before) done = std::max(done, WatchAction::revoke_device);

  const Event event = record({.kind = event_of(alarm.rule),
                              .user = state.user.id,
                              .session = state.session.id,
                              .detail = detail_of(alarm, done, told || !gets_letters(state.user, deps))},
                             caller, deps);
  if (told) post(alert_letter(event, ended, state, caller, deps), deps);
  return ended;
}

namespace {

constexpr std::chrono::hours told_within{1};
constexpr int untold_at_once = 100;

std::optional<OutboxLetter> late_letter(const Event& event, Store& store, Instant now) {
  const auto user = event.user ? store.user_by_id(*event.user) : std::nullopt;
  const auto session = event.session ? store.session(*event.session, Freshness::plain) : std::nullopt;
  if (!user || !session || user->email.typed.empty()) return std::nullopt;
  const bool ended = standing_of(*session, now) != Standing::stands;
  OutboxLetter letter;
  letter.id = LetterId{event.id.uuid};
  letter.kind = ended ? LetterKind::alert_ended : LetterKind::alert;
  letter.user = user->id;
  letter.address = user->email.typed;
  letter.facts =
      facts_of_act(session->session.user_agent, {.now = event.at, .address = {}, .user_agent = {}});
  letter.facts.ip = event.ip;
  letter.facts.session = session->session.id;
  letter.facts.event = event.kind;
  letter.facts.detail = event.detail;
  letter.language = user->language.value_or(Language::en);
  letter.created_at = now;
  letter.next_try_at = now;
  return letter;
}

}  // namespace

void tell_untold_alarms(const Settings& settings, Store& store, Instant now) {
  if (!settings.mail.on()) return;
  for (const auto& event : store.untold_alarms(now - told_within, untold_at_once))
    if (const auto letter = late_letter(event, store, now)) store.add_letter(*letter);
}

bool watch_new_session(const SessionState& fresh, const Caller& caller, const Deps& deps) {
  if (!watches_sign_ins(deps.settings.watch)) return false;
  const auto recent =
      deps.store.events({.user = fresh.user.id, .since = caller.now - watch_window, .limit = watched_events});
  if (is_quiet(recent)) return false;
  const auto sessions = deps.store.latest_sessions_of(fresh.user.id, watched_sessions);
  bool ended = false;
  for (const auto& [rule, count] : watch_sign_in(fresh.session, sessions, recent))
    ended |= raise_alarm({.rule = rule, .facts = "count=" + std::to_string(count)}, fresh, caller, deps);
  return ended;
}

}  // namespace cardea
