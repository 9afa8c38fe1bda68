#include "auth/account/address.h"

#include <algorithm>
#include <utility>

#include "auth/account/proof.h"
#include "auth/account/throttle.h"
#include "auth/session/end.h"
#include "auth/watch/events.h"
#include "base/digest.h"
#include "base/email.h"

namespace cardea {
namespace {

constexpr int compared_changes = 5;  // of one address, whose codes a typed code is compared with
constexpr int race_limit = 5;        // changes of the user's row while an undo is under way

// Names the change in a link, in the place of a session.
SessionId name_of(const AddressChange& change) {
  return {change.id.uuid};
}

ChangeId change_of(const LinkSubject& subject) {
  return {subject.session.uuid};
}

void note(EventKind kind, const UserId& user, std::string detail, const Caller& caller, const Deps& deps) {
  record({.kind = kind, .user = user, .session = {}, .detail = std::move(detail)}, caller, deps);
}

AddressChange new_change(const User& user, const Email& to, const Caller& caller, const Deps& deps) {
  AddressChange change;
  change.id = ChangeId::make(caller.now, deps.entropy);
  change.user = user.id;
  change.nonce = random_array<16>(deps.entropy);
  change.user_epoch = user.epoch;
  change.from = user.email;
  change.to = to;
  change.requested_at = caller.now;
  change.pending_until =
      caller.now + life_in_outbox(LetterKind::address_change_new) + life_of(LinkPurpose::confirm_address);
  return change;
}

OutboxLetters letter_to_new(const AddressChange& change, const User& user, const Caller& caller,
                            const Deps& deps) {
  if (const auto holder = deps.store.user_of(change.to))
    return letter_to(recipient_of(*holder), LetterKind::address_known,
                     facts_of_act(caller.user_agent, caller), caller, deps);
  auto facts = facts_of_act(caller.user_agent, caller);
  facts.session = name_of(change);
  return letter_to(recipient_of(user, change.to.typed), LetterKind::address_change_new, std::move(facts),
                   caller, deps);
}

ChangeRefused refuse_for_now(seconds wait) {
  return {.why = ChangeRefusal::too_many_attempts, .retry_after = wait};
}

}  // namespace

std::optional<ChangeRefused> request_address_change(const std::string& new_email, const SessionState& state,
                                                    const Caller& caller, const Deps& deps) {
  const auto& user = state.user;
  const auto to = parse_email(new_email);
  if (!to) return ChangeRefused{.why = ChangeRefusal::bad_email};
  if (to->key == user.email.key) return ChangeRefused{.why = ChangeRefusal::same_as_before};
  auto letters = letters_by_strangers(to->key);
  const auto own = notices_to(user, Notice::address_changed, deps);
  letters.insert(letters.end(), own.begin(), own.end());
  if (const auto wait = count_use(letters, caller, deps)) return refuse_for_now(*wait);
  renew_code_tries(to->key, deps);
  const auto change = new_change(user, *to, caller, deps);
  deps.store.request_address_change(change, letter_to_new(change, user, caller, deps));
  record({.kind = EventKind::address_change_requested,
          .user = user.id,
          .session = state.session.id,
          .detail = ""},
         caller, deps);
  return std::nullopt;
}

namespace {

using Refused = ConfirmationRefused;
using Why = ConfirmationRefusal;

std::vector<AddressChange> changes_about(LinkPurpose purpose, const Email& email, const Caller& caller,
                                         const Deps& deps) {
  return purpose == LinkPurpose::confirm_address
             ? deps.store.waiting_changes_to(email.key, caller.now, compared_changes)
             : deps.store.changes_from(email.key, caller.now, compared_changes);
}

std::variant<LinkSubject, MailProofRefused> check_code_of_change(LinkPurpose purpose, const MailProof& proof,
                                                                 const Caller& caller, const Deps& deps) {
  const auto parsed = parse_email(proof.email);
  if (!parsed) return MailProofRefused{.why = MailProofRefusal::bad_code};
  std::vector<CodeCandidate> candidates;
  for (const auto& change : changes_about(purpose, *parsed, caller, deps)) {
    const LinkSubject subject{.purpose = purpose, .user = change.user, .session = name_of(change)};
    if (auto state = link_state(subject, deps.store)) candidates.push_back({subject, *std::move(state)});
  }
  return check_code_of_any(parsed->key, candidates, proof.code, caller, deps);
}

// The change that a link or a code is about.
std::variant<AddressChange, MailProofRefused> proven_change(LinkPurpose purpose, const MailProof& proof,
                                                            const Caller& caller, const Deps& deps) {
  std::variant<LinkSubject, MailProofRefused> found = MailProofRefused{};
  if (proof.token.empty())
    found = check_code_of_change(purpose, proof, caller, deps);
  else if (auto subject = check_link(proof.token.reveal(), purpose, caller, deps))
    found = *subject;
  if (const auto* refused = std::get_if<MailProofRefused>(&found)) return *refused;
  auto change = deps.store.address_change(change_of(std::get<LinkSubject>(found)));
  if (!change) return MailProofRefused{};
  return std::move(*change);
}

// An account that goes to the one who proves its address belonged to nobody for certain: there is nothing to give back.
bool can_be_undone(const User& user, const Settings& settings) {
  return !may_be_taken_over(user, settings) && !user.email.key.empty();
}

OutboxLetters letter_to_old(const AddressChange& change, const User& user, const Caller& caller,
                            const Deps& deps) {
  if (change.undo_until == never) return {};
  auto facts = facts_of_act(caller.user_agent, caller);
  facts.session = name_of(change);
  facts.address = change.to.typed;
  facts.until = change.undo_until;
  return letter_to(recipient_of(user, change.from.typed), LetterKind::address_change_old, std::move(facts),
                   caller, deps);
}

}  // namespace

namespace {

// Nothing if the change was made.
std::optional<Refused> make(AddressChange& change, const User& user, const Caller& caller, const Deps& deps) {
  const auto notices = notices_to(user, Notice::address_changed, deps);
  if (const auto wait = count_use(notices, caller, deps))
    return Refused{.why = Why::too_many_attempts, .retry_after = *wait};
  change.changed_at = caller.now;
  if (can_be_undone(user, deps.settings)) change.undo_until = caller.now + life_of(LinkPurpose::undo_address);
  // Nobody knows whose the password of an unproven account is: without a mark an undo voids it.
  if (!user.is_unproven()) change.password_mark = sha256(user.password_hash);
  const auto outcome = deps.store.make_address_change(change, letter_to_old(change, user, caller, deps));
  if (outcome == AddressOutcome::changed) return std::nullopt;
  give_back(notices, deps);
  return outcome == AddressOutcome::taken ? Refused{.why = Why::taken} : Refused{};
}

}  // namespace

std::variant<User, ConfirmationRefused> confirm_address_change(const Confirmation& request,
                                                               const Caller& caller, const Deps& deps) {
  auto proven = proven_change(LinkPurpose::confirm_address, request.proof, caller, deps);
  if (const auto* refused = std::get_if<MailProofRefused>(&proven)) return Refused{.proof = *refused};
  auto& change = std::get<AddressChange>(proven);
  auto user = deps.store.user_by_id(change.user);
  if (!user) return Refused{};
  if (request.signed_in != user->id)
    if (const auto wrong = prove_password_of(*user, request.password, caller, deps))
      return Refused{.why = Why::bad_password, .password = *wrong};
  if (const auto refused = make(change, *user, caller, deps)) return *refused;
  note(EventKind::address_changed, change.user, "", caller, deps);
  user->email = change.to;
  user->email_proven_at = caller.now;
  return std::move(*user);
}

namespace {

OutboxLetters letter_about_undo(const AddressChange& change, const User& user, const Caller& caller,
                                const Deps& deps) {
  auto facts = facts_of_act(caller.user_agent, caller);
  facts.event = EventKind::address_change_undone;
  return letter_to(recipient_of(user, change.from.typed), LetterKind::alert_ended, std::move(facts), caller,
                   deps);
}

AddressUndo undo_of(const AddressChange& change, const User& user, const Caller& caller, const Deps& deps) {
  const bool new_password = change.password_mark != sha256(user.password_hash);
  return {.change = change,
          .epoch = user.epoch,
          .password_from = user.password_hash,
          .password_to = new_password ? std::string{} : user.password_hash,
          .at = caller.now,
          .letters = letter_about_undo(change, user, caller, deps)};
}

}  // namespace

// A thief who changes the account at the same moment makes the row differ from what was read: then it is read again.
std::variant<User, UndoRefused> undo_address_change(const MailProof& proof, const Caller& caller,
                                                    const Deps& deps) {
  const auto proven = proven_change(LinkPurpose::undo_address, proof, caller, deps);
  if (const auto* refused = std::get_if<MailProofRefused>(&proven)) return UndoRefused{.proof = *refused};
  const auto& change = std::get<AddressChange>(proven);
  for (int race = 0; race < race_limit; ++race) {
    const auto user = deps.store.user_by_id(change.user);
    if (!user || user->status != UserStatus::active || !deps.store.address_change(change.id))
      return UndoRefused{};
    auto outcome = AddressOutcome::gone;
    end_sessions(UndoneAddress{undo_of(change, *user, caller, deps), outcome}, caller, deps);
    if (outcome == AddressOutcome::taken) return UndoRefused{.taken = true};
    if (outcome == AddressOutcome::gone) continue;
    note(EventKind::address_change_undone, user->id, "", caller, deps);
    return deps.store.user_by_id(user->id).value_or(*user);
  }
  throw StoreUnavailable("an account changes again and again while its address is given back");
}

}  // namespace cardea
