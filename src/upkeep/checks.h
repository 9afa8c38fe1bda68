// Whether everything is in order, and if not, what to do: the checks of `cardea check`, /auth/admin/checks and /auth/repair.
// Each looks at one subject and returns what it found. A check that cannot be made does not stop the others: none throws.
// What is seen from outside is in upkeep/outside.h, the host in upkeep/host.h.
#pragma once

#include <functional>

#include "auth/session/context.h"
#include "upkeep/finding.h"

namespace cardea {

// What the checks look at. Borrowed for one look.
struct Inspection {
  const Settings& settings;
  Instant now{};
  Entropy& entropy;
  Store& store;
  RevokedSessions& revoked;
  std::function<Passwords&()> passwords;  // throws std::runtime_error without a key directory
  Http& http;
};

// How far a look goes.
enum class Scope {
  offline,  // asks no other server, and the site neither: for /auth/repair
  all,
};
// All checks, in the order in which they are shown.
[[nodiscard]] Findings look_at_all(const Inspection& inspection, Scope scope);

// Signing and refresh keys: present, dated, readable by this user alone.
[[nodiscard]] Findings check_keys(const Inspection& inspection);
// The file of ended sessions: there, writable, not damaged. Makes it where it is missing.
[[nodiscard]] Findings check_revocations(const Inspection& inspection);
// The database: reachable, at this program's version, its clock, rights, room and text, what the store warns of.
[[nodiscard]] Findings check_database(const Inspection& inspection);
// Its verdict on a database that answers. The difference between its clock and ours counts if it has a clock.
[[nodiscard]] Findings judge_database(const DatabaseReport& report, milliseconds clock_difference,
                                      const Settings& settings);
// Addresses that are the same by now but belong to two users, and those that `cardea migrate` will change.
[[nodiscard]] Findings check_addresses(Store& store);
// Whether a user who can sign in is an administrator.
[[nodiscard]] Findings check_administrators(Store& store);
// What a password costs in time and memory on this host.
[[nodiscard]] Findings check_passwords(const Inspection& inspection);
// Their verdicts. memory_limit: what this process may use, in bytes.
[[nodiscard]] Finding judge_memory(const PasswordSettings& settings, std::int64_t memory_limit);
[[nodiscard]] Finding judge_time(milliseconds time, const PasswordSettings& settings);
// Each provider of social sign-in: its metadata and its keys, past the documents that are kept.
[[nodiscard]] Findings check_providers(const Inspection& inspection);
// Mail: whether there is any, and what takes it: the program must be there; an SMTP server is asked, up to signing in,
// unless offline.
[[nodiscard]] Findings check_mail(const MailSettings& settings, Scope scope);
// Proxies: whether strangers can be in trusted_proxies, and which clients of the last week a proxy named by something
// other than an address.
[[nodiscard]] Findings check_proxies(const Inspection& inspection);
// Its verdict on the addresses of events.
[[nodiscard]] Findings judge_proxies(const std::vector<Network>& trusted, const std::vector<Event>& events);
// Settings that are allowed, and that most sites should not have.
[[nodiscard]] Findings judge_settings(const Settings& settings);

}  // namespace cardea
