// How many clients still send their tokens in headers. A site that moves to cookies needs these figures before it
// closes the header (header_sunset).
#pragma once

#include <map>
#include <string>
#include <vector>

#include "keys/ring.h"
#include "store/store.h"

namespace cardea {

// Names of tallies (store/records.h).
inline constexpr std::string_view cookie_requests = "requests.cookie";
inline constexpr std::string_view header_requests = "requests.header";
inline constexpr std::string_view answers_prefix = "answers.";  // answers.2xx

// The requests of one day, of all processes and hosts.
struct TransportDay {
  Instant day{};
  std::int64_t cookie = 0;
  std::int64_t header = 0;
  std::map<std::string, std::int64_t> answers;  // "2xx": how many
};

struct TransportReport {
  TransportSessions cookie;
  TransportSessions header;
  TransportSessions unknown;  // not renewed since their sign-in, and their clients did not say
  WaitingLegacyTokens waiting;
  Instant legacy_keys_end = never;  // when the last legacy key expires
  std::vector<TransportDay> days;  // the last `report_days`, oldest first; days without requests are left out
  Instant last_header = never;     // the last request with a token in a header, within those days
  // From this moment on, closing the header signs out no user who is signed in now: the end of the last session that
  // needs the header, unless it is renewed by header again.
  Instant closable_from{};

  [[nodiscard]] TransportDay day_of(Instant now) const;
};

inline constexpr std::chrono::days report_days{31};

[[nodiscard]] Instant day_of(Instant at);  // its 00:00 UTC

// Throws StoreUnavailable. Reads all sessions.
[[nodiscard]] TransportReport transport_report(Instant now, Store& store, const KeyRing& keys);

}  // namespace cardea
