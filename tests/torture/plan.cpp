#include "torture/plan.h"

#include <chrono>

#include "torture/dice.h"

namespace cardea::torture {
namespace {

constexpr std::int64_t second = 1000;
constexpr std::int64_t hour = 3600 * second;
constexpr int deepest = 2;  // races within races

Conditions some_conditions(Dice& dice) {
  Conditions conditions;
  conditions.grace = dice.one_of({seconds{10}, seconds{10}, seconds{10}, seconds{2}, seconds{60}});
  conditions.min_interval = dice.one_of({seconds{0}, seconds{0}, seconds{0}, seconds{30}, seconds{300}});
  conditions.with_keys = static_cast<unsigned>(dice.below(1 << client_count));
  conditions.ttl = std::chrono::hours{dice.one_in(4) ? 8 : 720};
  conditions.slides_late = dice.one_in(4);
  return conditions;
}

// From at once to a day, and often right at an edge of the window.
milliseconds some_pause(Dice& dice, const Conditions& conditions) {
  const std::int64_t grace = milliseconds{conditions.grace}.count();
  switch (dice.below(10)) {
    case 0:
    case 1:
    case 2:
      return milliseconds{0};
    case 3:
    case 4:
      return milliseconds{40 + dice.below(grace / 4)};
    case 5:
      return milliseconds{grace + dice.below(3) - 1};
    case 6:
      return milliseconds{dice.below(2 * grace)};
    case 7:
      return milliseconds{grace + dice.below(600 * second)};
    case 8:
      return milliseconds{dice.below(5 * hour)};
    default:
      return milliseconds{dice.one_in(3) ? dice.below(24 * hour + 60 * second) : dice.below(2 * second)};
  }
}

Action some_action(Dice& dice) {
  const auto drawn = dice.below(100);
  if (drawn < 58) return Action::refresh;
  if (drawn < 66) return Action::deliver;
  if (drawn < 74) return Action::sign_in;
  if (drawn < 79) return Action::steal;
  if (drawn < 82) return Action::visit;
  if (drawn < 85) return Action::sign_out;
  if (drawn < 89) return Action::restore;
  if (drawn < 92) return Action::set_clock;
  return dice.one_of({Action::sign_out_everywhere, Action::sign_out_device, Action::change_password,
                      Action::disable, Action::enable, Action::end_all, Action::purge, Action::stray});
}

// Honest clocks are a second or two apart; now and then one is far off.
milliseconds some_error(Dice& dice) {
  if (dice.one_in(2)) return milliseconds{0};
  if (!dice.one_in(4)) return milliseconds{dice.below(3 * second) - 1500};
  return milliseconds{dice.below(4 * hour) - 2 * hour};
}

Step some_step(Dice& dice, const Conditions& conditions, int depth);

FaultKind some_kind(Dice& dice, int depth) {
  if (depth < deepest && dice.one_in(2)) return FaultKind::race;
  if (dice.one_in(3)) return FaultKind::stale;
  return dice.one_of({FaultKind::lost_request, FaultKind::lost_answer, FaultKind::lost_answer,
                      FaultKind::killed_before, FaultKind::killed_after, FaultKind::stall, FaultKind::late});
}

Fault some_fault(Dice& dice, const Conditions& conditions, int depth) {
  Fault fault;
  fault.kind = some_kind(dice, depth);
  fault.call = static_cast<int>(dice.below(dice.one_in(4) ? 12 : 4));
  if (fault.kind == FaultKind::stale) {
    fault.call = dice.one_in(3) ? 1 : 0;
    fault.amount = milliseconds{1 + dice.below(3)};
  }
  if (fault.kind == FaultKind::stall)
    fault.amount = milliseconds{dice.below(3 * milliseconds{conditions.grace}.count())};
  if (fault.kind == FaultKind::late) fault.amount = milliseconds{dice.below(4)};
  if (fault.kind == FaultKind::race)
    for (auto count = 1 + dice.below(3); count > 0; --count)
      fault.inside.push_back(some_step(dice, conditions, depth + 1));
  return fault;
}

Step some_step(Dice& dice, const Conditions& conditions, int depth) {
  Step step;
  step.action = some_action(dice);
  step.pause = depth == 0 || dice.one_in(4) ? some_pause(dice, conditions) : milliseconds{0};
  // Most of what happens, happens to few, so that it meets.
  step.who = static_cast<int>(dice.one_in(3) ? dice.below(client_count + thief_count) : dice.below(2));
  step.other = static_cast<int>(step.action == Action::steal ? client_count + dice.below(thief_count)
                                                             : dice.below(client_count));
  if (step.action == Action::refresh && dice.one_in(5))
    step.who = client_count + static_cast<int>(dice.below(thief_count));
  step.host = static_cast<int>(dice.below(host_count));
  step.held = dice.one_in(4);
  if (step.action == Action::set_clock) step.amount = some_error(dice);
  if (step.action == Action::restore) step.amount = milliseconds{1 + dice.below(4)};
  while (dice.one_in(depth == 0 ? 3 : 4)) step.faults.push_back(some_fault(dice, conditions, depth));
  return step;
}

}  // namespace

History plan(std::uint64_t seed) {
  Dice dice(seed);
  History history{.seed = seed, .conditions = some_conditions(dice), .steps = {}};
  for (int client = 0; client < 2; ++client)
    history.steps.push_back({.action = Action::sign_in, .who = client, .faults = {}});
  for (auto count = 20 + dice.below(80); count > 0; --count)
    history.steps.push_back(some_step(dice, history.conditions, 0));
  return history;
}

}  // namespace cardea::torture
