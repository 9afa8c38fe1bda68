// One installation in memory: settings, a store, a key directory, cheap passwords, entropy that is the
// same in every run, and a clock that a test sets. Everything that the rules of src/auth work with.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "auth/account/outbox.h"
#include "auth/session/context.h"
#include "auth/session/grant.h"
#include "auth/session/start.h"
#include "support/fake_http.h"
#include "support/sql_faults.h"
#include "support/temporary_directory.h"

namespace cardea::testing {

// 2026-11-22T03:15:00Z
inline constexpr Instant noon{milliseconds{1795317300000}};
inline constexpr std::string_view valid_password = "correct horse battery staple";

// SHA-256 of a counter: unpredictable enough to tell two draws apart, the same in every run. Safe from many
// threads.
class CountingEntropy final : public Entropy {
 public:
  void fill(std::span<std::uint8_t> out) override;

 private:
  std::atomic<std::uint64_t> drawn_{0};
};

// What a complete cardea.ini would say: https://example.com, mount /auth, mode cookie, defaults elsewhere.
[[nodiscard]] Settings usual_settings(const std::string& key_directory);

class House {
  TemporaryDirectory directory_;

 public:
  House();

  TestStore store;
  CountingEntropy entropy;
  FakeHttp http;
  Settings settings;  // may be changed between two calls, except tokens.keys, tokens.algorithm and password
  Instant now = noon;

  [[nodiscard]] Deps deps();
  [[nodiscard]] Caller caller() const;
  [[nodiscard]] const std::string& key_directory() const { return directory_.path(); }

  // A user as `cardea user add` makes one. The key of the e-mail is the e-mail.
  User add_user(const std::string& email, std::string_view password = valid_password);
  // Signs in without a password, e.g. to have a session to refresh.
  Grant start(const User& user, const std::string& device_id = "phone");

  // The rows as they are now.
  [[nodiscard]] SessionState state_of(const SessionId& id);
  [[nodiscard]] Session row_of(const Grant& grant) { return state_of(grant.session.id).session; }
  [[nodiscard]] User user_of(const User& user);
  [[nodiscard]] int events_of(EventKind kind);
  // What the mail server does with the next letters; it takes them unless a test says otherwise.
  Outcome mail_server = Outcome::taken;
  // Sends what is due now; returns what arrived since the last call. trouble: what went wrong, if the test asks.
  [[nodiscard]] std::vector<Letter> letters(std::string* trouble = nullptr);

  // Shows `now`, also to a request that is under way while a hook moves it.
  class Face final : public Clock {
   public:
    explicit Face(const House& house) : house_(house) {}
    [[nodiscard]] Instant now() const override { return house_.now; }

   private:
    const House& house_;
  };

  // What belongs to one thread. The house must outlive it.
  class Thread {
   public:
    explicit Thread(House& house);
    [[nodiscard]] Deps deps();

   private:
    House& house_;
    Face clock_;
    KeyRing keys_;
    VerifiedTokens verified_;
    RevokedSessions revoked_;
    Passwords passwords_;
    LettersWritten letters_;
  };

 private:
  HashingSlots gate_;
  Thread own_;
};

// The tokens of a grant as a client presents them: by cookies, or in a body with nothing beside it.
[[nodiscard]] PresentedTokens by_cookie(const Grant& grant);
[[nodiscard]] PresentedTokens by_body(const Grant& grant);

}  // namespace cardea::testing
