// The addresses that answer without a configuration, /setup and /repair below the mount, and what every other address says
// meanwhile.
//
//   /setup   while there is no cardea.ini. It answers 404 for ever once set-up was completed, also if cardea.ini is lost.
//   /repair  always: why the program does not start, checks, migrations, a new password for an administrator.
//
// Both ask for the proof by file (setup/proof.h) before they tell or change anything, refuse plain http but for a browser
// on this machine, and refuse forms of other sites. All work is done in the request; no state is kept in memory, so any
// process may answer any request.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "setup/context.h"
#include "setup/visit.h"

namespace cardea {

// The answer in CGI form (RFC 3875 section 6): a door; a page for a browser that navigates; else a bare 503 without detail.
// GET /health, below any mount, is told the cause and the state of the configuration, words that strangers may read.
// Never throws. body: at most visit_body_limit + 1 bytes.
[[nodiscard]] std::string unconfigured_answer(const Environment& environment, Secret body,
                                              const Unconfigured& why, const DoorContext& context,
                                              Instant now);

// The same without pages, for a failure in the middle of a request.
[[nodiscard]] std::string broken_answer(const Environment& environment, std::string_view cause);

[[nodiscard]] bool asks_to_repair(const Request& request, const SiteSettings& site);

// /repair of a program that works; nothing for every other path.
[[nodiscard]] std::optional<Response> repair_answer(const Request& request, const Settings& settings,
                                                    const DoorContext& context);

}  // namespace cardea
