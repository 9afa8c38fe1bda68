// build/torture: random histories against the real code. See --help; the exit status is 0 if every invariant
// held (with --mutants: if every planted bug was found), 1 if not, 2 for a wrong command line.
#include <algorithm>
#include <chrono>
#include <iostream>

#include "base/entropy.h"
#include "config/values.h"
#include "store/sql/migrate.h"
#include "torture/histories.h"
#include "torture/options.h"
#include "torture/races.h"
#include "torture/table.h"

namespace cardea::torture {
namespace {

using std::chrono::steady_clock;

std::optional<DatabaseSettings> database_of(const Options& options, const std::string& directory) {
  const auto& store = options.store;
  if (store == "memory") return std::nullopt;
  const auto url = store == "sqlite" ? "sqlite:" + directory + "/torture.db" : store;
  auto parsed = parse_database_url(url);
  if (const auto* bad = std::get_if<BadDatabaseUrl>(&parsed)) throw std::invalid_argument(bad->problem);
  auto settings = std::get<DatabaseSettings>(parsed);
  settings.table_prefix = "cardea_";
  settings.connections = std::max(settings.connections, options.clients);  // each thread has one
  return settings;
}

std::string store_name(const Options& options) {
  return options.store.substr(0, options.store.find(':'));
}

std::uint64_t some_seed() {
  SystemEntropy entropy;
  const auto bytes = random_array<4>(entropy);
  return std::uint64_t{bytes[0]} << 24U | std::uint64_t{bytes[1]} << 16U | std::uint64_t{bytes[2]} << 8U |
         bytes[3];
}

int report(Installation& installation, const std::optional<Finding>& found, const Mutant* mutant) {
  if (!found) return 0;
  tell(shrunk(installation, *found, mutant), mutant, std::cout);
  return 1;
}

int run_histories(const Options& options, Installation& installation, const Mutant* mutant) {
  const auto seed = options.seed.value_or(some_seed());
  const bool once = options.mode == Mode::replay;
  const auto until = steady_clock::now() + std::chrono::seconds(options.seconds);
  Score score;
  const auto found = play_many(installation, seed, mutant, score, [&](std::int64_t played) {
    return once ? played < 1 : steady_clock::now() < until;
  });
  std::cout << store_name(options) << ": seeds " << seed << " to "
            << seed + static_cast<std::uint64_t>(score.histories) - 1 << ": " << score.histories
            << " histories, " << score.requests << " requests, " << score.refreshes << " refreshes judged, "
            << score.granted << " refreshes granted, " << score.faults << " faults, " << (found ? 1 : 0)
            << " violations" << std::endl;
  return report(installation, found, mutant);
}

void tell_waits(RaceReport& report) {
  if (report.waits.empty()) return;
  auto& waits = report.waits;
  std::sort(waits.begin(), waits.end());
  std::cout << "503: " << report.unavailable << " answers; " << waits.size() << " clients waited, median "
            << waits[waits.size() / 2].count() << " ms, longest " << waits.back().count() << " ms\n";
}

int run_threads(const Options& options, Installation& installation) {
  const auto seed = options.seed.value_or(some_seed());
  auto report = run_races(installation, options, seed);
  std::cout << store_name(options) << ": races of seed " << seed << ", " << options.clients
            << " threads: " << report.rounds << " rounds, " << report.requests << " requests, "
            << report.granted << " refreshes granted, " << report.moves << " moves, " << report.ended
            << " sessions ended, " << report.faults << " faults, " << report.violations.size()
            << " violations\n";
  tell_waits(report);
  for (const auto& violation : report.violations) std::cout << "violated: " << violation << '\n';
  std::cout.flush();
  return report.violations.empty() ? 0 : 1;
}

int run(const Options& options) {
  const testing::TemporaryDirectory directory("torture-data");
  const auto database = database_of(options, directory.path());
  if (options.mode == Mode::table) {
    if (!database) throw std::invalid_argument("--table wants a real --store");
    measure_table(*database, options.rows, std::cout);
    return 0;
  }
  Installation installation(database);
  const Mutant* mutant = options.mutant.empty() ? nullptr : &mutant_of(options.mutant);
  switch (options.mode) {
    case Mode::histories:
    case Mode::replay:
      return run_histories(options, installation, mutant);
    case Mode::mutants:
      return check_mutants(installation, options.seed.value_or(1), std::cout) ? 0 : 1;
    case Mode::races:
      return run_threads(options, installation);
    case Mode::table:
      break;
  }
  return 2;
}

}  // namespace
}  // namespace cardea::torture

int main(int count, char** words) {
  using namespace cardea::torture;
  try {
    const std::vector<std::string> arguments(words + 1, words + count);
    if (!arguments.empty() && arguments.front() == "--help") {
      std::cout << usage();
      return 0;
    }
    return run(parse_options(arguments));
  } catch (const std::invalid_argument& wrong) {
    std::cerr << "torture: " << wrong.what() << '\n' << usage();
    return 2;
  } catch (const std::exception& failure) {
    std::cerr << "torture: " << failure.what() << '\n';
    return 3;
  }
}
