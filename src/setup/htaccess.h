// The lines of .htaccess that not every host accepts: FastCGI for the program, and the gate of the folder `members`. Each is
// tried in a directory of its own, which the program asks for by HTTP as a client from outside would. What works there is
// written to the place where it belongs and is asked for again; the old lines come back if that fails.
//
// The archive starts with lines that work on the most hosts: plain CGI, and a folder `members` that nobody may enter. So a
// host that accepts nothing more, a site that cannot reach itself, and a process that is killed lose nothing.
//
// Only files that the archive brought are replaced: they hold the words `may_replace`.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "config/settings.h"
#include "http/client.h"
#include "setup/place.h"

namespace cardea {

inline constexpr std::string_view may_replace = "set-up may replace this file";
// In the lines of a gate, where the path of the program belongs.
inline constexpr std::string_view program_placeholder = "@PROGRAM@";
// The directory in which lines are tried, in that of the program and in the document root. Removed after that.
inline constexpr std::string_view trial_name = "cardea-try";

// What the archive's public_html became on the host.
struct WebSite {
  std::string root;     // the document root
  std::string program;  // the program's file, in or below the document root
  std::string url;      // [site] url
  std::string mount;    // [site] mount
};

enum class Lines {
  untried,  // there is no such file of the archive, it was replaced before, or the host has a gate of its own
  refused,  // the host does not accept the lines, or the site cannot reach itself: the old ones are in place
  written,
  open,  // of the gate: the server shows the folder to everybody, whatever its .htaccess says
};

struct HtaccessLines {
  Lines fastcgi = Lines::untried;
  Lines gate = Lines::untried;
};

// Nothing if the program does not lie in the document root, or if its path has a meaning in a line of .htaccess.
[[nodiscard]] std::optional<WebSite> web_site(const Place& place, const std::string& root,
                                              const SiteSettings& site);

// Takes as long as http_patience if the site cannot reach itself, and up to seven requests otherwise. Never throws for what
// the file system or the server does. The caller makes sure that no other process does the same (install() holds a lock).
[[nodiscard]] HtaccessLines write_htaccess(const WebSite& site, Http& http);

}  // namespace cardea
