#include "mail/sendmail.h"

#include <unistd.h>

#include "base/child.h"

namespace cardea {
namespace {

// In memory, so that the message is on no disk.
bool fill(int memory, const Secret& message) {
  return write_all(memory, message.reveal()) && ::lseek(memory, 0, SEEK_SET) == 0;
}

Handover handover_of(const ChildReport& report) {
  switch (report.end) {
    case ChildEnd::ended:
      return report.exit_code == 0 ? Handover::taken : Handover::refused;
    case ChildEnd::killed:
      return Handover::refused;
    case ChildEnd::late:
      return Handover::timed_out;
    case ChildEnd::unknown:
      return Handover::taken;
    case ChildEnd::not_started:
      break;
  }
  return Handover::not_started;
}

}  // namespace

Handover hand_over(const Secret& message, const std::vector<std::string>& command, milliseconds patience) {
  const auto memory = open_memory("mail");
  if (command.empty() || !memory.is_open() || !fill(memory.number(), message)) return Handover::not_started;
  return handover_of(run_child({.words = command, .input = memory.number()}, patience));
}

std::string_view handover_name(Handover handover) {
  switch (handover) {
    case Handover::taken:
      return "taken";
    case Handover::refused:
      return "refused";
    case Handover::timed_out:
      return "timed out";
    case Handover::not_started:
      return "not started";
  }
  return "refused";
}

}  // namespace cardea
