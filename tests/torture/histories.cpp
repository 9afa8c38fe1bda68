#include "torture/histories.h"

#include <iomanip>

#include "torture/plan.h"
#include "torture/shrinker.h"

namespace cardea::torture {
namespace {

constexpr std::int64_t histories_for_a_mutant = 20'000;

std::optional<Violation> play(Installation& installation, Hosts& hosts, const History& history,
                              const Mutant* mutant, Score* score) {
  installation.begin();
  Run run(installation, hosts, history, mutant);
  auto violation = run.play();
  if (score != nullptr) score->add(run.score());
  return violation;
}

}  // namespace

std::optional<Finding> play_many(Installation& installation, std::uint64_t seed, const Mutant* mutant,
                                 Score& score, const std::function<bool(std::int64_t)>& on) {
  auto hosts = make_hosts(installation);
  for (std::int64_t played = 0; on(played); ++played) {
    const auto history = plan(seed + static_cast<std::uint64_t>(played));
    if (auto violation = play(installation, hosts, history, mutant, &score))
      return Finding{history, *violation};
  }
  return std::nullopt;
}

Finding shrunk(Installation& installation, const Finding& finding, const Mutant* mutant) {
  auto hosts = make_hosts(installation);
  auto last = finding.violation;
  const auto fails = [&](const History& candidate) {
    const auto violation = play(installation, hosts, candidate, mutant, nullptr);
    if (!violation || violation->rule != finding.violation.rule) return false;
    last = *violation;
    return true;
  };
  auto history = shrink(finding.history, fails);
  return {history, last};
}

void tell(const Finding& finding, const Mutant* mutant, std::ostream& out) {
  out << "violated: " << finding.violation.rule << ": " << finding.violation.what << '\n'
      << "again: --seed " << finding.history.seed << (mutant ? " --mutant " + mutant->name : "") << '\n'
      << "shrunk to " << count_steps(finding.history.steps) << " steps: " << text_of(finding.history);
}

bool check_mutants(Installation& installation, std::uint64_t seed, std::ostream& out) {
  bool all = true;
  for (const auto& mutant : all_mutants()) {
    Score score;
    const auto found = play_many(installation, seed, &mutant, score,
                                 [](std::int64_t played) { return played < histories_for_a_mutant; });
    out << std::left << std::setw(20) << mutant.name << mutant.what << ": ";
    all = all && found.has_value();
    if (!found) {
      out << "NOT FOUND in " << score.histories << " histories\n";
      continue;
    }
    out << "found after " << score.histories << " histories: " << found->violation.what << '\n';
  }
  return all;
}

}  // namespace cardea::torture
