#include "store/records.h"

#include <algorithm>
#include <array>
#include <tuple>

namespace cardea {
namespace {

// What the event table holds, one row for each kind, in the order of EventKind. A name is at most 32 characters
// long; rows are added, and never changed.
struct EventName {
  EventKind kind;
  std::string_view name;
};
constexpr auto event_names = std::to_array<EventName>({
    {EventKind::signed_in, "signed_in"},
    {EventKind::sign_in_failed, "sign_in_failed"},
    {EventKind::registered, "registered"},
    {EventKind::signed_out, "signed_out"},
    {EventKind::signed_out_everywhere, "signed_out_everywhere"},
    {EventKind::device_signed_out, "device_signed_out"},
    {EventKind::token_reused, "token_reused"},
    {EventKind::database_rolled_back, "database_rolled_back"},
    {EventKind::password_changed, "password_changed"},
    {EventKind::user_disabled, "user_disabled"},
    {EventKind::user_enabled, "user_enabled"},
    {EventKind::user_deleted, "user_deleted"},
    {EventKind::platform_changed, "platform_changed"},
    {EventKind::many_devices, "many_devices"},
    {EventKind::many_networks, "many_networks"},
    {EventKind::password_guessed, "password_guessed"},
    {EventKind::device_disowned, "device_disowned"},
    {EventKind::password_reset_requested, "password_reset_requested"},
    {EventKind::password_reset, "password_reset"},
    {EventKind::scope_changed, "scope_changed"},
    {EventKind::identity_linked, "identity_linked"},
    {EventKind::identity_unlinked, "identity_unlinked"},
});

constexpr bool names_each_kind_in_order() {
  for (std::size_t i = 0; i < event_names.size(); ++i)
    if (event_names[i].kind != static_cast<EventKind>(i) || event_names[i].name.empty()) return false;
  return event_names.size() == event_kind_count;
}
static_assert(names_each_kind_in_order(), "one row for each kind of event, in the order of EventKind");

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

std::string_view event_name(EventKind kind) {
  return event_names.at(static_cast<std::size_t>(kind)).name;
}

std::optional<EventKind> event_of_name(std::string_view name) {
  for (const auto& row : event_names)
    if (row.name == name) return row.kind;
  return std::nullopt;
}

}  // namespace cardea
