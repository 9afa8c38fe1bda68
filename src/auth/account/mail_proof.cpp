#include "auth/account/mail_proof.h"

#include <algorithm>
#include <utility>

#include "auth/account/throttle.h"
#include "base/digest.h"
#include "base/email.h"

namespace cardea {
namespace {

using Refused = MailProofRefused;
using Why = MailProofRefusal;

Bucket tries_of(std::string_view email_key) {
  return {sha256("code\n" + std::string(email_key)),
          {.failures = code_tries, .window = std::chrono::hours{1}}};
}

bool is_code_of(const CodeCandidate& candidate, const Secret& code, const Caller& caller, const Deps& deps) {
  const auto& subject = candidate.subject;
  return link_code_matches(code.reveal(),
                           {subject.purpose, subject.user, subject.session, life_of(subject.purpose)},
                           candidate.state, deps.keys, caller.now);
}

std::optional<User> user_of_link(std::string_view token, LinkPurpose purpose, const Caller& caller,
                                 const Deps& deps) {
  const auto subject = check_link(token, purpose, caller, deps);
  return subject ? deps.store.user_by_id(subject->user) : std::nullopt;
}

}  // namespace

std::variant<User, MailProofRefused> check_mail_proof(LinkPurpose purpose, const MailProof& proof,
                                                      const Caller& caller, const Deps& deps) {
  if (!proof.token.empty()) {
    auto user = user_of_link(proof.token.reveal(), purpose, caller, deps);
    if (!user) return Refused{};
    return *std::move(user);
  }
  const auto parsed = parse_email(proof.email);
  if (!parsed) return Refused{.why = Why::bad_code, .tries_left = code_tries};
  auto user = deps.store.user_of(*parsed);
  // The same statements run if there is no such user: no row has that id.
  const LinkSubject subject{.purpose = purpose, .user = user ? user->id : UserId{}};
  if (const auto refused = check_code(parsed->key, subject, proof.code, caller, deps)) return *refused;
  return *std::move(user);
}

std::optional<LinkSubject> check_link(std::string_view token, LinkPurpose purpose, const Caller& caller,
                                      const Deps& deps) {
  const auto ticket = open_link_token(token, purpose, deps.keys, caller.now);
  if (!ticket) return std::nullopt;
  LinkSubject subject{.purpose = purpose, .user = ticket->link.user, .session = ticket->link.session};
  const auto state = link_state(subject, deps.store);
  if (!state || !link_matches_state(*ticket, *state, deps.keys, caller.now)) return std::nullopt;
  return subject;
}

// A try is counted before the code is looked at, so that of simultaneous guesses no more are answered than of guesses one
// after the other; a right one is given back.
std::variant<LinkSubject, MailProofRefused> check_code_of_any(std::string_view email_key,
                                                              const std::vector<CodeCandidate>& candidates,
                                                              const Secret& code, const Caller& caller,
                                                              const Deps& deps) {
  const auto tries = tries_of(email_key);
  if (const auto wait = count_use({tries}, caller, deps))
    return Refused{.why = Why::too_many_attempts, .retry_after = *wait};
  const auto found = std::find_if(candidates.begin(), candidates.end(), [&](const CodeCandidate& candidate) {
    return is_code_of(candidate, code, caller, deps);
  });
  if (found != candidates.end()) {
    give_back({tries}, deps);
    return found->subject;
  }
  const int left = code_tries - deps.store.throttle(tries.id).failures;
  return Refused{.why = Why::bad_code, .tries_left = std::max(0, left)};
}

std::optional<MailProofRefused> check_code(std::string_view email_key,
                                           const std::optional<LinkSubject>& subject, const Secret& code,
                                           const Caller& caller, const Deps& deps) {
  std::vector<CodeCandidate> candidates;
  if (subject)
    if (auto state = link_state(*subject, deps.store)) candidates.push_back({*subject, *std::move(state)});
  const auto found = check_code_of_any(email_key, candidates, code, caller, deps);
  if (const auto* refused = std::get_if<MailProofRefused>(&found)) return *refused;
  return std::nullopt;
}

void renew_code_tries(std::string_view email_key, const Deps& deps) {
  forgive(tries_of(email_key).id, deps);
}

}  // namespace cardea
