// What all histories of a run share: settings, keys, a password that was hashed once, and the database.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "keys/ring.h"
#include "password/password.h"
#include "password/slots.h"
#include "support/house.h"
#include "support/sql_faults.h"
#include "support/temporary_directory.h"

namespace cardea::torture {

// The same draws in every run, so that a history comes out the same; with a real database, which may hold the
// rows of other runs, the system's.
class Draws final : public Entropy {
 public:
  explicit Draws(bool repeatable) : repeatable_(repeatable) {}
  void fill(std::span<std::uint8_t> out) override;

 private:
  const bool repeatable_;
  testing::CountingEntropy counting_;
  SystemEntropy system_;
};

class Installation {
  testing::TemporaryDirectory directory_{"torture"};

 public:
  // Without a database: one in memory, which begin() empties. Otherwise migrates it.
  explicit Installation(std::optional<DatabaseSettings> database);

  [[nodiscard]] bool is_in_memory() const { return memory_ != nullptr; }
  // An empty database for a history; a real one only gets further rows.
  void begin();
  // The database as that web host sees it: its node first, the others when that fails.
  [[nodiscard]] Store& store_of(std::size_t host);
  // Puts a row back as it was, past the Store: a restored backup.
  void overwrite(const Session& session);
  // A user of an e-mail that nobody had before.
  [[nodiscard]] User new_user(Instant now);

  Draws entropy;
  Settings settings;  // HS256, which costs a tenth of ES256

  // What one thread of one web host has for itself.
  class Worker {
   public:
    Worker(Installation& installation, Instant now);
    [[nodiscard]] Deps deps(const Settings& settings, Store& store, const Clock& clock);
    [[nodiscard]] Passwords& passwords() { return passwords_; }

   private:
    Installation& installation_;
    KeyRing keys_;
    VerifiedTokens verified_;
    RevokedSessions revoked_;
    Passwords passwords_;
    LettersWritten letters_;
    testing::FakeHttp http_;
  };

 private:
  std::optional<DatabaseSettings> database_;
  HashingSlots gate_;
  std::unique_ptr<testing::TestStore> memory_;
  std::vector<std::unique_ptr<Store>> nodes_;
  std::string password_hash_;
  std::string run_;  // tells e-mails of this run from those of others
  int users_made_ = 0;
};

inline constexpr Instant beginning = testing::noon;

}  // namespace cardea::torture
