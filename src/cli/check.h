// cardea check: whether everything is in order, and if not, what to do. Each part looks at one thing and returns what it
// found, with the cure. A part that fails does not stop the others.
#pragma once

#include <string>
#include <vector>

#include "cli/job.h"
#include "setup/finding.h"

namespace cardea {

// Signing and refresh keys: present, dated, readable by this user alone.
[[nodiscard]] Findings check_keys(Tools& tools);
// The file of ended sessions: there, writable, not damaged. Makes it where it is missing.
[[nodiscard]] Findings check_revocations(Tools& tools);
// The database (cli/database.cpp): reachable, at this program's version, its clock, what the store warns of.
[[nodiscard]] Findings check_database(Tools& tools);
// Its verdict on a database that answers. The difference between its clock and ours counts if it has a clock.
[[nodiscard]] Findings judge_database(const DatabaseReport& report, milliseconds clock_difference,
                                      seconds clock_skew);
// Addresses that are the same by now but belong to two users, and those that `cardea migrate` will change. In
// cli/database.cpp, too.
[[nodiscard]] Findings check_addresses(Tools& tools);
// What a password costs in time and memory on this host.
[[nodiscard]] Findings check_passwords(Tools& tools);
// Each provider of social sign-in: its metadata and its keys, past the documents that are kept.
[[nodiscard]] Findings check_providers(Tools& tools);
// Mail: whether there is any, and what takes it: the program must be there; an SMTP server is asked, up to signing in,
// unless offline.
[[nodiscard]] Findings check_mail(const MailSettings& settings, bool offline);
// Proxies: whether strangers can be in trusted_proxies, and which clients of the last week a proxy named by something
// other than an address.
[[nodiscard]] Findings check_proxies(Tools& tools);
// Its verdict on the addresses of events.
[[nodiscard]] Findings judge_proxies(const std::vector<Network>& trusted, const std::vector<Event>& events);
// All of the above that ask no other server, for the page of /repair.
[[nodiscard]] Findings check_offline(const Settings& settings, Instant now);
// The site from outside: the mount answers, Authorization arrives.
[[nodiscard]] Findings check_web(const SiteSettings& site, TransportMode mode);

}  // namespace cardea
