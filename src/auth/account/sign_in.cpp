#include "auth/account/sign_in.h"

#include <utility>
#include <variant>

#include "auth/account/throttle.h"
#include "auth/session/fresh.h"
#include "auth/watch/events.h"
#include "base/email.h"

namespace cardea {
namespace {

constexpr seconds busy_wait{2};

struct Account {
  Digest bucket;
  std::optional<User> user;
};

Account find_account(const SignInRequest& request, const Deps& deps) {
  const auto email = parse_email(request.email);
  const auto key = email ? email->key : request.email;
  return {.bucket = account_bucket(key), .user = email ? deps.store.user_of(*email) : std::nullopt};
}

// A device that this user has signed in from before. It has buckets of its own, so that neither the guesses of a thief
// nor a neighbour behind the same address can lock the owner out. Device ids are random and known to that device only.
bool is_known_device(const std::optional<User>& user, const std::string& device_id, const Deps& deps) {
  if (device_id.empty()) return false;
  const auto known =
      deps.store.is_known_device(user ? user->id : UserId{}, device_id, user ? user->epoch : 0);
  return user && known;
}

// The buckets in which a wrong password is counted.
struct GuessBuckets {
  Buckets buckets;
  std::optional<seconds>
      others_wait;  // with the buckets of a known device: the time that other devices must wait
};

// Seconds: refused, the time to wait.
std::variant<GuessBuckets, seconds> find_buckets(const Account& account, const std::string& device_id,
                                                 const Caller& caller, const Deps& deps) {
  auto everyone = failures_of_address(caller, deps);
  everyone.push_back({account.bucket, deps.settings.limits.account_failures});
  const auto wait = closed_for(everyone, caller, deps);
  if (!wait) return GuessBuckets{.buckets = std::move(everyone), .others_wait = std::nullopt};
  if (!is_known_device(account.user, device_id, deps)) return *wait;
  auto own = failures_of_device(account.user->id, device_id, deps);
  if (closed_for(own, caller, deps)) return *wait;
  return GuessBuckets{.buckets = std::move(own), .others_wait = wait};
}

SignInRefused refuse_for_now(seconds wait) {
  return {.why = SignInRefusal::too_many_attempts, .retry_after = wait};
}

// A known device whose address or account is closed gets the same answer as an unknown device: another answer would
// show whose device it is.
SignInRefused refuse_wrong(const std::optional<User>& user, const GuessBuckets& guesses, const Caller& caller,
                           const Deps& deps) {
  if (const auto wait = count_failure(guesses.buckets, caller, deps))
    return refuse_for_now(guesses.others_wait.value_or(*wait));
  record({.kind = EventKind::sign_in_failed,
          .user = user ? std::optional{user->id} : std::nullopt,
          .session = {},
          .detail = user ? "wrong password" : "no such user"},
         caller, deps);
  if (guesses.others_wait) return refuse_for_now(*guesses.others_wait);
  return {.why = SignInRefusal::invalid_credentials};
}

// The password is right, but its hash has old parameters: it is hashed again. If no hashing slot is free, a later
// sign-in does it.
void improve_hash(const User& user, const Secret& password, const Deps& deps) {
  const auto better = deps.passwords.rehash(password);
  if (!better) return;
  (void)deps.store.replace_password_hash({.user = user.id, .from = user.password_hash, .to = *better});
}

}  // namespace

std::variant<Grant, SignInRefused> sign_in(SignInRequest request, const Caller& caller, const Deps& deps) {
  auto account = find_account(request, deps);
  const auto found = find_buckets(account, request.device.id, caller, deps);
  if (const auto* wait = std::get_if<seconds>(&found)) return refuse_for_now(*wait);
  const auto& guesses = std::get<GuessBuckets>(found);

  const auto verdict =
      deps.passwords.check(request.password, account.user ? account.user->password_hash : "");
  if (verdict == PasswordVerdict::busy)
    return SignInRefused{.why = SignInRefusal::busy, .retry_after = busy_wait};
  if (verdict == PasswordVerdict::wrong || !account.user)
    return refuse_wrong(account.user, guesses, caller, deps);

  // Other requests may have guessed wrong meanwhile: a right guess is not told where a wrong one would not be.
  if (const auto wait = closed_for(guesses.buckets, caller, deps))
    return refuse_for_now(guesses.others_wait.value_or(*wait));
  forgive(guesses.others_wait ? guesses.buckets.front().id : account.bucket, deps);
  if (account.user->status == UserStatus::disabled)
    return SignInRefused{.why = SignInRefusal::account_disabled};
  if (auto offer = offer_reopening(*account.user, caller, deps))
    return SignInRefused{.why = SignInRefusal::account_closed, .offer = *std::move(offer)};
  if (verdict == PasswordVerdict::right_needs_rehash) improve_hash(*account.user, request.password, deps);
  return grant_or(
      SignInRefused{.why = SignInRefusal::ended_by_watch},
      start_session(std::move(*account.user), std::move(request.device), password_method, caller, deps));
}

std::string strategy_of(const User& user) {
  const bool by_password = !user.password_hash.empty() || user.last_method.empty();
  return by_password ? "password" : user.last_method;
}

}  // namespace cardea
