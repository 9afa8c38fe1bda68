// What a running gate consists of: the parts that all threads share, and the parts that each has for itself.
#pragma once

#include <memory>

#include "auth/context.h"
#include "base/entropy.h"
#include "config/settings.h"
#include "gateway/clock.h"
#include "gateway/traffic.h"
#include "identity/https_client.h"
#include "password/hashing_gate.h"
#include "password/password.h"
#include "store/store.h"
#include "token/key_ring.h"

namespace cardea {

// Opens nothing: the database is connected to by the first call that needs it, the lock file by the first
// password.
class Runtime {
 public:
  explicit Runtime(Settings settings);

  [[nodiscard]] const Settings& settings() const { return settings_; }
  [[nodiscard]] Store& store() { return *store_; }
  [[nodiscard]] Traffic& traffic() { return traffic_; }

 private:
  friend class Worker;
  Settings settings_;
  std::unique_ptr<Store> store_;
  HashingGate hashing_gate_;
  Traffic traffic_;
  SystemEntropy entropy_;
  SystemClock clock_;
  HttpsClient http_;
};

// One thread's share. The runtime must outlive it.
class Worker {
 public:
  // Reads the key directory. Throws KeyError.
  Worker(Runtime& runtime, Instant now);

  // To be called before each request: notices new keys.
  void refresh_keys(Instant now) { keys_.refresh(now); }
  [[nodiscard]] Deps deps();
  void count(const Response& response, Instant now) { runtime_.traffic_.count(response, now); }
  // What a request could not do though it succeeded; empty: nothing. To be logged after each.
  [[nodiscard]] std::string take_trouble() { return revoked_.take_trouble(); }

 private:
  Runtime& runtime_;
  KeyRing keys_;
  RevokedSessions revoked_;
  Passwords passwords_;
  Outbox outbox_;
};

}  // namespace cardea
