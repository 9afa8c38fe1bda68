// Time. A point in time is milliseconds since 1970 (UTC); the database stores that integer and the wire
// carries whole seconds. The system clock is read in one place, server/clock.h, and passed on
// as a value.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace cardea {

using Instant = std::chrono::sys_time<std::chrono::milliseconds>;
using std::chrono::milliseconds;
using std::chrono::seconds;

inline constexpr Instant never{};  // the epoch: "has not happened", 0 in the database

[[nodiscard]] inline std::int64_t unix_milliseconds(Instant at) {
  return at.time_since_epoch().count();
}
[[nodiscard]] inline Instant from_unix_milliseconds(std::int64_t count) {
  return Instant{milliseconds{count}};
}

// Whole Unix seconds, rounded down: NumericDate of RFC 7519 section 2.
[[nodiscard]] std::int64_t unix_seconds(Instant at);
[[nodiscard]] Instant from_unix_seconds(std::int64_t count);

// "2026-11-22T03:15:00Z" (RFC 3339, UTC, whole seconds).
[[nodiscard]] std::string rfc3339(Instant at);

// The time at this moment, for the few decisions that must not use the time at which their request came in, because
// it may have waited since. Everything else uses the time in the request.
class Clock {
 public:
  virtual ~Clock() = default;
  [[nodiscard]] virtual Instant now() const = 0;
};

}  // namespace cardea
