#include <algorithm>
#include <chrono>

#include "cli/check.h"
#include "cli/output.h"
#include "store/migrate.h"

namespace cardea {

namespace {

constexpr char area[] = "database";
constexpr milliseconds tolerated_difference{2000};

Finding judge_version(const DatabaseReport& report) {
  const int newest = newest_schema_version();
  const std::string versions = "tables at version " + std::to_string(report.schema_version) +
                               ", this program at " + std::to_string(newest);
  if (report.schema_version == 0) return {Result::fail, area, "there are no tables yet", "cardea migrate"};
  if (report.schema_version < newest) return {Result::fail, area, versions, "cardea migrate"};
  if (report.schema_version > newest) return {Result::fail, area, versions, "run the newer program"};
  return {Result::ok, area, versions, ""};
}

// How far the database's clock lay outside the span of time in which it was read.
milliseconds outside(Instant clock, Instant asked, Instant answered) {
  if (clock < asked) return asked - clock;
  return clock > answered ? clock - answered : milliseconds{0};
}

Finding judge_clock(milliseconds difference, seconds clock_skew) {
  const std::string text = "its clock and ours differ by " + std::to_string(difference.count() / 1000) + " s";
  const std::string cure = "let NTP set the clocks of both hosts";
  if (difference > clock_skew) return {Result::fail, area, text, cure};
  if (difference > tolerated_difference) return {Result::warn, area, text, cure};
  return {Result::ok, area, "its clock agrees with ours", ""};
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
    return {Result::ok, area, "it takes what is written, and gives every byte back", ""};
  } catch (const StoreUnavailable& problem) {
    return {Result::fail, area, problem.what(), cure_of(problem.trouble(), tools.settings().database.kind)};
  } catch (const StoreError& problem) {
    return {Result::fail, area, problem.what(), ""};
  }
}

}  // namespace

Findings judge_database(const DatabaseReport& report, milliseconds clock_difference, seconds clock_skew) {
  Findings findings{{Result::ok, area, report.server, ""}, judge_version(report)};
  if (report.clock) findings.push_back(judge_clock(clock_difference, clock_skew));
  for (const std::string& warning : report.warnings) findings.push_back({Result::warn, area, warning, ""});
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
    return {{Result::fail, area, problem.what(), cure_of(problem.trouble(), tools.settings().database.kind)}};
  } catch (const StoreError& problem) {
    return {{Result::fail, area, problem.what(), ""}};
  }
}

}  // namespace cardea
