// The watch: does what just happened to an account look wrong? Pure rules over the row at hand and the events
// of the last hour; auth/watch/alarm.h acts on them.
//
//   token_reuse       a refresh token that had been replaced was used again (found by auth/session/rotation.h)
//   platform_change   a session renews on another platform than before. Versions of browsers do not matter,
//                     and neither does the "desktop site" of a phone's browser
//   many_devices      devices never seen before sign in, five within an hour
//   many_networks     sign-ins from four networks within an hour (IPv4 /24, IPv6 /48)
//   guessed_password  a device never seen before signs in by password after five wrong ones within an hour.
//                     A known device proves more than its password: people mistype
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
inline constexpr int watched_events = 200;    // of one account and hour, the newest; more change no verdict

enum class WatchRule { token_reuse, platform_change, many_devices, many_networks, guessed_password };

[[nodiscard]] WatchAction action_of(WatchRule rule, const WatchSettings& settings);
[[nodiscard]] std::string_view action_name(WatchAction action);  // "revoke_device"
[[nodiscard]] EventKind event_of(WatchRule rule);

// What kind of machine a User-Agent says it is; other: it does not say.
enum class Platform { windows, macos, linux, android, ios, other };
[[nodiscard]] Platform platform_of(std::string_view user_agent);
[[nodiscard]] std::string_view platform_name(Platform platform);  // "Windows"

// Whether one and the same device cannot have sent both. Where the first one said nothing there is nothing to
// compare; Android and Linux, and iOS and macOS, are what one phone says of itself.
[[nodiscard]] bool changes_platform(std::string_view before, std::string_view now);

// A rule that applies, and the number that it was about.
struct Suspicion {
  WatchRule rule = WatchRule::token_reuse;
  int count = 0;
  bool operator==(const Suspicion&) const = default;
};

// True if no rule about sign-ins can apply after these events of the last hour.
[[nodiscard]] bool is_quiet(const std::vector<Event>& recent);

// The rules that a sign-in breaks. sessions: all rows of the user, ended ones too. recent: the user's events
// of the last watch_window. Both may hold the new session itself, which counts once.
[[nodiscard]] std::vector<Suspicion> watch_sign_in(const Session& fresh, const std::vector<Session>& sessions,
                                                   const std::vector<Event>& recent);

}  // namespace cardea
