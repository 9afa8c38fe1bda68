#include "auth/account/proof.h"

#include <utility>

#include "auth/session/end.h"
#include "auth/watch/events.h"

namespace cardea {
namespace {

// Names of things for the letter (text/text.h). The store adds the providers.
std::vector<std::string> things_of(const User& user, const Deps& deps) {
  std::vector<std::string> things;
  if (!user.password_hash.empty()) things.emplace_back("password");
  if (!user.name.empty()) things.emplace_back("name");
  if (!deps.store.open_sessions_of(user.id).empty()) things.emplace_back("sessions");
  return things;
}

OutboxLetters letter_about(const User& user, bool taken_over, const Caller& caller, const Deps& deps) {
  auto facts = facts_of_act(caller.user_agent, caller);
  if (taken_over) {
    facts.things = things_of(user, deps);
    return letter_to(recipient_of(user), LetterKind::taken_over, std::move(facts), caller, deps);
  }
  facts.event = EventKind::password_reset;
  return letter_to(recipient_of(user), LetterKind::reset_done, std::move(facts), caller, deps);
}

void note(EventKind kind, const User& user, std::string detail, const Caller& caller, const Deps& deps) {
  record({.kind = kind, .user = user.id, .session = {}, .detail = std::move(detail)}, caller, deps);
}

void record_hand_over(const User& user, bool taken_over, const std::vector<ProviderIdentity>& removed,
                      const Caller& caller, const Deps& deps) {
  if (taken_over) note(EventKind::account_taken_over, user, "", caller, deps);
  if (user.is_unproven()) note(EventKind::address_verified, user, "", caller, deps);
  for (const auto& identity : removed)
    note(EventKind::identity_unlinked, user, "provider=" + identity.provider, caller, deps);
}

bool hand_over(const User& user, const NewOwner& owner, const Caller& caller, const Deps& deps) {
  const bool taken_over = may_be_taken_over(user, deps.settings);
  const AccountReset reset{.change = {.user = user.id,
                                      .epoch = user.epoch,
                                      .from = user.password_hash,
                                      .to = owner.password_hash,
                                      .at = caller.now,
                                      .letters = letter_about(user, taken_over, caller, deps)},
                           .email_key = user.email.key,
                           .name = taken_over ? std::string{} : user.name,
                           .username = taken_over ? Username{} : user.username,
                           .proven_at = user.is_unproven() ? caller.now : user.email_proven_at,
                           .identity = owner.identity};
  std::vector<ProviderIdentity> removed;
  if (!end_sessions(PasswordReset{reset, removed}, caller, deps)) return false;
  record_hand_over(user, taken_over, removed, caller, deps);
  return true;
}

}  // namespace

bool may_be_taken_over(const User& user, const Settings& settings) {
  return user.is_unproven() && settings.verify_email != VerifyEmail::no;
}

bool waits_for_proof(const User& user, const Settings& settings) {
  return user.is_unproven() && settings.verify_email == VerifyEmail::first;
}

bool prove_address(const User& user, const std::optional<NewOwner>& owner, const Caller& caller,
                   const Deps& deps) {
  if (owner) return hand_over(user, *owner, caller, deps);
  if (!user.is_unproven()) return true;
  if (!deps.store.prove_address({.user = user.id, .email_key = user.email.key, .at = caller.now}))
    return false;
  note(EventKind::address_verified, user, "", caller, deps);
  return true;
}

OutboxLetters letter_to_prove(const User& user, const Caller& caller, const Deps& deps) {
  const auto kind = user.is_unproven() ? LetterKind::verify_address : LetterKind::address_known;
  return letter_to(recipient_of(user), kind, facts_of_act(caller.user_agent, caller), caller, deps);
}

}  // namespace cardea
