#include "cli/database.h"

#include <algorithm>
#include <chrono>
#include <ostream>
#include <vector>

#include "auth/session/end.h"
#include "cli/check.h"
#include "keys/ring.h"
#include "store/sql/migrate.h"

namespace cardea {

// cardea migrate

namespace {

ExitCode run_migrate(Job& job) {
  const MigrationReport report = migrate(job.tools.settings().database, job.tools.now());
  const int renewed = renew_email_keys(job.tools.store());
  std::ostream& out = job.console.out;
  if (job.line.has("--json")) {
    out << json_text({{"from", report.from},
                      {"to", report.to},
                      {"applied", report.applied},
                      {"renewed_addresses", renewed}})
        << '\n';
    return ExitCode::done;
  }
  for (const std::string& name : report.applied) out << "applied " << name << '\n';
  if (renewed > 0) out << renewed << " users are found by every spelling of their address from now on\n";
  out << "the tables are at version " << report.to;
  if (report.applied.empty()) out << "; there was nothing to do";
  out << '\n';
  return ExitCode::done;
}

}  // namespace

std::vector<Command> migrate_commands() {
  return {{"migrate",
           "",
           "makes the tables, or brings them to this program's version",
           "Safe to repeat, to interrupt and to run from two hosts at once.",
           {{"--json", "", ValueKind::none, "for programs"}},
           run_migrate}};
}

// cardea purge. All but the keys is removed by itself, too (auth/session/end.h).

namespace {

constexpr std::chrono::hours day{24};
constexpr int rows_of_a_step = 500;

// Small steps, so that people who sign in meanwhile do not wait for a long lock.
PurgeResult purge_store(Tools& tools) {
  const PurgeLimits limits = purge_limits(tools.settings().tokens, tools.now(), rows_of_a_step);
  PurgeResult sum;
  for (;;) {
    const PurgeResult step = tools.store().purge(limits);
    sum.sessions += step.sessions;
    sum.events += step.events;
    sum.throttles += step.throttles;
    sum.legacy_tokens += step.legacy_tokens;
    sum.letters += step.letters;
    sum.address_changes += step.address_changes;
    if (std::max({step.sessions, step.events, step.throttles, step.legacy_tokens, step.letters,
                  step.address_changes}) < limits.rows)
      return sum;
  }
}

int erase_closed(Tools& tools) {
  int erased = 0;
  for (int step = rows_of_a_step; step == rows_of_a_step; erased += step)
    step = erase_closed_accounts(tools.settings(), tools.store(), tools.now(), rows_of_a_step);
  return erased;
}

ExitCode run_purge(Job& job) {
  const int erased = erase_closed(job.tools);
  const PurgeResult removed = purge_store(job.tools);
  job.tools.store().forget_erased();
  const TokenSettings& tokens = job.tools.settings().tokens;
  // A key outlives every refresh token, and every expired access token that accompanies one, of its days.
  const seconds retention = std::max(tokens.refresh_ttl, tokens.session_max) + seconds{day};
  const std::vector<std::string> keys =
      remove_spent_keys(tokens.keys, tokens.algorithm, retention, job.tools.now());
  if (job.line.has("--json")) {
    job.console.out << json_text({{"closed_accounts", erased},
                                  {"sessions", removed.sessions},
                                  {"events", removed.events},
                                  {"throttles", removed.throttles},
                                  {"legacy_tokens", removed.legacy_tokens},
                                  {"letters", removed.letters},
                                  {"keys", keys}})
                    << '\n';
    return ExitCode::done;
  }
  job.console.out << "removed " << erased << " closed accounts, " << removed.sessions << " sessions, "
                  << removed.events << " events, " << removed.throttles << " throttles, "
                  << removed.legacy_tokens << " legacy tokens, " << removed.letters << " letters, "
                  << keys.size() << " keys\n";
  for (const std::string& key : keys) job.console.out << "removed " << printable(key) << '\n';
  return ExitCode::done;
}

}  // namespace

std::vector<Command> purge_commands() {
  return {
      {"purge",
       "",
       "removes closed accounts, ended sessions, old events and spent keys",
       "Closed accounts after [registration] delete_after, sessions a day after their end, events after 90 days, throttles after a day, and keys once "
       "no token from\n"
       "their days can be alive. All but the keys goes by itself too, a little at a time.",
       {{"--json", "", ValueKind::none, "for programs"}},
       run_purge}};
}

// What `cardea check` says about the database, and about the addresses in it

namespace {

constexpr char database_area[] = "database";
constexpr milliseconds tolerated_difference{2000};

Finding judge_version(const DatabaseReport& report) {
  const int newest = newest_schema_version();
  const std::string versions = "tables at version " + std::to_string(report.schema_version) +
                               ", this program at " + std::to_string(newest);
  if (report.schema_version == 0)
    return {Result::fail, database_area, "there are no tables yet", "cardea migrate"};
  if (report.schema_version < newest) return {Result::fail, database_area, versions, "cardea migrate"};
  if (report.schema_version > newest) return {Result::fail, database_area, versions, "run the newer program"};
  return {Result::ok, database_area, versions, ""};
}

// How far the database's clock lay outside the span of time in which it was read.
milliseconds outside(Instant clock, Instant asked, Instant answered) {
  if (clock < asked) return asked - clock;
  return clock > answered ? clock - answered : milliseconds{0};
}

Finding judge_clock(milliseconds difference, seconds clock_skew) {
  const std::string text = "its clock and ours differ by " + std::to_string(difference.count() / 1000) + " s";
  const std::string cure = "let NTP set the clocks of both hosts";
  if (difference > clock_skew) return {Result::fail, database_area, text, cure};
  if (difference > tolerated_difference) return {Result::warn, database_area, text, cure};
  return {Result::ok, database_area, "its clock agrees with ours", ""};
}

std::string cure_of(StoreTrouble trouble, DatabaseKind kind) {
  if (trouble == StoreTrouble::data_damaged) return "";  // it is in the message
  if (kind == DatabaseKind::sqlite)
    return "see who may write to the file and its directory, and whether the disk or a quota is full";
  if (trouble == StoreTrouble::not_writable)
    return "GRANT the account ALL on the database; see whether the disk is full or the server read-only";
  return "see [database] url, and whether the server runs and lets us in";
}

Finding judge_writing(Tools& tools) {
  try {
    tools.store().check_writing(seconds{0});
    return {Result::ok, database_area, "it takes what is written, and gives every byte back", ""};
  } catch (const StoreUnavailable& problem) {
    return {Result::fail, database_area, problem.what(),
            cure_of(problem.trouble(), tools.settings().database.kind)};
  } catch (const StoreError& problem) {
    return {Result::fail, database_area, problem.what(), ""};
  }
}

}  // namespace

Findings judge_database(const DatabaseReport& report, milliseconds clock_difference, seconds clock_skew) {
  Findings findings{{Result::ok, database_area, report.server, ""}, judge_version(report)};
  if (report.clock) findings.push_back(judge_clock(clock_difference, clock_skew));
  for (const std::string& warning : report.warnings)
    findings.push_back({Result::warn, database_area, warning, ""});
  return findings;
}

Findings check_database(Tools& tools) {
  const auto began = std::chrono::steady_clock::now();
  const auto time_now = [&] {
    return tools.now() + std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() - began);
  };
  try {
    (void)tools.store().report();  // connecting takes its time: the clock is read over a warm connection
    const Instant asked = time_now();
    const DatabaseReport report = tools.store().report();
    const Instant answered = time_now();
    Findings findings = judge_database(report, outside(report.clock.value_or(asked), asked, answered),
                                       tools.settings().tokens.clock_skew);
    if (report.schema_version == newest_schema_version()) findings.push_back(judge_writing(tools));
    return findings;
  } catch (const StoreUnavailable& problem) {
    return {{Result::fail, database_area, problem.what(),
             cure_of(problem.trouble(), tools.settings().database.kind)}};
  } catch (const StoreError& problem) {
    return {{Result::fail, database_area, problem.what(), ""}};
  }
}

