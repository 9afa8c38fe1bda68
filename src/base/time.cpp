#include "base/time.h"

#include <cstdio>

namespace cardea {

std::int64_t unix_seconds(Instant at) {
  return std::chrono::floor<seconds>(at).time_since_epoch().count();
}

Instant from_unix_seconds(std::int64_t count) {
  return Instant{seconds{count}};
}

std::string rfc3339(Instant at) {
  const auto day = std::chrono::floor<std::chrono::days>(at);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss clock{std::chrono::floor<seconds>(at - day)};
  char text[40];
  std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02dZ", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                static_cast<int>(clock.seconds().count()));
  return text;
}

}  // namespace cardea
