#include "auth/account/closing.h"

#include <algorithm>
#include <utility>

#include "auth/account/letters.h"
#include "auth/account/throttle.h"
#include "auth/session/end.h"
#include "auth/watch/events.h"
#include "base/digest.h"
#include "base/json.h"
#include "token/link_token.h"

namespace cardea {
namespace {

constexpr std::chrono::hours offer_life{1};
constexpr FailureLimit copies{.failures = 10, .window = std::chrono::hours{1}};

LetterFacts facts_of_closing(const SessionState& state, Instant erased, const Caller& caller) {
  auto facts = facts_of_act(state.session.user_agent, caller);
  facts.event = EventKind::account_closed;
  facts.until = erased;
  return facts;
}

// As it will be stored.
User closed_user(User user, Instant at) {
  user.closed_at = at;
  return user;
}

}  // namespace

std::variant<Instant, ClosingRefused> close_account(const SessionState& state, const Caller& caller,
                                                    const Deps& deps) {
  const auto notices = notices_to(state.user, Notice::way_changed, deps);
  if (const auto wait = count_use(notices, caller, deps))
    return ClosingRefused{.why = ClosingRefusal::too_many_attempts, .retry_after = *wait};
  const auto erased = erased_at(closed_user(state.user, caller.now), deps.settings);
  const AccountClosing closing{.user = state.user.id,
                               .epoch = state.user.epoch,
                               .at = caller.now,
                               .letters = letter_to(recipient_of(state.user), LetterKind::account_closed,
                                                    facts_of_closing(state, erased, caller), caller, deps)};
  if (!end_sessions(ClosedAccount{closing}, caller, deps)) {
    give_back(notices, deps);
    return ClosingRefused{};
  }
  record({.kind = EventKind::account_closed,
          .user = state.user.id,
          .session = state.session.id,
          .detail = "by the user; it will be erased after " + rfc3339(erased)},
         caller, deps);
  return erased;
}

std::optional<ReopeningOffer> offer_reopening(const User& user, const Caller& caller, const Deps& deps) {
  if (user.closed_at == never) return std::nullopt;
  ReopeningOffer offer{.token = {}, .erased_at = erased_at(user, deps.settings)};
  const auto state = link_state({.purpose = LinkPurpose::reopen_account, .user = user.id}, deps.store);
  if (!state) return offer;  // disabled, or erased at this moment
  const auto ends = std::min<Instant>(caller.now + offer_life, offer.erased_at);
  offer.token = make_link_token({.purpose = LinkPurpose::reopen_account,
                                 .user = user.id,
                                 .session = {},
                                 .ends = std::chrono::floor<seconds>(ends)},
                                *state, deps.keys, caller.now);
  return offer;
}

std::optional<MailProofRefused> reopen_account(const MailProof& proof, const Caller& caller,
                                               const Deps& deps) {
  const auto proven = check_mail_proof(LinkPurpose::reopen_account, proof, caller, deps);
  if (const auto* refused = std::get_if<MailProofRefused>(&proven)) return *refused;
  const auto& user = std::get<User>(proven);
  if (user.closed_at == never) return MailProofRefused{};
  auto facts = facts_of_act(caller.user_agent, caller);
  facts.event = EventKind::account_reopened;
  const AccountReopening reopening{
      .user = user.id,
      .closed_at = user.closed_at,
      .letters = letter_to(recipient_of(user), LetterKind::account_reopened, std::move(facts), caller, deps)};
  if (!deps.store.reopen_user(reopening)) return MailProofRefused{};
  record({.kind = EventKind::account_reopened, .user = user.id, .session = {}, .detail = "by the user"},
         caller, deps);
  return std::nullopt;
}

std::variant<Json, seconds> export_account(const SessionState& state, const Caller& caller,
                                           const Deps& deps) {
  const Buckets bucket{{export_bucket(state.user.id), copies}};
  if (const auto wait = count_use(bucket, caller, deps)) return *wait;
  record({.kind = EventKind::account_exported,
          .user = state.user.id,
          .session = state.session.id,
          .detail = "by the user"},
         caller, deps);
  auto copy = deps.store.everything_about(state.user.id, rows_of_a_copy);
  copy["exported_at"] = rfc3339(caller.now);
  copy["site"] = deps.settings.site.url;
  return copy;
}

}  // namespace cardea
