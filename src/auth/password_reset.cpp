#include "auth/password_reset.h"

#include "auth/history.h"
#include "auth/identities.h"
#include "auth/letters.h"
#include "auth/revocation.h"
#include "auth/throttle.h"
#include "base/digest.h"
#include "base/email.h"
#include "token/link_token.h"

namespace cardea {
namespace {

constexpr FailureLimit mails_to_one_address{.failures = 3, .window = std::chrono::hours{1}};
constexpr FailureLimit requests_of_one_address{.failures = 20, .window = std::chrono::hours{1}};
constexpr FailureLimit requests_of_one_network{.failures = 60, .window = std::chrono::hours{1}};

ResetRefusal refusal_of(PasswordProblem problem) {
  switch (problem) {
    case PasswordProblem::too_short:
      return ResetRefusal::too_short;
    case PasswordProblem::too_long:
      return ResetRefusal::too_long;
    case PasswordProblem::not_text:
      return ResetRefusal::not_text;
  }
  return ResetRefusal::not_text;
}

// The bucket that sign-ins of this user are counted in: by the key that their address has today.
Digest bucket_of(const User& user) {
  const auto email = parse_email(user.email.typed);
  return account_bucket(email ? email->key : user.email.key);
}

// Whom the link names, if it is still good.
std::optional<User> user_of_link(std::string_view token, const Caller& caller, const Deps& deps) {
  const auto ticket = open_link_token(token, LinkPurpose::reset_password, deps.keys, caller.now);
  if (!ticket) return std::nullopt;
  auto user = deps.store.user_by_id(ticket->link.user);
  if (!user || user->status != UserStatus::active ||
      !link_matches_state(*ticket, reset_state(*user), deps.keys, caller.now))
    return std::nullopt;
  return user;
}

// A provider that a stranger had connected would let the stranger in again: the letter names all that went.
void tell_of_reset(const User& user, const std::vector<ProviderIdentity>& removed, const Caller& caller,
                   const Deps& deps) {
  const auto event =
      record({.kind = EventKind::password_reset, .user = user.id, .session = {}, .detail = ""}, caller, deps);
  std::vector<std::string> labels;
  for (const auto& identity : removed) {
    record({.kind = EventKind::identity_unlinked,
            .user = user.id,
            .session = {},
            .detail = "provider=" + identity.provider},
           caller, deps);
    labels.push_back(label_of(identity, deps.settings));
  }
  if (gets_letters(user, deps)) deps.outbox.put(reset_done_letter(event, user, labels, caller, deps));
}

}  // namespace

std::optional<seconds> request_password_reset(const std::string& email, const Caller& caller,
                                              const Deps& deps) {
  const auto requests =
      around(caller.address, "reset network", requests_of_one_address, requests_of_one_network);
  if (const auto wait = count_use(requests, caller, deps)) return wait;
  const auto parsed = parse_email(email);
  const auto key = parsed ? parsed->key : email;
  const bool may_send = !count_use({{sha256("reset mail\n" + key), mails_to_one_address}}, caller, deps);
  const auto user = parsed ? deps.store.user_of(*parsed) : std::nullopt;
  record({.kind = EventKind::password_reset_requested,
          .user = user ? std::optional{user->id} : std::nullopt,
          .session = {},
          .detail = user ? "" : "no such user"},
         caller, deps);
  if (user && may_send && user->status == UserStatus::active)
    deps.outbox.put(reset_letter(*user, caller, deps));
  return std::nullopt;
}

std::optional<ResetRefusal> reset_password(std::string_view token, const Secret& chosen, const Caller& caller,
                                           const Deps& deps) {
  const auto user = user_of_link(token, caller, deps);
  if (!user) return ResetRefusal::bad_link;
  const auto prepared = prepare_password(chosen, deps.settings.password);
  if (const auto* problem = std::get_if<PasswordProblem>(&prepared)) return refusal_of(*problem);
  const auto sameness = deps.passwords.check(chosen, user->password_hash);
  if (sameness == PasswordVerdict::busy) return ResetRefusal::busy;
  if (sameness != PasswordVerdict::wrong) return ResetRefusal::same_as_before;
  const auto hash = deps.passwords.hash(std::get<Secret>(prepared));
  if (!hash) return ResetRefusal::busy;
  const PasswordChange change{
      .user = user->id, .epoch = user->epoch, .from = user->password_hash, .to = *hash, .at = caller.now};
  std::vector<ProviderIdentity> removed;
  if (!end_sessions(PasswordReset{change, removed}, caller, deps)) return ResetRefusal::bad_link;
  forgive(bucket_of(*user), deps);
  tell_of_reset(*user, removed, caller, deps);
  return std::nullopt;
}

}  // namespace cardea
