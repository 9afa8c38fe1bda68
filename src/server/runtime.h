// What a running gate consists of: the parts that all threads share, and the parts that each has for itself.
#pragma once

#include <memory>

#include "auth/session/context.h"
#include "base/entropy.h"
#include "base/time.h"
#include "config/settings.h"
#include "http/client.h"
#include "keys/ring.h"
#include "password/password.h"
#include "password/slots.h"
#include "server/background.h"
#include "server/clock.h"
#include "server/traffic.h"
#include "store/store.h"

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
  HashingSlots hashing_slots_;
  Traffic traffic_;
  SystemEntropy entropy_;
  SystemClock clock_;
  HttpsClient http_;
  MailSender mail_sender_{settings_.mail};  // last: it ends first
};

// One thread's share. The runtime must outlive it.
class Worker {
 public:
  // Reads the key directory. Throws KeyError.
  Worker(Runtime& runtime, Instant now);

  // To be called before each request: notices new keys.
  void reload_keys(Instant now) { keys_.refresh(now); }
  [[nodiscard]] Deps deps();
  void count(const Response& response, Instant now) { runtime_.traffic_.count(response, now); }
  // What a request could not do though it succeeded; empty: nothing. To be logged after each.
  [[nodiscard]] std::string take_trouble() { return revoked_.take_trouble(); }
  // To be called after each answer has been sent: hands the letters it left to the mail sender. Or takes them,
  // where there is no time for one.
  void send_letters() { runtime_.mail_sender_.take(outbox_.take()); }
  [[nodiscard]] std::vector<Letter> take_letters() { return outbox_.take(); }

 private:
  Runtime& runtime_;
  KeyRing keys_;
  VerifiedTokens verified_;
  RevokedSessions revoked_;
  Passwords passwords_;
  Outbox outbox_;
};

}  // namespace cardea
