// The pages of set-up and repair, made of values. They need no script, and nothing but the stylesheet of the other pages.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "setup/answers.h"
#include "setup/htaccess.h"
#include "setup/install.h"
#include "setup/visit.h"
#include "upkeep/finding.h"

namespace cardea {

struct Link {
  std::string address;
  std::string_view text;
};

// A title, a sentence and perhaps where to go.
[[nodiscard]] std::string message_page(std::string_view title, std::string_view sentence,
                                       const std::optional<Link>& link, const Visit& visit);

// What the visitor must upload to prove that the site is theirs. is_missing: they asked, and the file is not there.
// Tells nothing about the host.
[[nodiscard]] std::string proof_page(std::string_view file, bool is_missing, const Visit& visit);

// What set-up found about the host, as sentences in the language of the visit.
struct Found {
  std::string server;         // SERVER_SOFTWARE
  bool per_request = false;   // plain CGI
  std::string user;           // that the program runs as
  bool authorization = true;  // the server passes that header on
  bool sqlite = true;         // the folder is on a file system of this host
};

// The form, filled in with the answers as far as they are no secrets.
struct SetupForm {
  Place place;
  Found found;
  Answers answers;
  AnswerProblems problems = {};
  std::optional<InstallFailure> failure = {};
};
[[nodiscard]] std::string setup_page(const SetupForm& form, const Visit& visit);

// Set-up is complete. proof_left: the file of the proof, if the program could not remove it.
[[nodiscard]] std::string done_page(std::string_view proof_left, const HtaccessLines& lines,
                                    const Visit& visit);

struct RepairView {
  std::string config;                // cardea.ini
  std::vector<std::string> reasons;  // why the program does not start; empty: it does
  bool is_lost = false;              // there is no cardea.ini, and set-up is closed
  bool is_open = false;              // there is no cardea.ini, and set-up can make one
  std::string open_file;             // that others can read, and that this program may close; empty: none
  bool has_settings = false;         // they can be read, so tables and administrators can be worked on
  Findings findings = {};
  std::string told = {};  // what an act has done or why it could not; empty: there was no act
  bool told_is_good = false;
};
[[nodiscard]] std::string repair_page(const RepairView& view, const Visit& visit);

// The values of the field `act` in the forms of that page.
inline constexpr std::string_view act_reopen = "reopen";
inline constexpr std::string_view act_close_file = "close_file";
inline constexpr std::string_view act_tables = "tables";
inline constexpr std::string_view act_password = "password";

}  // namespace cardea
