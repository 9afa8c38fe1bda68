// What commands work with, made from the settings when first asked for: a command that needs no database
// opens none.
#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include "auth/revocation.h"
#include "cli/command.h"
#include "config/settings.h"
#include "password/password.h"
#include "token/revoked_sessions.h"

namespace cardea {

class Tools {
 public:
  // entropy must outlive the tools.
  Tools(Settings settings, Instant now, Entropy& entropy, StoreFactory make_store);

  [[nodiscard]] const Settings& settings() const { return settings_; }
  [[nodiscard]] Instant now() const { return now_; }
  [[nodiscard]] Entropy& entropy() { return entropy_; }
  // Connects at the first call of the store. Throws what the store throws.
  [[nodiscard]] Store& store();
  // Shares its hashing slots with the gate through <keys>/hashing.lock. Throws std::runtime_error, with the
  // cure, when there is no key directory yet.
  [[nodiscard]] Passwords& passwords();

  // What every process of this host knows of sessions that ended.
  [[nodiscard]] RevokedSessions& revoked() { return revoked_; }
  // auth/revocation.h. What went wrong on this host though the ending counts is said on `err`.
  bool end_sessions(const Ending& ending, std::ostream& err);

  // Records what an administrator did to a user or to one of the user's sessions.
  void record(EventKind kind, const UserId& user, std::string_view detail);
  void record(EventKind kind, const Session& session, std::string_view detail);

 private:
  [[nodiscard]] Event event_of(EventKind kind, const UserId& user, std::string_view detail);

  Settings settings_;
  Instant now_;
  Entropy& entropy_;
  StoreFactory make_store_;
  std::unique_ptr<Store> store_;
  std::optional<HashingGate> gate_;
  std::optional<Passwords> passwords_;
  RevokedSessions revoked_;
};

}  // namespace cardea
