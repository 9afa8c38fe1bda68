#include "torture/step.h"

#include <array>

namespace cardea::torture {
namespace {

constexpr std::array action_names{"signs in",
                                  "refreshes",
                                  "gets an answer that was under way",
                                  "is copied by",
                                  "visits /me",
                                  "signs out",
                                  "signs out everywhere",
                                  "signs out the device of",
                                  "has the password changed",
                                  "is disabled",
                                  "is enabled",
                                  "has all sessions ended",
                                  "clock wrong by",
                                  "loses its last moves in the database:",
                                  "purge",
                                  "sends something damaged"};
constexpr std::array fault_names{"request lost", "answer lost", "killed before", "killed after",
                                 "stale by",     "held up for", "late by",       "meanwhile"};

std::string duration(milliseconds length) {
  const auto count = length.count();
  if (count % 1000 != 0 || count == 0) return std::to_string(count) + " ms";
  return std::to_string(count / 1000) + " s";
}

void write(const std::vector<Step>& steps, int depth, std::string& out);

void write(const Fault& fault, int depth, std::string& out) {
  out += std::string(static_cast<std::size_t>(depth) * 2, ' ') + "  at its call " +
         std::to_string(fault.call) + ": " + fault_names.at(static_cast<std::size_t>(fault.kind));
  if (fault.kind == FaultKind::stall) out += " " + duration(fault.amount);
  if (fault.kind == FaultKind::stale) out += " " + std::to_string(fault.amount.count()) + " versions";
  if (fault.kind == FaultKind::late) out += " " + std::to_string(fault.amount.count()) + " calls";
  out += '\n';
  write(fault.inside, depth + 2, out);
}

void write(const Step& step, int depth, std::string& out) {
  out += std::string(static_cast<std::size_t>(depth) * 2, ' ') + "+" + duration(step.pause) + "  ";
  if (step.action == Action::set_clock) {
    out += "host " + std::to_string(step.host) + " " + action_names[12] + " " + duration(step.amount) + '\n';
    return;
  }
  out += (step.who < client_count ? "client " : "thief ") + std::to_string(step.who) + " " +
         action_names.at(static_cast<std::size_t>(step.action));
  if (step.action == Action::steal || step.action == Action::sign_out_device)
    out += " " + std::to_string(step.other);
  if (step.action == Action::restore) out += " " + std::to_string(step.amount.count());
  out += " at host " + std::to_string(step.host) + (step.held ? ", answer held" : "") + '\n';
  for (const auto& fault : step.faults) write(fault, depth, out);
}

void write(const std::vector<Step>& steps, int depth, std::string& out) {
  for (const auto& step : steps) write(step, depth, out);
}

}  // namespace

std::string text_of(const History& history) {
  const auto& conditions = history.conditions;
  std::string out = "grace " + duration(conditions.grace) + ", renew_min_interval " +
                    duration(conditions.min_interval) + ", refresh_ttl " + duration(conditions.ttl) +
                    ", Idempotency-Key of clients";
  for (int client = 0; client < client_count; ++client)
    if ((conditions.with_keys >> client & 1U) != 0) out += " " + std::to_string(client);
  out += conditions.slides_late ? ", slides in the last 7 days\n" : "\n";
  write(history.steps, 0, out);
  return out;
}

int count_steps(const std::vector<Step>& steps) {
  int count = static_cast<int>(steps.size());
  for (const auto& step : steps)
    for (const auto& fault : step.faults) count += count_steps(fault.inside);
  return count;
}

}  // namespace cardea::torture
