// What a command is given when it runs, and what several commands do alike: refuse, find a user, read a password.
#pragma once

#include <memory>
#include <optional>
#include <string_view>
#include <variant>
#include <vector>

#include "auth/session/end.h"
#include "base/secret.h"
#include "cli/console.h"
#include "cli/parse.h"
#include "config/settings.h"
#include "ended/sessions.h"
#include "password/password.h"

namespace cardea {

// What commands work with, made from the settings when first asked for: a command that needs no database
// opens none.
class Tools {
 public:
  // entropy must outlive the tools.
  Tools(Settings settings, Instant now, Entropy& entropy, StoreFactory make_store);

  [[nodiscard]] const Settings& settings() const { return settings_; }
  [[nodiscard]] Instant now() const { return now_; }
  [[nodiscard]] Entropy& entropy() { return entropy_; }
  // Connects at the first call of the store. Throws what the store throws.
  [[nodiscard]] Store& store();
  // Shares its hashing slots with the server's processes through the files <keys>/hashing.lock.N. Throws std::runtime_error,
  // with the cure, when there is no key directory yet.
  [[nodiscard]] Passwords& passwords();

  // What every process of this host knows of sessions that ended.
  [[nodiscard]] RevokedSessions& revoked() { return revoked_; }
  // As in auth/session/end.h. If this host could not note down an ending that counts, `err` says why.
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
  std::optional<HashingSlots> slots_;
  std::optional<Passwords> passwords_;
  RevokedSessions revoked_;
};

struct Job {
  const CommandLine& line;
  Console& console;
  Tools& tools;
};

// Says on console.err what is wrong and returns `refused`.
[[nodiscard]] ExitCode refuse(Console& console, std::string_view why);
// The same for arguments that are wrong in themselves: returns `usage`.
[[nodiscard]] ExitCode misused(Console& console, std::string_view why);

// A user is named by e-mail address or by id everywhere. Returns the user, or the exit code after saying on
// console.err why there is none: `usage` if the text is neither an address nor an id, `refused` if no user has it.
[[nodiscard]] std::variant<User, ExitCode> find_user(std::string_view named, Job& job);

// "Ada Lovelace <ada@example.com>", printable.
[[nodiscard]] std::string shown_person(const User& user);

// Passwords come from standard input, never from an argument: other users of the host can read those.

// The first line of console.in without its line break (LF or CR LF), checked and hashed by the rules of [password].
// names: those of the account, of which it must not be made (Passwords::choose). From a terminal it is asked for twice, without echo. The hash, or the exit code after saying on
// console.err what was wrong.
[[nodiscard]] std::variant<std::string, ExitCode> read_and_hash_password(
    const std::vector<std::string_view>& names, Job& job);

// The first line of standard input, asked for without echo at a terminal; empty at the end of input.
[[nodiscard]] std::optional<Secret> read_secret(std::string_view question, Console& console);

}  // namespace cardea
