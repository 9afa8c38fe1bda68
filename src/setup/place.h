// Where things lie on the host: the program, the document root, and the folder for settings and keys. Nothing here changes
// anything.
#pragma once

#include <optional>
#include <string>

#include "base/time.h"

namespace cardea {

struct HostPaths {
  std::string program;           // the directory of the program, where the proof is looked for
  std::string document_root;     // DOCUMENT_ROOT; empty: not known, or a terminal
  std::string config;            // where the program looks for cardea.ini (find_config)
  bool config_is_named = false;  // by --config or $CARDEA_CONFIG
};

// The folder that set-up writes to.
struct Place {
  std::string config;   // cardea.ini
  std::string home;     // its directory
  std::string pointer;  // the file that must say where it is (config_pointer in config/load.h); empty: none
  bool is_usable = false;      // this process may write there, and no web server shows it
  bool config_exists = false;  // a cardea.ini lies there that the program does not read

  // The same settings while set-up is at work; renaming this file is the last step. While it is there, set-up may go on.
  [[nodiscard]] std::string draft() const { return config + ".new"; }
  [[nodiscard]] bool is_begun() const;  // the draft is there
  // Says that set-up was completed. It stays.
  [[nodiscard]] std::string marker() const { return home + "/cardea-setup-done.txt"; }
  [[nodiscard]] bool was_used() const;  // a configuration or the marker is there
};

// The named file if there is one. If the program lies in the document root: the folder `cardea` beside the document root,
// with a pointer. Else the folder `cardea` beside that of the program (cgi-bin) if it is there, else beside the program,
// else /etc/cardea, if this process may write there. A folder that was used stays
// the place: a process that began before set-up ended must not find another one.
[[nodiscard]] Place choose_place(const HostPaths& paths);

// The document root around a path, as far as is known: told (DOCUMENT_ROOT) if the path lies in it, else the outermost
// directory around the path that is named like one (lighttpd tells another root for a program behind an alias), else told.
[[nodiscard]] std::string web_root(const std::string& path, const std::string& told);

// True if the path lies in its web_root: nothing that holds a secret may be there.
[[nodiscard]] bool is_public(const std::string& path, const std::string& told);

// True if set-up was completed there: it stays closed, also if cardea.ini is lost, until /repair opens it.
[[nodiscard]] bool is_closed(const Place& place);

// True if the path, whose last parts need not exist, lies in the directory. Links are followed. False if the directory is
// empty.
[[nodiscard]] bool lies_in(const std::string& path, const std::string& directory);

// True if this process may create a file of that path: the nearest directory above it that exists can be written, and not
// by every user.
[[nodiscard]] bool may_create(const std::string& path);

// The nearest directory above the path that exists.
[[nodiscard]] std::string existing_directory(const std::string& path);

}  // namespace cardea
