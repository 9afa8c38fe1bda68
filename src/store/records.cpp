#include "store/records.h"

#include <algorithm>
#include <tuple>

namespace cardea {
namespace {

// How late a kind comes among the events of one moment.
int place_in_moment(EventKind kind) {
  switch (kind) {
    case EventKind::registered:
      return 0;
    case EventKind::signed_in:
      return 2;
    case EventKind::platform_changed:
    case EventKind::many_devices:
    case EventKind::many_networks:
    case EventKind::password_guessed:
      return 3;
    case EventKind::user_deleted:
      return 4;
    default:
      return 1;
  }
}

}  // namespace

void sort_newest_first(std::vector<Event>& events) {
  std::sort(events.begin(), events.end(), [](const Event& left, const Event& right) {
    return std::tuple(left.at, place_in_moment(left.kind), left.id) >
           std::tuple(right.at, place_in_moment(right.kind), right.id);
  });
}

std::optional<EventKind> event_of_name(std::string_view name) {
  for (const auto& row : event_names)
    if (row.name == name) return row.kind;
  return std::nullopt;
}

std::optional<LetterKind> letter_of_name(std::string_view name) {
  for (const auto& row : letter_names)
    if (row.name == name) return row.kind;
  return std::nullopt;
}

}  // namespace cardea
