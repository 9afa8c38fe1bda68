#include "auth/watch/watch.h"

#include <algorithm>
#include <optional>
#include <set>

#include "base/network.h"

namespace cardea {
namespace {

bool holds(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

bool is_pair(Platform left, Platform right, Platform one, Platform other) {
  return (left == one && right == other) || (left == other && right == one);
}

// The bytes that all machines of one site have in common; nothing if the text is no address.
std::optional<std::string> network_of(const std::string& ip) {
  constexpr std::size_t mapped_prefix = 12;  // an IPv4 address is kept as ::ffff:a.b.c.d
  const auto address = parse_address(ip);
  if (!address) return std::nullopt;
  const bool is_v4 = ip.find(':') == ip.npos || ip.starts_with("::ffff:");
  return std::string(view_of(address->bytes).substr(0, is_v4 ? mapped_prefix + 3 : 6));
}

// A device without a session before that moment; the new session itself does not count.
bool is_new_device(const Session& session, const std::vector<Session>& sessions, const Session& fresh,
                   Instant before) {
  return std::none_of(sessions.begin(), sessions.end(), [&](const Session& other) {
    return other.device_id == session.device_id && other.id != fresh.id && other.created_at <= before;
  });
}

int new_devices(const Session& fresh, const std::vector<Session>& sessions) {
  const Instant since = fresh.created_at - watch_window;
  std::set<std::string> devices{fresh.device_id};
  for (const auto& session : sessions)
    if (session.created_at > since && is_new_device(session, sessions, fresh, since))
      devices.insert(session.device_id);
  return static_cast<int>(devices.size());
}

// How many networks there are, with the one of this sign-in; 0 if that one was used before.
int networks_with_a_new_one(const Session& fresh, const std::vector<Event>& recent) {
  std::set<std::string> networks;
  for (const auto& event : recent)
    if (event.kind == EventKind::signed_in && event.session != fresh.id)
      if (auto network = network_of(event.ip)) networks.insert(std::move(*network));
  const auto here = network_of(fresh.ip);
  return here && networks.insert(*here).second ? static_cast<int>(networks.size()) : 0;
}

int count_of(EventKind kind, const std::vector<Event>& recent) {
  return static_cast<int>(
      std::count_if(recent.begin(), recent.end(), [&](const Event& event) { return event.kind == kind; }));
}

}  // namespace

WatchAction action_of(WatchRule rule, const WatchSettings& settings) {
  switch (rule) {
    case WatchRule::token_reuse:
      return settings.token_reuse;
    case WatchRule::platform_change:
      return settings.platform_change;
    case WatchRule::many_devices:
      return settings.many_devices;
    case WatchRule::many_networks:
      return settings.many_networks;
    case WatchRule::guessed_password:
      return settings.guessed_password;
  }
  return WatchAction::record;
}

std::string_view action_name(WatchAction action) {
  switch (action) {
    case WatchAction::off:
      return "off";
    case WatchAction::record:
      return "record";
    case WatchAction::tell:
      return "tell";
    case WatchAction::revoke_device:
      return "revoke_device";
    case WatchAction::revoke_all:
      return "revoke_all";
  }
  return "record";
}

EventKind event_of(WatchRule rule) {
  switch (rule) {
    case WatchRule::token_reuse:
      return EventKind::token_reused;
    case WatchRule::platform_change:
      return EventKind::platform_changed;
    case WatchRule::many_devices:
      return EventKind::many_devices;
    case WatchRule::many_networks:
      return EventKind::many_networks;
    case WatchRule::guessed_password:
      return EventKind::password_guessed;
  }
  return EventKind::token_reused;
}

// The order matters: Android also says Linux, and an iPhone says "like Mac OS X".
Platform platform_of(std::string_view user_agent) {
  if (holds(user_agent, "Android")) return Platform::android;
  if (holds(user_agent, "iPhone") || holds(user_agent, "iPad") || holds(user_agent, "iPod"))
    return Platform::ios;
  if (holds(user_agent, "Windows")) return Platform::windows;
  if (holds(user_agent, "Macintosh") || holds(user_agent, "macOS") || holds(user_agent, "Mac OS X"))
    return Platform::macos;
  if (holds(user_agent, "Linux") || holds(user_agent, "X11") || holds(user_agent, "CrOS"))
    return Platform::linux;
  return Platform::other;
}

std::string_view platform_name(Platform platform) {
  switch (platform) {
    case Platform::windows:
      return "Windows";
    case Platform::macos:
      return "macOS";
    case Platform::linux:
      return "Linux";
    case Platform::android:
      return "Android";
    case Platform::ios:
      return "iOS";
    case Platform::other:
      return "other";
  }
  return "other";
}

bool changes_platform(std::string_view before, std::string_view now) {
  const auto was = platform_of(before);
  const auto is = platform_of(now);
  if (was == Platform::other || was == is) return false;
  return !is_pair(was, is, Platform::android, Platform::linux) &&
         !is_pair(was, is, Platform::ios, Platform::macos);
}

bool is_quiet(const std::vector<Event>& recent) {
  return count_of(EventKind::signed_in, recent) < std::min(new_devices_limit, networks_limit) &&
         count_of(EventKind::sign_in_failed, recent) < wrong_passwords_limit;
}

std::vector<Suspicion> watch_sign_in(const Session& fresh, const std::vector<Session>& sessions,
                                     const std::vector<Event>& recent) {
  std::vector<Suspicion> found;
  const auto note = [&found](WatchRule rule, int count, int limit) {
    if (count >= limit) found.push_back({rule, count});
  };
  note(WatchRule::many_networks, networks_with_a_new_one(fresh, recent), networks_limit);
  if (!is_new_device(fresh, sessions, fresh, fresh.created_at)) return found;
  note(WatchRule::many_devices, new_devices(fresh, sessions), new_devices_limit);
  if (fresh.method == "password")
    note(WatchRule::guessed_password, count_of(EventKind::sign_in_failed, recent), wrong_passwords_limit);
  return found;
}

}  // namespace cardea
