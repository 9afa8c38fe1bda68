// The watch: rules that find suspicious changes of an account. They are pure functions of the session's row and the
// events of the last hour; auth/watch/alarm.h acts on what they find.
//
//   token_reuse       a refresh token that had been replaced was used again (found by auth/session/rotation.h)
//   platform_change   a session renews on another platform than before. Versions of browsers do not matter,
//                     and neither does the "desktop site" of a phone's browser
//   many_devices      devices never seen before sign in, five within an hour
//   many_networks     sign-ins from four networks within an hour (IPv4 /24, IPv6 /48)
//   guessed_password  a device never seen before signs in by password after five wrong ones within an hour.
//                     A known device is no sign of guessing: its user mistyped
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "config/settings.h"
#include "store/records.h"

namespace cardea {

inline constexpr std::chrono::hours watch_window{1};
inline constexpr int new_devices_limit = 5;
inline constexpr int networks_limit = 4;
inline constexpr int wrong_passwords_limit = 5;
inline constexpr int watched_sessions = 200;  // of one account, the newest
inline constexpr int watched_events =
    200;  // of one account and hour, the newest; more would change no result

enum class WatchRule { token_reuse, platform_change, many_devices, many_networks, guessed_password };

[[nodiscard]] WatchAction action_of(WatchRule rule, const WatchSettings& settings);
[[nodiscard]] std::string_view action_name(WatchAction action);  // "revoke_device"
[[nodiscard]] EventKind event_of(WatchRule rule);

// The platform that a User-Agent names; other: it names none.
enum class Platform { windows, macos, linux, android, ios, other };
[[nodiscard]] Platform platform_of(std::string_view user_agent);
[[nodiscard]] std::string_view platform_name(Platform platform);  // "Windows"

// Whether one device cannot have sent both User-Agents. False if the first one names no platform. One phone may call
// itself Android or Linux, or iOS or macOS.
[[nodiscard]] bool changes_platform(std::string_view before, std::string_view now);

// A rule that applies, and the number that it counted.
struct Suspicion {
  WatchRule rule = WatchRule::token_reuse;
  int count = 0;
  bool operator==(const Suspicion&) const = default;
};

// True if no rule about sign-ins can apply after these events of the last hour.
[[nodiscard]] bool is_quiet(const std::vector<Event>& recent);

// The rules that a sign-in breaks. sessions: all rows of the user, with those that ended. recent: the user's events of
// the last watch_window. Both may include the new session itself, which counts once.
[[nodiscard]] std::vector<Suspicion> watch_sign_in(const Session& fresh, const std::vector<Session>& sessions,
                                                   const std::vector<Event>& recent);

}  // namespace cardea
