// The file work of set-up: folder, keys, tables, the administrator, what PHP reads, and cardea.ini at the very end.
//
// Every step can be repeated, and a process that is killed between any two of them leaves a state from which set-up goes
// on: until the draft is renamed to cardea.ini there is no configuration, so the page still answers, and it does all steps
// again. The marker lies in the folder before the rename, and counts only once the draft is gone. So there is no moment at
// which the program is configured and set-up is open.
#pragma once

#include <array>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/entropy.h"
#include "base/time.h"
#include "auth/session/verify.h"
#include "setup/answers.h"

namespace cardea {

// In this order.
enum class InstallStep {
  folder,         // for settings and keys, 0700 if it is made
  draft,          // the whole cardea.ini under another name, 0600
  pointer,        // where it will be, beside a program in the document root
  keys,           // a signing key and a key of refresh tokens, unless there are some
  tables,         // as `cardea migrate`
  administrator,  // with the scope cardea:admin; an account of that address gets the password and the scope
  php,            // keys.json, the public keys for PHP, and php.json, what cardea.php must know
  server,         // what InstallTools::server does
  note,           // set-up is completed, says the database
  marker,         // and the folder
  config,         // the draft becomes cardea.ini
  count,          // not a step; stays last
};

// The step as a person calls it.
[[nodiscard]] std::string_view step_in_words(InstallStep step, Language language);

struct InstallFailure {
  InstallStep step = InstallStep::folder;
  std::string why;       // in English, of the system or of the database; without a secret
  bool is_busy = false;  // another process sets up at this moment; nothing was written
};

struct InstallTools {
  Entropy& entropy;
  Instant now{};
  // Called after each step. Tests throw from here what stands for a killed process.
  std::function<void(InstallStep)> after = {};
  // Adapts the web server to the program (setup/htaccess.h). Without a configuration the program still answers as such.
  std::function<void()> server = {};
};

// Nothing if everything was done. Processes wait for nobody: of two at once one is told that the other is at work. Also
// succeeds, without doing anything, if cardea.ini was put into place meanwhile.
[[nodiscard]] std::optional<InstallFailure> install(const Installation& installation, InstallTools tools);

// Sets the password of the user with this address, who must have the scope cardea:admin, and ends all sessions of the
// account. False if there is no such user. Throws StoreUnavailable, KeyError, std::runtime_error.
[[nodiscard]] bool set_administrator_password(const Settings& settings, const Email& email,
                                              const Secret& prepared, InstallTools tools);

}  // namespace cardea
