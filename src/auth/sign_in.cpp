#include "auth/sign_in.h"

#include <algorithm>
#include <utility>

#include "auth/history.h"
#include "auth/throttle.h"
#include "base/email.h"

namespace cardea {
namespace {

constexpr seconds busy_wait{2};
constexpr int remembered_sessions = 200;

// A device that this user has signed in from before keeps a bucket of its own, so that a stranger's guessing
// cannot lock the owner out. Device ids are random and known to that device only.
bool is_known_device(const std::optional<User>& user, const std::string& device_id, const Deps& deps) {
  if (!user || device_id.empty()) return false;
  const auto sessions = deps.store.latest_sessions_of(user->id, remembered_sessions);
  return std::any_of(sessions.begin(), sessions.end(),
                     [&](const Session& session) { return session.device_id == device_id; });
}

struct Account {
  Digest bucket;
  std::optional<User> user;
  std::string device_id;
};

Account find_account(const SignInRequest& request, const Deps& deps) {
  const auto email = parse_email(request.email);
  const auto key = email ? email->key : request.email;
  return {.bucket = account_bucket(key),
          .user = email ? deps.store.user_of(*email) : std::nullopt,
          .device_id = request.device.id};
}

std::optional<seconds> admit(Account& account, AttemptGuard& guard, const Caller& caller, const Deps& deps) {
  const auto& limits = deps.settings.limits;
  if (const auto wait = guard.admit(address_bucket(caller.address), limits.address_failures)) return wait;
  const auto wait = guard.admit(account.bucket, limits.account_failures);
  if (!wait || !is_known_device(account.user, account.device_id, deps)) return wait;
  account.bucket = device_bucket(account.user->id, account.device_id);
  return guard.admit(account.bucket, limits.account_failures);
}

SignInRefused refuse_wrong(const std::optional<User>& user, const Caller& caller, const Deps& deps) {
  record({.kind = EventKind::sign_in_failed,
          .user = user ? std::optional{user->id} : std::nullopt,
          .session = {},
          .detail = user ? "wrong password" : "no such user"},
         caller, deps);
  return {.why = SignInRefusal::invalid_credentials};
}

// Old parameters, right password: the hash is made anew. Not worth a refusal if there is no slot for it now.
void improve_hash(const User& user, const Secret& password, const Deps& deps) {
  const auto better = deps.passwords.rehash(password);
  if (!better) return;
  (void)deps.store.replace_password_hash({.user = user.id, .from = user.password_hash, .to = *better});
}

}  // namespace

std::variant<Grant, SignInRefused> sign_in(SignInRequest request, const Caller& caller, const Deps& deps) {
  auto account = find_account(request, deps);
  AttemptGuard guard(caller, deps);
  if (const auto wait = admit(account, guard, caller, deps)) {
    guard.give_back();
    return SignInRefused{.why = SignInRefusal::too_many_attempts, .retry_after = *wait};
  }

  const auto verdict =
      deps.passwords.check(request.password, account.user ? account.user->password_hash : "");
  if (verdict == PasswordVerdict::busy) {
    guard.give_back();
    return SignInRefused{.why = SignInRefusal::busy, .retry_after = busy_wait};
  }
  if (verdict == PasswordVerdict::wrong || !account.user) return refuse_wrong(account.user, caller, deps);

  guard.give_back();
  guard.forgive(account.bucket);
  if (account.user->status == UserStatus::disabled)
    return SignInRefused{.why = SignInRefusal::account_disabled};
  if (verdict == PasswordVerdict::right_needs_rehash) improve_hash(*account.user, request.password, deps);
  return start_session(std::move(*account.user), std::move(request.device), "password", caller, deps);
}

}  // namespace cardea
