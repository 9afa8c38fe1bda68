#include "store/records.h"

#include <array>
#include <utility>

namespace cardea {

namespace {

// The names are what the event table holds: they may be added to, never changed.
constexpr std::array<std::pair<EventKind, std::string_view>, 22> event_names{{
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
}};

}  // namespace

std::string_view event_name(EventKind kind) {
  for (const auto& [known, name] : event_names) {
    if (known == kind) return name;
  }
  return "unknown";
}

std::optional<EventKind> event_of_name(std::string_view name) {
  for (const auto& [kind, known] : event_names) {
    if (known == name) return kind;
  }
  return std::nullopt;
}

}  // namespace cardea
