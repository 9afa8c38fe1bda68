// What every rule of this floor works with: the things that last (Deps) and the one who asks now (Caller).
#pragma once

#include <optional>
#include <string>

#include "base/clock.h"
#include "base/entropy.h"
#include "base/network.h"
#include "base/time.h"
#include "config/settings.h"
#include "identity/http.h"
#include "mail/outbox.h"
#include "password/password.h"
#include "store/store.h"
#include "token/access_token.h"
#include "token/key_ring.h"
#include "token/revoked_sessions.h"

namespace cardea {

// Borrowed for the length of a request; main owns them. The key ring, the revoked sessions, the passwords,
// the outbox and therefore the whole bundle belong to one thread; the store and http are shared.
struct Deps {
  const Settings& settings;
  Store& store;
  KeyRing& keys;
  RevokedSessions& revoked;
  Passwords& passwords;
  Entropy& entropy;
  Outbox& outbox;
  Http& http;
  const Clock* clock = nullptr;  // nothing: time stands still while a request is answered
};

struct Caller {
  Instant now{};
  Address address;
  std::string user_agent;                           // as sent
  std::optional<Language> language = std::nullopt;  // what the browser likes best of ours
};

[[nodiscard]] TokenPolicy token_policy(const Settings& settings);

// The time by now: never before the request came in, and later if it had to wait.
[[nodiscard]] Instant present_time(const Caller& caller, const Deps& deps);

}  // namespace cardea