namespace {

constexpr char addresses_area[] = "addresses";
constexpr int page_size = 1000;
constexpr int told_pairs = 20;

// All others have the same key as ever, and need no second look.
bool may_be_old(std::string_view key) {
  return key.find("xn--") != key.npos ||
         std::any_of(key.begin(), key.end(), [](char letter) { return (letter & 0x80) != 0; });
}

std::optional<OldAddress> old_address(const User& user, Store& store) {
  const auto email = may_be_old(user.email.key) ? parse_email(user.email.typed) : std::nullopt;
  if (!email || email->key == user.email.key) return std::nullopt;
  return OldAddress{.user = user, .key = email->key, .holder = store.user_by_email(email->key)};
}

std::string named(const User& user) {
  return printable(user.email.typed) + " (" + user.id.text() + ")";
}

Finding pair_of(const OldAddress& old) {
  return {Result::warn, addresses_area,
          named(old.user) + " and " + named(*old.holder) + " are one address for two users",
          "each signs in with the address as it is written here; delete the one that is not needed"};
}

}  // namespace

void for_each_old_address(Store& store, const std::function<void(const OldAddress&)>& call) {
  std::optional<UserId> after;
  for (auto page = store.users(after, page_size); !page.empty(); page = store.users(after, page_size)) {
    for (const auto& user : page)
      if (const auto old = old_address(user, store)) call(*old);
    after = page.back().id;
  }
}

int renew_email_keys(Store& store) {
  int renewed = 0;
  for_each_old_address(store, [&](const OldAddress& old) {
    if (!old.holder && store.set_email_key(old.user, old.key)) ++renewed;
  });
  return renewed;
}

Findings check_addresses(Tools& tools) {
  Findings findings;
  int pairs = 0;
  int waiting = 0;
  try {
    for_each_old_address(tools.store(), [&](const OldAddress& old) {
      if (!old.holder) ++waiting;
      if (old.holder && ++pairs <= told_pairs) findings.push_back(pair_of(old));
    });
  } catch (const std::exception&) {  // the database's own part says why
    return {{Result::skip, addresses_area, "not looked at: the database does not answer", ""}};
  }
  if (pairs > told_pairs)
    findings.push_back(
        {Result::warn, addresses_area, std::to_string(pairs - told_pairs) + " more pairs like these", ""});
  if (waiting > 0)
    findings.push_back({Result::warn, addresses_area,
                        std::to_string(waiting) + " users are found by one spelling of their address only",
                        "cardea migrate"});
  return findings;
}

}  // namespace cardea
